import { createHmac } from "node:crypto";
import { isJsonObject, parseJsonObject } from "../../src/http/input-reader.ts";
import type { ProviderDefinition } from "../../src/provider.ts";
import { MINUTE_MS } from "../../src/time/times.ts";
import { isTaken, USUAL_TIMEOUT_MS } from "../../src/webhooks/retries.ts";
import { acmeKey, createAcmeSimulator, euro } from "./simulator.ts";

const signature = (body: string, key: string): string => createHmac("sha256", key).update(body).digest("hex");

/** A provider that does not exist: euros with cents, refunds, no tokens. */
export const acme: ProviderDefinition<"acme", { readonly key: string }> = {
  name: "acme",
  label: "Acme Pay",
  currency: euro,
  credentials: { key: acmeKey },
  specialActions: ["refund"],
  inapplicableFaults: ["stale_timestamp", "zero_id", "expired_token", "numeric_expires_in"],
  retryPolicy: {
    timeoutMs: USUAL_TIMEOUT_MS,
    maxRedirects: 0,
    retriesAfter: (answer) => (isTaken(answer) ? 0 : 2),
    gapMs: () => 10 * MINUTE_MS,
  },
  create: createAcmeSimulator,
  sign: (body, { keyFrom }) => ({ headers: { "Acme-Signature": signature(body, keyFrom(acmeKey)) }, body }),
  problemWithBody: (body) => (parseJsonObject(body) === undefined ? "The body must be a JSON object." : undefined),
  explainSignature: ({ headers, body }) => ({
    algorithm: "HMAC-SHA256 of the body with the key, in hex",
    carrier: "header Acme-Signature",
    sent: headers["Acme-Signature"],
    baseString: body,
    holds: headers["Acme-Signature"] === signature(body, acmeKey),
  }),
  errorBody: (_path, status, message) => ({ contentType: "application/json", body: { error: { status, message } } }),
  createRequest: (body, baseUrl) =>
    new Request(`${baseUrl}/v1/links`, {
      method: "POST",
      headers: { Authorization: `Bearer ${acmeKey}` },
      body: JSON.stringify(body),
    }),
  eventOf: ({ type, data }) => [type, isJsonObject(data) ? data["reference"] : undefined],
};
