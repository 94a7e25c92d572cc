// The facts about a refused webhook. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, malformedHex, missingHeaders } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import { parseMemoryWebhook, SIGNATURE_HEADER } from "./webhook.ts";

export const factsOfMemoryWebhook = async (delivery: DriverDelivery, webhookSecret: string): Promise<WebhookFacts> => {
  const missing = missingHeaders(delivery, [SIGNATURE_HEADER]);
  const body = parseJsonObject(delivery.text);
  const verifies = async (secret: string): Promise<boolean> => (await parseMemoryWebhook(delivery, secret)).isOk();
  return {
    isOwnForm: missing.length === 0 || (body !== undefined && "link" in body && "payment" in body),
    signedBody: "bytes",
    signsUrl: false,
    missing: missing.map((name) => `the header ${name}`),
    malformed:
      missing.length === 0 ? malformedHex(SIGNATURE_HEADER, delivery.header(SIGNATURE_HEADER) ?? "", 64) : undefined,
    otherSecret: await findOtherSecret([{ option: "webhookSecret", secret: webhookSecret }], [], verifies),
  };
};
