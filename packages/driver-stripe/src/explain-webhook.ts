// The facts about a refused delivery. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, namedSecrets, timedSignatureFacts } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import { type CheckedOptions, environmentOfKey } from "./options.ts";
import { parseEvent, SIGNATURE } from "./webhook.ts";

export const factsOfEvent = async (
  delivery: DriverDelivery,
  options: CheckedOptions,
  nowMs: number,
): Promise<WebhookFacts> => {
  const signature = timedSignatureFacts(delivery, SIGNATURE);
  const isSigned = signature.missing === undefined;
  const verifies = async (secret: string): Promise<boolean> => {
    const parsed = await parseEvent(delivery, { secrets: [secret], nowMs, maxAgeMs: options.webhookMaxAgeMs });
    return parsed.isOk() || parsed.error.kind === "signature_expired";
  };
  const used = namedSecrets("webhookSecrets", options.webhookSecrets);
  const body = parseJsonObject(delivery.text);
  return {
    ...signature,
    isOwnForm: isSigned || (body?.["object"] === "event" && typeof body["type"] === "string"),
    signedBody: "bytes",
    signsUrl: false,
    otherSecret: isSigned ? await findOtherSecret(used, [], verifies) : undefined,
    wrongKey: wrongKey(options.webhookSecrets),
    environment: {
      configured: options.environment,
      ...ofKey(options.secretKey),
      ...ofBody(body?.["livemode"]),
    },
  };
};

const ofKey = (secretKey: string): { readonly ofKey?: "sandbox" | "production" } => {
  const environment = environmentOfKey(secretKey);
  return environment === undefined ? {} : { ofKey: environment };
};

const ofBody = (livemode: unknown): { readonly ofBody?: "sandbox" | "production" } =>
  typeof livemode === "boolean" ? { ofBody: livemode ? "production" : "sandbox" } : {};

/** Source of the prefixes: https://docs.stripe.com/keys. */
const wrongKey = (secrets: readonly string[]): WebhookFacts["wrongKey"] => {
  const expected = "the signing secret of the endpoint, whsec_…";
  const got = [
    { prefix: /^(?:sk|rk)_/, name: "a secret key of the API" },
    { prefix: /^pk_/, name: "a publishable key" },
    { prefix: /^we_/, name: "the id of the endpoint" },
  ].find(({ prefix }) => secrets.some((each) => prefix.test(each)));
  return got && { option: "webhookSecrets", expected, got: got.name };
};
