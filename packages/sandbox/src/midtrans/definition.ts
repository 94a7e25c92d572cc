import { basicAuth } from "../http/basic-auth.ts";
import { parseJsonObject } from "../http/input-reader.ts";
import type { ProviderDefinition } from "../provider.ts";
import { rupiahCurrency } from "../rupiah.ts";
import { midtransCredentials } from "./credentials.ts";
import { coreError, errorMessages } from "./errors.ts";
import { problemsWithOtherPayment } from "./other-payment.ts";
import { retryPolicy } from "./retry-policy.ts";
import { explainSignature, notificationHeaders, signedFields, withSignatureKey } from "./signature.ts";
import { createMidtransSimulator } from "./simulator.ts";

export const midtrans: ProviderDefinition<"midtrans", { readonly serverKey: string }> = {
  name: "midtrans",
  label: "Midtrans",
  currency: rupiahCurrency,
  credentials: midtransCredentials,
  specialActions: ["review", "reverse", "refund", "chargeback"],
  inapplicableFaults: ["stale_timestamp", "zero_id", "expired_token", "numeric_expires_in"],
  retryPolicy,
  create: createMidtransSimulator,
  sign: (body, { keyFrom }) => ({
    headers: notificationHeaders,
    body: withSignatureKey(body, keyFrom(midtransCredentials.serverKey)),
  }),
  problemWithBody(body) {
    const json = parseJsonObject(body);
    if (json === undefined) return "The body must be a JSON object: the signature is made from its content.";
    if (signedFields(json) !== undefined) return undefined;
    return "The body needs order_id, status_code and gross_amount as texts: the signature of Midtrans is made from them.";
  },
  explainSignature: ({ body }) => explainSignature(body, midtransCredentials.serverKey),
  errorBody: (path, status, message) => ({
    contentType: "application/json",
    body: path.startsWith("/v2/") ? coreError(String(status), message) : errorMessages(message),
  }),
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/v1/payment-links`, {
      method: "POST",
      headers: { Authorization: basicAuth(midtransCredentials.serverKey, "") },
      body: JSON.stringify(body),
    }),
  eventOf: (body) => [body["transaction_status"], body["order_id"]],
  problemsWithOtherPayment,
};
