import { checkTransport, HTTP_OPTIONS, type HttpDriverOptions, OptionsCheck, type Transport } from "@tautan/driver-kit";

/** What a Midtrans account is reached with. */
export interface MidtransOptions extends HttpDriverOptions {
  /**
   * The server key, from Settings > Access Keys of the dashboard. Signs requests and verifies notifications. Sandbox and
   * production have different ones, and `environment` says which this is.
   */
  readonly serverKey: string;
  /**
   * Whether references may have up to 50 characters; default false: 36. Takes `references: "provider"` of the facade as well.
   * Midtrans' pages disagree on whether links may have them, and its suffix leaves no room for more than 36: a payment of such a
   * link is known only where the link lists it among its purchases.
   */
  readonly longReferences?: boolean | undefined;
}

/** Options of one link that only Midtrans knows. */
export interface MidtransProviderOptions {
  /**
   * A text of your own in place of the reference; up to 255 characters. The reference there is what ties a payment to its link:
   * without it `confirm` makes one more request to read the link's purchases, and cannot tell whose a payment is that comes
   * after the link was deleted.
   */
  readonly customField1?: string | undefined;
  /** Comes back in every notification and shows in the dashboard; up to 255 characters. */
  readonly customField2?: string | undefined;
  /** Comes back in every notification and shows in the dashboard; up to 255 characters. */
  readonly customField3?: string | undefined;
  /** What Midtrans knows of items beyond the request's own: the first belongs to the first item, and so on. */
  readonly items?: readonly MidtransItem[] | undefined;
  /** Adds to the request's customer. */
  readonly customer?: MidtransCustomer | undefined;
  /**
   * Whether the payer must fill in the form about himself; `false` lets him skip it. Fields of the request's `collect` are
   * required in any case.
   */
  readonly customerRequired?: boolean | undefined;
  readonly creditCard?: MidtransCreditCard | undefined;
  /**
   * Wished numbers of virtual accounts, in digits. Midtrans replaces one that is taken, cuts a long one and puts zeros before a
   * short one, and does not say so: never rely on them.
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

/** How cards are taken. Midtrans advises to leave all but `secure` to itself. */
export interface MidtransCreditCard {
  /** Whether cards go through 3-D Secure. Default true, although Midtrans' own default is false. */
  readonly secure?: boolean | undefined;
  /** The acquiring bank. */
  readonly bank?: "bca" | "bni" | "mandiri" | "cimb" | "bri" | "danamon" | "maybank" | "mega" | undefined;
  readonly channel?: "migs" | undefined;
  /** `authorize` only reserves the money: it must be captured elsewhere, or the payment stays `authorized`. */
  readonly type?: "authorize" | "authorize_capture" | undefined;
  /** The cards to take: their first digits, up to 8, or names of banks. */
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
  readonly serverKey: string;
  readonly baseUrl: string;
  readonly transport: Transport;
}

/** Source: docs.midtrans.com, Create Payment Link, "API Host Base URL". */
const BASE_URLS = {
  sandbox: "https://api.sandbox.midtrans.com",
  production: "https://api.midtrans.com",
} as const;

/** Throws `TypeError` where the options cannot work. */
export const checkOptions = (options: MidtransOptions): CheckedOptions => {
  const check = new OptionsCheck("createMidtransDriver", options, ["serverKey", "longReferences", ...HTTP_OPTIONS]);
  if (options.longReferences !== undefined && typeof options.longReferences !== "boolean") {
    check.refuse("longReferences", "expected true or false");
  }
  const environment = check.oneOf("environment", ["sandbox", "production"]);
  return Object.freeze({
    serverKey: check.text("serverKey"),
    baseUrl: check.baseUrl("baseUrl", BASE_URLS[environment]),
    transport: checkTransport(check, options),
  });
};
