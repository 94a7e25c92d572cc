import { basicAuth, checkOf, isJsonObject, type ProviderDefinition, RUPIAH_CURRENCY } from "../simulator-kit/index.ts";
import { XENDIT_CREDENTIALS } from "./credentials.ts";
import { currencyOf } from "./currencies.ts";
import { xenditErrorBody } from "./errors.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { createXenditSimulator } from "./simulator.ts";
import { PAYMENT_STATUSES, WEBHOOK_EVENTS } from "./webhook-events.ts";

export interface XenditCredentials {
  readonly secretKey: string;
  readonly webhookToken: string;
}

/** docs.xendit.co, Callback set-up. */
const TOKEN_HEADER = "x-callback-token";

export const xendit: ProviderDefinition<"xendit", XenditCredentials> & { readonly startsOnRequest: true } = {
  name: "xendit",
  label: "Xendit",
  startsOnRequest: true,
  currency: RUPIAH_CURRENCY,
  currencyOf,
  credentials: XENDIT_CREDENTIALS,
  specialActions: ["refund"],
  inapplicableFaults: ["rolled_key", "stale_timestamp", "zero_id", "expired_token", "numeric_expires_in"],
  retryPolicy: RETRY_POLICY,
  paymentStatuses: PAYMENT_STATUSES,
  webhookEvents: WEBHOOK_EVENTS,
  create: createXenditSimulator,
  // The token of the account is all that a callback proves. A retry has the id of the first try.
  sign: (body, { stamp, keyFrom }) => ({
    headers: {
      "Content-Type": "application/json",
      [TOKEN_HEADER]: keyFrom(XENDIT_CREDENTIALS.webhookToken),
      "webhook-id": stamp.bearer,
    },
    body,
  }),
  problemWithBody: () => undefined,
  explainSignature: ({ headers }) =>
    checkOf({
      algorithm: "none: the account's token as it is, which covers no part of the callback",
      carrier: `header ${TOKEN_HEADER}`,
      sent: headers[TOKEN_HEADER],
      baseString: "",
      signatureOf: () => XENDIT_CREDENTIALS.webhookToken,
    }),
  errorBody: xenditErrorBody,
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/v2/invoices`, {
      method: "POST",
      headers: { Authorization: basicAuth(XENDIT_CREDENTIALS.secretKey, "") },
      body: JSON.stringify(body),
    }),
  authorization: () => basicAuth(XENDIT_CREDENTIALS.secretKey, ""),
  eventOf({ event, status, external_id, data }) {
    const object = isJsonObject(data) ? data : {};
    return typeof event === "string" ? [event, object["reference_id"] ?? object["invoice_id"]] : [status, external_id];
  },
};
