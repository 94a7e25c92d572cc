import { isJsonObject, type JsonObject, parseJsonObject } from "../http/input-reader.ts";
import type { ProviderDefinition } from "../provider.ts";
import { RUPIAH_CURRENCY } from "../rupiah.ts";
import { SINGAPAY_CREDENTIALS, type SingapayCredentials } from "./credentials.ts";
import { createRequest } from "./initial-request.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { explainSignature } from "./signature.ts";
import { createSingapaySimulator } from "./simulator.ts";
import { copyOfWebhook, signedWebhook } from "./webhooks.ts";

export const singapay: ProviderDefinition<"singapay", SingapayCredentials> = {
  name: "singapay",
  label: "SingaPay",
  currency: RUPIAH_CURRENCY,
  credentials: SINGAPAY_CREDENTIALS,
  specialActions: [],
  inapplicableFaults: [],
  retryPolicy: RETRY_POLICY,
  create: createSingapaySimulator,
  sign: (body, target) => signedWebhook(body, SINGAPAY_CREDENTIALS, target),
  problemWithBody: (body) =>
    parseJsonObject(body) === undefined
      ? "The body must be a JSON object: the signature is made from its content."
      : undefined,
  explainSignature: (delivery) => explainSignature(delivery, SINGAPAY_CREDENTIALS.clientSecret),
  copy: (delivery, target) => copyOfWebhook(delivery, SINGAPAY_CREDENTIALS, target),
  errorBody: (_path, status, message) => ({
    contentType: "application/json",
    body: { status, success: false, error: { code: status, message } },
  }),
  createRequest,
  eventOf(body) {
    const transaction = inside(body, "data", "transaction");
    return [body["event"], transaction["reff_no"] ?? inside(body, "data", "payment_link_history")["reff_no"]];
  },
};

const inside = (json: JsonObject, ...path: readonly string[]): JsonObject =>
  path.reduce<JsonObject>((inner, name) => {
    const value = inner[name];
    return isJsonObject(value) ? value : {};
  }, json);
