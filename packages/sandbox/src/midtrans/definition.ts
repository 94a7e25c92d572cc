import { basicAuth, type ProviderDefinition, parseJsonObject, RUPIAH_CURRENCY } from "../simulator-kit/index.ts";
import { MIDTRANS_CREDENTIALS } from "./credentials.ts";
import { midtransErrorBody } from "./errors.ts";
import { problemsWithOtherPayment } from "./other-payment.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { explainSignature, NOTIFICATION_HEADERS, signedFields, withSignatureKey } from "./signature.ts";
import { createMidtransSimulator } from "./simulator.ts";
import { PAYMENT_STATUSES, WEBHOOK_EVENTS } from "./webhook-events.ts";

export const midtrans: ProviderDefinition<"midtrans", { readonly serverKey: string }> = {
  name: "midtrans",
  label: "Midtrans",
  currency: RUPIAH_CURRENCY,
  credentials: MIDTRANS_CREDENTIALS,
  specialActions: ["review", "reverse", "refund", "chargeback"],
  inapplicableFaults: ["stale_timestamp", "zero_id", "expired_token", "numeric_expires_in"],
  retryPolicy: RETRY_POLICY,
  paymentStatuses: PAYMENT_STATUSES,
  webhookEvents: WEBHOOK_EVENTS,
  create: createMidtransSimulator,
  sign: (body, { keyFrom }) => ({
    headers: NOTIFICATION_HEADERS,
    body: withSignatureKey(body, keyFrom(MIDTRANS_CREDENTIALS.serverKey)),
  }),
  problemWithBody(body) {
    const json = parseJsonObject(body);
    if (json === undefined) return "The body must be a JSON object: the signature is made from its content.";
    if (signedFields(json) !== undefined) return undefined;
    return "The body needs order_id, status_code and gross_amount as texts: the signature of Midtrans is made from them.";
  },
  explainSignature: ({ body }) => explainSignature(body, MIDTRANS_CREDENTIALS.serverKey),
  errorBody: midtransErrorBody,
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/v1/payment-links`, {
      method: "POST",
      headers: { Authorization: basicAuth(MIDTRANS_CREDENTIALS.serverKey, "") },
      body: JSON.stringify(body),
    }),
  authorization: () => basicAuth(MIDTRANS_CREDENTIALS.serverKey, ""),
  eventOf: (body) => [body["transaction_status"], body["order_id"]],
  problemsWithOtherPayment,
};
