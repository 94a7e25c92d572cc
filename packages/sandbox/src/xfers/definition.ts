import { basicAuth } from "../http/basic-auth.ts";
import { isJsonObject } from "../http/input-reader.ts";
import type { ProviderDefinition } from "../provider.ts";
import { RUPIAH_CURRENCY } from "../rupiah.ts";
import { callbackSignature, signedCallback } from "./callbacks.ts";
import { XFERS_CREDENTIALS } from "./credentials.ts";
import { troubleBody } from "./errors.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import { createXfersSimulator } from "./simulator.ts";

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
  create: createXfersSimulator,
  sign: (body, { keyFrom }) => signedCallback(body, keyFrom(XFERS_CREDENTIALS.signingSecret)),
  problemWithBody: () => undefined,
  explainSignature({ body, headers }) {
    const sent = headers["Xfers-Signature"];
    return {
      algorithm: "HMAC-SHA256 of the body's bytes with the signing secret, in hex",
      carrier: "header Xfers-Signature",
      sent,
      baseString: body,
      holds: sent === callbackSignature(body, XFERS_CREDENTIALS.signingSecret),
    };
  },
  errorBody: (_path, status, message) => ({
    contentType: "application/vnd.api+json",
    body: troubleBody(status, message),
  }),
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/api/v4/payment_links`, {
      method: "POST",
      headers: { Authorization: basicAuth(XFERS_CREDENTIALS.apiKey, XFERS_CREDENTIALS.secretKey) },
      body: JSON.stringify(body),
    }),
  eventOf({ data }) {
    const attributes = isJsonObject(data) ? data["attributes"] : undefined;
    return isJsonObject(attributes) ? [attributes["status"], attributes["referenceId"]] : [];
  },
};
