export const XENDIT_CREDENTIALS = {
  secretKey: "xnd_development_tautan_sandbox",
  webhookToken: "tok_tautan_sandbox",
} as const;

/** The id of the account in its objects and callbacks. */
export const XENDIT_BUSINESS_ID = "5f00000000000000000000aa";
