import type { DriverDelivery, DriverObservation, DriverWebhookError, ParsedWebhook } from "@tautan/core/driver";
import {
  hmacSha256Hex,
  isJsonContentType,
  malformedWebhook,
  parseJsonObject,
  REFUSED,
  sameHex,
  signatureInvalid,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { toDriverHistory } from "./history.ts";
import type { CheckedOptions } from "./options.ts";
import { webhookBody } from "./wire.generated.ts";
import type { EventBody } from "./wire.ts";

/** Holds the HMAC-SHA256 of the raw body in hexadecimal. */
export const SIGNATURE_HEADER = "memory-signature";
/** Holds the secret itself, if `traits.trust` is `token`. */
export const TOKEN_HEADER = "memory-token";

/** The secret of deliveries, and how far it proves them. */
export type WebhookRules = Pick<CheckedOptions, "webhookSecret"> & {
  readonly trust: DriverObservation["trust"];
};

export const webhookRulesOf = ({ webhookSecret, capabilities }: CheckedOptions): WebhookRules => ({
  webhookSecret,
  trust: capabilities.webhooks.trust,
});

/** The header that proves a delivery; none if nothing proves it. */
export const proofOf = ({ webhookSecret, trust }: WebhookRules, body: string): Record<string, string> => {
  if (trust === "unsigned") return {};
  if (trust === "token") return { [TOKEN_HEADER]: webhookSecret };
  return { [SIGNATURE_HEADER]: hmacSha256Hex(webhookSecret, body) };
};

export const parseMemoryWebhook = (delivery: DriverDelivery, rules: WebhookRules): ParsedWebhook => {
  if (!isJsonContentType(delivery.header("content-type")))
    return malformed("expected the content type application/json");
  const proven = verify(delivery, rules);
  if (proven.isErr()) return err(proven.error);
  const body = webhookBody.read(parseJsonObject(delivery.text));
  if (body === REFUSED) return malformed("expected the JSON of a payment");
  const events = "events" in body ? body.events : [body];
  return ok(events.map((each) => observationOf(each, rules.trust)));
};

const verify = (delivery: DriverDelivery, rules: WebhookRules): Result<undefined, DriverWebhookError> => {
  if (rules.trust === "unsigned") return ok(undefined);
  return rules.trust === "token" ? verifyToken(delivery, rules) : verifySignature(delivery, rules);
};

const verifySignature = (
  delivery: DriverDelivery,
  { webhookSecret }: WebhookRules,
): Result<undefined, DriverWebhookError> => {
  const given = delivery.header(SIGNATURE_HEADER);
  if (given === undefined) return invalid("missing", `the header ${SIGNATURE_HEADER} is absent`);
  if (!/^[0-9a-f]{64}$/i.test(given)) return invalid("malformed", `${SIGNATURE_HEADER} is not 64 hexadecimal digits`);
  return sameHex(hmacSha256Hex(webhookSecret, delivery.text), given)
    ? ok(undefined)
    : invalid("mismatch", `${SIGNATURE_HEADER} does not fit the body and the secret`);
};

const verifyToken = (
  delivery: DriverDelivery,
  { webhookSecret }: WebhookRules,
): Result<undefined, DriverWebhookError> => {
  const given = delivery.header(TOKEN_HEADER);
  if (given === undefined) return invalid("missing", `the header ${TOKEN_HEADER} is absent`);
  // Digests have the same length, whatever the length of the tokens, so that the comparison always takes the same time.
  return sameHex(hmacSha256Hex(webhookSecret, webhookSecret), hmacSha256Hex(webhookSecret, given))
    ? ok(undefined)
    : invalid("mismatch", `${TOKEN_HEADER} is another token`);
};

const observationOf = (event: EventBody, trust: DriverObservation["trust"]): DriverObservation => {
  if ("event" in event) return { kind: "unknown", trust, event: event.event, raw: event };
  if ("notice" in event) return { kind: "notice", trust, resource: event.notice.resource, providerId: event.notice.id };
  const { id, reference } = event.link;
  return {
    kind: "history",
    trust,
    ...toDriverHistory(event, trust),
    linkCandidates: [{ providerId: id, reference }],
  };
};

const HINT = "Pass the webhook, as the simulator returned it, to the driver that created it.";
const HINTS = { missing: HINT, malformed: HINT, mismatch: HINT } as const;

const invalid = (problem: keyof typeof HINTS, message: string): Result<never, DriverWebhookError> =>
  err(signatureInvalid(problem, message, HINTS));

const malformed = (message: string): Result<never, DriverWebhookError> => err(malformedWebhook(message, HINT));
