import {
  basicAuth,
  isJsonObject,
  type ProviderDefinition,
  RUPIAH_CURRENCY,
  signInHeader,
} from "../simulator-kit/index.ts";
import { XFERS_CREDENTIALS } from "./credentials.ts";
import { xfersErrorBody } from "./errors.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { createXfersSimulator } from "./simulator.ts";
import { PAYMENT_STATUSES, WEBHOOK_EVENTS } from "./webhook-events.ts";

export interface XfersCredentials {
  readonly apiKey: string;
  readonly secretKey: string;
  readonly signingSecret: string;
}

export const xfers: ProviderDefinition<"xfers", XfersCredentials> = {
  name: "xfers",
  label: "Xfers",
  currency: RUPIAH_CURRENCY,
  credentials: XFERS_CREDENTIALS,
  specialActions: [],
  inapplicableFaults: ["stale_timestamp", "zero_id", "expired_token", "numeric_expires_in"],
  retryPolicy: RETRY_POLICY,
  paymentStatuses: PAYMENT_STATUSES,
  webhookEvents: WEBHOOK_EVENTS,
  create: createXfersSimulator,
  ...signInHeader({
    // docs.fazz.com, v4-ID, Securing your callback: HMAC-SHA256 over the bytes that are sent, in hex.
    header: "Xfers-Signature",
    hash: "sha256",
    key: XFERS_CREDENTIALS.signingSecret,
    keyName: "the signing secret",
    isTimestamped: false,
  }),
  errorBody: xfersErrorBody,
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/api/v4/payment_links`, {
      method: "POST",
      headers: { Authorization: basicAuth(XFERS_CREDENTIALS.apiKey, XFERS_CREDENTIALS.secretKey) },
      body: JSON.stringify(body),
    }),
  authorization: () => basicAuth(XFERS_CREDENTIALS.apiKey, XFERS_CREDENTIALS.secretKey),
  eventOf({ data }) {
    const attributes = isJsonObject(data) ? data["attributes"] : undefined;
    return isJsonObject(attributes) ? [attributes["status"], attributes["referenceId"]] : [];
  },
};
