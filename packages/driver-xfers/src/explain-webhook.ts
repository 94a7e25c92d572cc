// The facts about a refused callback. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, malformedHex, missingHeaders, namedSecrets } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import type { CheckedOptions } from "./options.ts";
import { parseCallback, signaturesOf } from "./webhook.ts";

/** Source: https://docs.fazz.com/docs/securing-your-callback. */
const HEADER = "Xfers-Signature";

export const factsOfCallback = async (delivery: DriverDelivery, options: CheckedOptions): Promise<WebhookFacts> => {
  const { signingSecrets, secretKey } = options;
  const signatures = signaturesOf(delivery);
  const verifies = async (secret: string): Promise<boolean> => {
    const parsed = await parseCallback(delivery, { signingSecrets: [secret], acceptUnsignedCallbacks: false });
    return parsed.isOk();
  };
  const used = namedSecrets("signingSecrets", signingSecrets);
  const isSigned = signatures.length > 0;
  return {
    isOwnForm: isOwnForm(delivery),
    signedBody: "bytes",
    signsUrl: false,
    missing: isSigned ? [] : [`the header ${HEADER}`],
    malformed: malformedHeader(signatures),
    otherSecret: isSigned
      ? await findOtherSecret(used, [{ option: "secretKey", secret: secretKey }], verifies)
      : undefined,
    wrongKey: wrongKey(options),
  };
};

/** Source of the fields: https://docs.fazz.com/v4-ID/docs/payment-link-via-api. */
const isOwnForm = (delivery: DriverDelivery): boolean => {
  if (missingHeaders(delivery, [HEADER]).length === 0) return true;
  const { type, attributes } = (parseJsonObject(delivery.text)?.["data"] ?? {}) as Readonly<Record<string, unknown>>;
  return typeof type === "string" && typeof attributes === "object" && attributes !== null;
};

const malformedHeader = (signatures: readonly string[]): WebhookFacts["malformed"] => {
  const [given] = signatures;
  if (given === undefined) return undefined;
  if (signatures.length > 1) return { name: HEADER, expected: "one signature", got: "several that differ" };
  return malformedHex(HEADER, given, 64);
};

/** Each address has its own signing secret: https://docs.fazz.com/docs/securing-your-callback. */
const wrongKey = ({ signingSecrets, apiKey, secretKey }: CheckedOptions): WebhookFacts["wrongKey"] => {
  const expected = "the signing secret of the callback address";
  if (signingSecrets.includes(secretKey)) return { option: "signingSecrets", expected, got: "the secret key" };
  return signingSecrets.includes(apiKey) ? { option: "signingSecrets", expected, got: "the API key" } : undefined;
};
