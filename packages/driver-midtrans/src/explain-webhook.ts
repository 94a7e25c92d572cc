// The facts about a refused notification. Loaded when one is explained.
import type { DriverDelivery, ProviderEnvironment, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, malformedHex } from "@tautan/driver-kit/explain";
import { type JsonObject, parseJsonObject } from "@tautan/driver-kit/http";
import type { CheckedOptions } from "./options.ts";
import { parseNotification } from "./webhook.ts";

/** Source: https://docs.midtrans.com/docs/https-notification-webhooks. */
const SIGNED_FIELDS = ["order_id", "status_code", "gross_amount", "signature_key"] as const;

export const factsOfNotification = async (
  delivery: DriverDelivery,
  { serverKey, environment }: Pick<CheckedOptions, "serverKey" | "environment">,
): Promise<WebhookFacts> => {
  const body = parseJsonObject(delivery.text);
  const missing = body ? SIGNED_FIELDS.filter((each) => (body[each] ?? "") === "") : [];
  const verifies = async (key: string): Promise<boolean> => (await parseNotification(delivery, key)).isOk();
  return {
    isOwnForm: body !== undefined && missing.length < SIGNED_FIELDS.length && "transaction_status" in body,
    signedBody: "fields",
    signsUrl: false,
    missing: missing.map((each) => `the field ${each}`),
    malformed:
      typeof body?.["signature_key"] === "string"
        ? malformedHex("signature_key", body["signature_key"], 128)
        : undefined,
    otherSecret: await findOtherSecret([{ option: "serverKey", secret: serverKey }], [], verifies),
    ...factsOfKey(serverKey, environment),
    otherBodies: body && otherFields(body),
  };
};

/**
 * Only a hint: no document promises the prefixes. Source of the sandbox's: https://docs.midtrans.com/docs/api-authorization-headers;
 * that a client key signs nothing: https://docs.midtrans.com/docs/access-keys.
 */
const factsOfKey = (
  serverKey: string,
  configured: ProviderEnvironment,
): Pick<WebhookFacts, "wrongKey" | "environment"> => {
  if (/^(?:SB-)?Mid-client-/i.test(serverKey)) {
    return { wrongKey: { option: "serverKey", expected: "the server key", got: "the client key" } };
  }
  if (serverKey.startsWith("SB-Mid-server-")) return { environment: { configured, ofKey: "sandbox" } };
  if (serverKey.startsWith("Mid-server-")) return { environment: { configured, ofKey: "production" } };
  return {};
};

/** The amount and code as Midtrans writes them, if a parser or a form on the way has changed them. */
const otherFields = (body: JsonObject): NonNullable<WebhookFacts["otherBodies"]> => {
  const { gross_amount: amount, status_code: code, order_id: orderId } = body;
  const whole = /^\s*(?:Rp\.?\s*)?(\d{1,15})(?:\.\d{1,2})?\s*$/.exec(String(amount))?.[1];
  if (whole === undefined || typeof orderId !== "string") return [];
  const signed = { ...body, order_id: orderId.trim(), status_code: String(code).trim(), gross_amount: `${whole}.00` };
  return [{ text: JSON.stringify(signed), form: "gross_amount with two decimals, as Midtrans writes it" }];
};
