// The decimals of currencies. Loads nothing, so that the description of a driver can use it.

/**
 * Digits after the point of the currencies that do not have two. Source: ISO 4217, list one of 2026-01-01, "CcyMnrUnts":
 * https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml
 */
const DECIMALS: readonly (readonly [code: string, decimals: number])[] = [
  ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0] as const),
  ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3] as const),
  ..."CLF UYW".split(" ").map((code) => [code, 4] as const),
];

/** The decimals of a provider's currencies. */
export interface CurrencyRules {
  /** The decimals on the wire of currencies in which it deviates from ISO 4217, by ISO 4217 code. */
  readonly exceptions?: Readonly<Record<string, number>>;
  /** Digits after the point of a currency that is in neither list. Default 2, as of most currencies of ISO 4217. */
  readonly otherDecimals?: number;
}

/** The digits after the point on the wire, by a currency's code in upper or lower case. */
export const currencyDecimals = ({
  exceptions = {},
  otherDecimals = 2,
}: CurrencyRules = {}): ((currency: string) => number) => {
  const listed = new Map([...DECIMALS, ...Object.entries(exceptions)]);
  return (currency) => listed.get(currency.toUpperCase()) ?? otherDecimals;
};
