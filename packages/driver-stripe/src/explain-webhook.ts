// The facts about a refused delivery. Loaded when one is explained.
import type { DriverDelivery, WebhookFacts } from "@tautan/core/driver";
import { findOtherSecret, malformedHex, missingHeaders, namedSecrets } from "@tautan/driver-kit/explain";
import { parseJsonObject } from "@tautan/driver-kit/http";
import { type CheckedOptions, environmentOfKey } from "./options.ts";
import { parseEvent, signatureParts } from "./webhook.ts";

const SIGNATURE = "Stripe-Signature";

export const factsOfEvent = async (
  delivery: DriverDelivery,
  options: CheckedOptions,
  nowMs: number,
): Promise<WebhookFacts> => {
  const missing = missingHeaders(delivery, [SIGNATURE]);
  const { time } = signatureParts(delivery.header("stripe-signature") ?? "");
  const verifies = async (secret: string): Promise<boolean> => {
    const parsed = await parseEvent(delivery, { secrets: [secret], nowMs, maxAgeMs: options.webhookMaxAgeMs });
    return parsed.isOk() || parsed.error.kind === "signature_expired";
  };
  const used = namedSecrets("webhookSecrets", options.webhookSecrets);
  const body = parseJsonObject(delivery.text);
  return {
    isOwnForm: missing.length === 0 || (body?.["object"] === "event" && typeof body["type"] === "string"),
    signedBody: "bytes",
    signsUrl: false,
    missing: missing.map((name) => `the header ${name}`),
    malformed: missing.length === 0 ? malformedHeader(delivery.header("stripe-signature") ?? "") : undefined,
    signedAtMs: time !== undefined && SECONDS.test(time) ? Number(time) * 1000 : undefined,
    otherSecret: missing.length === 0 ? await findOtherSecret(used, [], verifies) : undefined,
    wrongKey: wrongKey(options.webhookSecrets),
    environment: {
      configured: options.environment,
      ...ofKey(options.secretKey),
      ...ofBody(body?.["livemode"]),
    },
  };
};

const SECONDS = /^\d{1,12}$/;

const malformedHeader = (header: string): WebhookFacts["malformed"] => {
  const { time, signatures } = signatureParts(header);
  if (time === undefined || !SECONDS.test(time)) {
    return {
      name: SIGNATURE,
      expected: "one t= with the seconds since 1970",
      got: time === undefined ? "none, or several" : "another text",
    };
  }
  const [first] = signatures;
  if (first === undefined) return { name: SIGNATURE, expected: "a v1= with a signature", got: "none" };
  return malformedHex(SIGNATURE, first, 64);
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
