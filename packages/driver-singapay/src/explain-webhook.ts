// The facts about a refused delivery. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, malformedHex, missingHeaders, namedSecrets } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import type { CheckedOptions } from "./options.ts";
import { parseNotification } from "./webhook.ts";

/** Source: https://docs.singapay.id/api-reference/webhooks/security-and-signature. */
const SIGNED_HEADERS = ["X-Signature", "X-Timestamp", "Authorization"] as const;

export const factsOfNotification = async (
  delivery: DriverDelivery,
  options: CheckedOptions,
  nowMs: number,
): Promise<WebhookFacts> => {
  const missing = missingHeaders(delivery, SIGNED_HEADERS);
  const timestamp = delivery.header("x-timestamp") ?? "";
  const verifies = (secret: string): boolean => {
    const { webhookMaxAgeMs: maxAgeMs } = options;
    const parsed = parseNotification(delivery, { secrets: [secret], nowMs, maxAgeMs, account: options });
    return parsed.isOk() || parsed.error.kind === "signature_expired";
  };
  const used =
    options.webhookSecrets.length === 1 && options.webhookSecrets[0] === options.clientSecret
      ? [{ option: "clientSecret", secret: options.clientSecret }]
      : namedSecrets("webhookSecrets", options.webhookSecrets);
  const unused = [{ option: "clientSecret", secret: options.clientSecret }];
  return {
    isOwnForm: isOwnForm(delivery),
    signedBody: "json",
    signsUrl: true,
    missing: missing.map((name) => `the header ${name}`),
    malformed: missing.length === 0 ? malformedHeader(delivery, timestamp) : undefined,
    signedAtMs: SECONDS.test(timestamp) ? Number(timestamp) * 1000 : undefined,
    otherSecret: missing.length === 0 ? await findOtherSecret(used, unused, verifies) : undefined,
    wrongKey: wrongKey(options),
    environment: {
      configured: options.environment,
      ...(SANDBOX_PAGE.test(delivery.text) && { ofBody: "sandbox" as const }),
    },
  };
};

const SECONDS = /^\d{10}$/;

/** Source: https://docs.singapay.id/api-reference/webhooks/payment-link; the host of production is not documented. */
const SANDBOX_PAGE = /https:\\?\/\\?\/sandbox-paymentlink\.singapay\.id\\?\//;

/** Source of the fields: https://docs.singapay.id/api-reference/webhooks/payment-link. */
const isOwnForm = (delivery: DriverDelivery): boolean => {
  if (missingHeaders(delivery, ["X-Signature", "X-Timestamp"]).length === 0) return true;
  const body = parseJsonObject(delivery.text);
  return (
    body !== undefined && "data" in body && (typeof body["event"] === "string" || typeof body["success"] === "boolean")
  );
};

const malformedHeader = (delivery: DriverDelivery, timestamp: string): WebhookFacts["malformed"] => {
  const signature = malformedHex("X-Signature", delivery.header("x-signature") ?? "", 128);
  if (signature) return signature;
  if (!SECONDS.test(timestamp)) {
    const got = /^\d+$/.test(timestamp) ? `${timestamp.length} digits` : "another text";
    return { name: "X-Timestamp", expected: "10 digits, the seconds since 1970", got };
  }
  const authorization = delivery.header("authorization") ?? "";
  if (/^Bearer [^\s,]{1,2048}$/i.test(authorization)) return undefined;
  const got = authorization.includes(",") ? "several values: a proxy may have added its own" : "another form";
  return { name: "Authorization", expected: "one Bearer token", got };
};

/** Source: https://docs.singapay.id/api-reference/webhooks/security-and-signature: only the client secret signs. */
const wrongKey = ({ webhookSecrets, apiKey, clientId }: CheckedOptions): WebhookFacts["wrongKey"] => {
  const expected = "the client secret";
  if (webhookSecrets.includes(apiKey)) return { option: "webhookSecrets", expected, got: "the API key" };
  return webhookSecrets.includes(clientId) ? { option: "webhookSecrets", expected, got: "the client id" } : undefined;
};
