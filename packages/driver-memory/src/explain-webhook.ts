// The facts about a refused webhook. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, malformedHex, missingHeaders } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import { parseMemoryWebhook, SIGNATURE_HEADER, TOKEN_HEADER, type WebhookRules } from "./webhook.ts";

export const factsOfMemoryWebhook = async (delivery: DriverDelivery, rules: WebhookRules): Promise<WebhookFacts> => {
  const isSigned = rules.trust !== "token" && rules.trust !== "unsigned";
  const header = isSigned ? SIGNATURE_HEADER : TOKEN_HEADER;
  const missing = rules.trust === "unsigned" ? [] : missingHeaders(delivery, [header]);
  const body = parseJsonObject(delivery.text);
  const hasForm =
    body !== undefined &&
    (("link" in body && "payment" in body) || ["events", "notice", "event"].some((name) => name in body));
  const verifies = (webhookSecret: string): boolean => parseMemoryWebhook(delivery, { ...rules, webhookSecret }).isOk();
  return {
    isOwnForm: (isSigned && missing.length === 0) || hasForm,
    signedBody: "bytes",
    signsUrl: false,
    missing: missing.map((name) => `the header ${name}`),
    malformed:
      isSigned && missing.length === 0
        ? malformedHex(SIGNATURE_HEADER, delivery.header(SIGNATURE_HEADER) ?? "", 64)
        : undefined,
    otherSecret: await findOtherSecret([{ option: "webhookSecret", secret: rules.webhookSecret }], [], verifies),
  };
};
