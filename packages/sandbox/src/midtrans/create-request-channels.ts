import type { InputReader, JsonObject } from "../simulator-kit/index.ts";

/** Card settings of a link that show in its details or in its notifications. */
export interface CardOptions {
  readonly isSecure: boolean;
  readonly bank: string | undefined;
  /** `authorize` leaves a paid card uncaptured. */
  readonly type: "authorize" | "authorize_capture";
  readonly whitelistBins: readonly string[];
}

const ACQUIRING_BANKS = ["bca", "bni", "mandiri", "cimb", "bri", "danamon", "maybank", "mega"];

// docs.midtrans.com, JSON Objects: the longest number that can be requested at each bank.
const MAX_VIRTUAL_ACCOUNT_DIGITS: Readonly<Record<string, number>> = {
  bca: 11,
  bni: 8,
  bri: 13,
  permata: 10,
  cimb: 12,
  danamon: 12,
  bsi: 12,
  seabank: 19,
};

export const readCardOptions = (reader: InputReader, value: unknown): CardOptions => {
  const card = reader.record("credit_card", value) ?? {};
  const isSecure = reader.flag("credit_card.secure", card["secure"]) ?? false;
  const bank = reader.text("credit_card.bank", card["bank"], { oneOf: ACQUIRING_BANKS });
  reader.text("credit_card.channel", card["channel"], { oneOf: ["migs"] });
  const type = reader.text("credit_card.type", card["type"], { oneOf: ["authorize", "authorize_capture"] });
  readInstallment(reader, card["installment"]);
  return {
    isSecure,
    bank,
    type: type === "authorize" ? "authorize" : "authorize_capture",
    whitelistBins: readBins(reader, card["whitelist_bins"]),
  };
};

const readBins = (reader: InputReader, value: unknown): readonly string[] => {
  const list = reader.list("credit_card.whitelist_bins", value) ?? [];
  return list.map((bin, index) => {
    const path = `credit_card.whitelist_bins.${index}`;
    const rules = { required: true, pattern: /^(?:\d{1,8}|[a-z]+)$/, patternMessage: "must be a BIN or a bank" };
    return reader.text(path, bin, rules) ?? "";
  });
};

const readInstallment = (reader: InputReader, value: unknown): void => {
  const installment = reader.record("credit_card.installment", value) ?? {};
  reader.flag("credit_card.installment.required", installment["required"]);
  reader.flag("credit_card.installment.disabled", installment["disabled"]);
  const terms = reader.record("credit_card.installment.terms", installment["terms"]) ?? {};
  for (const [bank, months] of Object.entries(terms)) {
    const path = `credit_card.installment.terms.${bank}`;
    const list = reader.list(path, months) ?? [];
    for (const [index, month] of list.entries()) {
      reader.integer(`${path}.${index}`, month, { required: true, min: 1 });
    }
  }
};

/** The requested virtual account number for each bank, in the length of the bank. */
export const readVirtualAccounts = (reader: InputReader, body: JsonObject): ReadonlyMap<string, string> => {
  const wished = new Map<string, string>();
  for (const [bank, maxDigits] of Object.entries(MAX_VIRTUAL_ACCOUNT_DIGITS)) {
    const path = `${bank}_va`;
    const options = reader.record(path, body[path]) ?? {};
    const rules = { max: 255, pattern: /^\d+$/, patternMessage: "must only contain digits" };
    const number = reader.text(`${path}.va_number`, options["va_number"], rules);
    // docs.midtrans.com, Custom Virtual Account Number: the end of a long one is cut, a short one starts with zeros.
    if (number !== undefined) wished.set(bank, number.slice(0, maxDigits).padStart(maxDigits, "0"));
  }
  return wished;
};
