import {
  basicAuth,
  isJsonObject,
  type JsonObject,
  type ProviderDefinition,
  parseJsonObject,
  RUPIAH_CURRENCY,
} from "../simulator-kit/index.ts";
import { SINGAPAY_CREDENTIALS, type SingapayCredentials } from "./credentials.ts";
import { singapayErrorBody } from "./envelopes.ts";
import { createRequest } from "./initial-request.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { explainSignature } from "./signature.ts";
import { createSingapaySimulator } from "./simulator.ts";
import { isTokenCall } from "./token-server.ts";
import { PAYMENT_STATUSES, WEBHOOK_EVENTS } from "./webhook-events.ts";
import { copyOfWebhook, signedWebhook } from "./webhooks.ts";

export const singapay: ProviderDefinition<"singapay", SingapayCredentials> = {
  name: "singapay",
  label: "SingaPay",
  currency: RUPIAH_CURRENCY,
  credentials: SINGAPAY_CREDENTIALS,
  specialActions: [],
  keyHeaders: { "x-partner-id": SINGAPAY_CREDENTIALS.apiKey },
  inapplicableFaults: [],
  retryPolicy: RETRY_POLICY,
  paymentStatuses: PAYMENT_STATUSES,
  webhookEvents: WEBHOOK_EVENTS,
  create: createSingapaySimulator,
  sign: (body, target) => signedWebhook(body, SINGAPAY_CREDENTIALS, target),
  problemWithBody: (body) =>
    parseJsonObject(body) === undefined
      ? "The body must be a JSON object: the signature is made from its content."
      : undefined,
  explainSignature: (delivery) => explainSignature(delivery, SINGAPAY_CREDENTIALS.clientSecret),
  copy: (delivery, target) => copyOfWebhook(delivery, SINGAPAY_CREDENTIALS, target),
  errorBody: singapayErrorBody,
  createRequest,
  authorization(path, earlier) {
    const { clientId, clientSecret } = SINGAPAY_CREDENTIALS;
    if (isTokenCall(path)) return basicAuth(clientId, clientSecret);
    const tokens = earlier.flatMap(({ path, answer = "" }) => (isTokenCall(path) ? tokenIn(answer) : []));
    return tokens.length === 0 ? undefined : `Bearer ${tokens.at(-1)}`;
  },
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

/** The token that an answer issues, if it does. */
const tokenIn = (answer: string): readonly string[] => {
  const { access_token: token } = inside(parseJsonObject(answer) ?? {}, "data");
  return typeof token === "string" ? [token] : [];
};
