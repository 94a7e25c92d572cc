import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";

/** The options of `createMidtransDriver`. */
export interface MidtransOptions extends HttpDriverOptions {
  /**
   * The server key, from Settings > Access Keys of the dashboard. It signs requests and verifies notifications. Sandbox and
   * production have different keys; set `environment` accordingly.
   */
  readonly serverKey: string;
  /**
   * Whether references may have up to 50 characters. Default false: up to 36. It also needs `references: "provider"` of
   * `createPaymentLinks`. Midtrans' pages disagree on whether links may have long references, and its suffix leaves room for
   * only 36: a payment of such a link is known only if the link's list has it.
   */
  readonly longReferences?: boolean | undefined;
}

/** The provider options of one link. */
export interface MidtransProviderOptions {
  /**
   * A custom text in place of the reference, up to 255 characters. By default this field has the reference, which connects a
   * payment to its link. Without it, `confirm` makes one more request to read the link's purchases, and a payment after the link
   * was deleted cannot be assigned to it.
   */
  readonly customField1?: string | undefined;
  /** Returned in every notification and shown in the dashboard. Up to 255 characters. */
  readonly customField2?: string | undefined;
  /** Returned in every notification and shown in the dashboard. Up to 255 characters. */
  readonly customField3?: string | undefined;
  /** More data of the request's items, in the same order. */
  readonly items?: readonly MidtransItem[] | undefined;
  /** More data of the request's customer. */
  readonly customer?: MidtransCustomer | undefined;
  /**
   * Whether the payer must fill in the customer form; `false` makes it optional. Fields of the request's `collect` are required
   * in any case.
   */
  readonly customerRequired?: boolean | undefined;
  readonly creditCard?: MidtransCreditCard | undefined;
  /**
   * Requested numbers of virtual accounts, in digits. Do not rely on them: without notice, Midtrans replaces a number that is
   * taken, shortens a long one, and pads a short one with zeros.
   */
  readonly virtualAccounts?: MidtransVirtualAccounts | undefined;
}

/** Each up to 50 characters. */
export interface MidtransItem {
  readonly brand?: string | undefined;
  readonly category?: string | undefined;
  readonly merchantName?: string | undefined;
}

export interface MidtransCustomer {
  /** Up to 50 characters. */
  readonly lastName?: string | undefined;
  /** Instructions in the e-mail that Midtrans sends; up to 255 characters. */
  readonly notes?: string | undefined;
}

/** Options of card payments. Midtrans recommends its defaults for all fields but `secure`. */
export interface MidtransCreditCard {
  /** Whether cards go through 3-D Secure. Default true, although Midtrans' own default is false. */
  readonly secure?: boolean | undefined;
  /** The acquiring bank. */
  readonly bank?: "bca" | "bni" | "mandiri" | "cimb" | "bri" | "danamon" | "maybank" | "mega" | undefined;
  readonly channel?: "migs" | undefined;
  /** `authorize` only reserves the money: it must be captured elsewhere, or the payment stays `authorized`. */
  readonly type?: "authorize" | "authorize_capture" | undefined;
  /** The accepted cards: their first digits, up to 8, or names of banks. */
  readonly whitelistBins?: readonly string[] | undefined;
  readonly installment?: MidtransInstallment | undefined;
}

export interface MidtransInstallment {
  readonly required?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** The numbers of months to offer, by bank; `offline` for any other. */
  readonly terms?: Readonly<Record<string, readonly number[]>> | undefined;
}

export interface MidtransVirtualAccounts {
  /** 6 to 11 digits. */
  readonly bca?: string | undefined;
  /** 1 to 8 digits. */
  readonly bni?: string | undefined;
  /** 1 to 13 digits. */
  readonly bri?: string | undefined;
  /** 10 digits; for business accounts of Permata. */
  readonly permata?: string | undefined;
  /** 1 to 12 digits. */
  readonly cimb?: string | undefined;
}

/** Options after the check, frozen. */
export interface CheckedOptions {
  readonly environment: "sandbox" | "production";
  readonly serverKey: string;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: https://docs.midtrans.com, Create Payment Link, "API Host Base URL". */
const BASE_URLS = {
  sandbox: "https://api.sandbox.midtrans.com",
  production: "https://api.midtrans.com",
} as const;

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: MidtransOptions): CheckedOptions => {
  const check = new OptionsCheck("createMidtransDriver", options, ["serverKey", "longReferences", ...HTTP_OPTIONS]);
  check.optional("longReferences", "true or false", (value) => typeof value === "boolean");
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  return Object.freeze({
    environment,
    serverKey: check.text("serverKey"),
    baseUrl: check.baseUrl("baseUrl", BASE_URLS[environment]),
    transport: checkTransport(check, options),
  });
};
