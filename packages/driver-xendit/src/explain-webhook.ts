// The facts about a refused callback. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, missingHeaders, namedSecrets } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import type { CheckedOptions } from "./options.ts";
import { parseCallback, TOKEN_HEADER } from "./webhook.ts";

export const factsOfCallback = async (delivery: DriverDelivery, options: CheckedOptions): Promise<WebhookFacts> => {
  const { webhookTokens, secretKey, environment } = options;
  const given = delivery.header(TOKEN_HEADER) ?? "";
  const verifies = async (token: string): Promise<boolean> => {
    const parsed = await parseCallback(delivery, { webhookTokens: [token], businessId: undefined });
    return parsed.isOk() || parsed.error.kind === "malformed_webhook";
  };
  const used = namedSecrets("webhookTokens", webhookTokens);
  return {
    isOwnForm: isOwnForm(delivery),
    // A token covers nothing of the delivery: no changed body can be the cause.
    signedBody: "nothing",
    signsUrl: false,
    missing: missingHeaders(delivery, [TOKEN_HEADER]).map((name) => `the header ${name}`),
    malformed: malformedToken(given),
    otherSecret:
      given === "" ? undefined : await findOtherSecret(used, [{ option: "secretKey", secret: secretKey }], verifies),
    wrongKey: wrongKey(options),
    environment: { configured: environment },
  };
};

/** Source of the fields: https://github.com/xendit/xendit-node, docs/invoice/InvoiceCallback.md and docs/refund/RefundCallback.md. */
const isOwnForm = (delivery: DriverDelivery): boolean => {
  if (missingHeaders(delivery, [TOKEN_HEADER]).length === 0) return true;
  const body = parseJsonObject(delivery.text) ?? {};
  const isFlat = ["id", "external_id", "status", "merchant_name"].every((name) => typeof body[name] === "string");
  return isFlat || (typeof body["event"] === "string" && typeof body["business_id"] === "string");
};

const malformedToken = (given: string): WebhookFacts["malformed"] => {
  if (given === "" || /^[\x21-\x7e]+$/.test(given)) {
    return given.startsWith("xnd_")
      ? { name: TOKEN_HEADER, expected: "the webhook verification token", got: "something that begins like an API key" }
      : undefined;
  }
  return {
    name: TOKEN_HEADER,
    expected: "visible ASCII characters",
    got: `${given.length} characters, some of which are not`,
  };
};

/** The token is another text than any key: https://docs.xendit.co/api-integration/callback/setup. */
const wrongKey = ({ webhookTokens, secretKey }: CheckedOptions): WebhookFacts["wrongKey"] => {
  const expected = "the webhook verification token of the dashboard";
  if (webhookTokens.includes(secretKey)) return { option: "webhookTokens", expected, got: "the secret key" };
  return webhookTokens.some((token) => token.startsWith("xnd_"))
    ? { option: "webhookTokens", expected, got: "something that begins like an API key" }
    : undefined;
};
