import type {
  DriverDelivery,
  DriverLinkCandidate,
  DriverObservation,
  DriverWebhookError,
  ParsedWebhook,
} from "@tautan/core/driver";
import {
  fromEpochSeconds,
  isJsonContentType,
  type JsonObject,
  malformedWebhook,
  parseJsonObject,
  REFUSED,
  useRead,
} from "@tautan/driver-kit/http";
import { timedSignatureProblem } from "@tautan/driver-kit/signatures";
import { err, ok, type Result } from "neverthrow";
import { isHistory, linkCandidatesOf, recordOf } from "./history.ts";
import { REFERENCE_KEY } from "./metadata.ts";
import { event, session } from "./wire.generated.ts";
import type { Event, Session } from "./wire.ts";

type Observations = readonly DriverObservation[];
type MaybeLater = ParsedWebhook | Promise<ParsedWebhook>;

/** The data to verify a delivery. */
export interface VerifyWith {
  /** Any of them may have been used. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The maximum age of a delivery in milliseconds. */
  readonly maxAgeMs: number;
  /** The mode of the events that are read. Default: of both. */
  readonly environment?: "sandbox" | "production";
}

/** The header, and its scheme that counts. */
export const SIGNATURE = { header: "Stripe-Signature", scheme: "v1" } as const;

/** The maximum time by which a delivery may be ahead of our clock, in milliseconds. */
const MAX_AHEAD_MS = 300_000;

/** Verifies and reads one event. An endpoint has a secret of its own, so it identifies the account. */
export const parseEvent = (delivery: DriverDelivery, verifyWith: VerifyWith): MaybeLater => {
  if (!isJsonContentType(delivery.header("content-type"))) {
    return malformed("expected the content type application/json");
  }
  // HMAC-SHA256 over the time, a point and the raw bytes: https://docs.stripe.com/webhooks/signature. Two secrets sign while one is rolled.
  const problem = timedSignatureProblem(delivery, {
    ...verifyWith,
    ...SIGNATURE,
    option: "webhookSecrets",
    maxAgeOption: "webhookMaxAgeMs",
    maxAheadMs: MAX_AHEAD_MS,
    hints: HINTS,
  });
  if (problem) return err(problem);
  const body = parseJsonObject(delivery.text);
  if (!body) return malformed("expected a JSON object");
  if (isOfOtherMode(body, verifyWith)) return otherMode(body);
  const read = event.read(body);
  return read === REFUSED ? observeWithoutObject(body) : observe(read, body);
};

/**
 * Whether an event is of the other mode: in a sandbox, nobody pays. An endpoint receives only events of its own mode, except those of
 * connected accounts, which are not ours: https://docs.stripe.com/connect/webhooks.
 */
const isOfOtherMode = ({ livemode, account }: JsonObject, { environment }: VerifyWith): boolean =>
  typeof livemode === "boolean" &&
  typeof account !== "string" &&
  environment !== undefined &&
  livemode !== (environment === "production");

const otherMode = ({ livemode }: JsonObject): Result<never, DriverWebhookError> => {
  const [expected, got] = livemode === true ? ["sandbox", "live mode"] : ["live mode", "sandbox"];
  return err(
    malformedWebhook(
      `expected an event of the ${expected}, got one of the ${got}`,
      "webhookSecrets has the secret of an endpoint of the other mode: put in that of this one, or correct environment and secretKey.",
      true,
    ),
  );
};

/** The events that are about money. */
const PAYMENT_EVENTS = /^(?:checkout\.session|payment_intent|charge|refund)\./;

/**
 * The observations of a verified event whose object is not in it, or in another form. A thin event of API v1 names its object, which can be
 * read unless it is a charge, a refund or a dispute: https://docs.stripe.com/event-destinations, "Thin events".
 */
const observeWithoutObject = (body: JsonObject): ParsedWebhook => {
  const { type, related_object: related, account } = body;
  const name = typeof type === "string" ? type : "(no type)";
  const id = typeof related === "object" && related !== null ? (related as JsonObject)["id"] : undefined;
  if (name.startsWith("v1.") && typeof id === "string") {
    if (/^(?:cs|pi)_\w{1,200}$/.test(id)) return ok([notice("history", id)]);
    if (/^plink_\w{1,200}$/.test(id)) return ok([notice("link", id)]);
  }
  const isPayment = typeof account !== "string" && PAYMENT_EVENTS.test(name.replace(/^v1\./, ""));
  return isPayment
    ? unreadable("an event with its object", ["data.object"], SNAPSHOT_HINT)
    : ok([{ kind: "unknown", trust: "signed", event: name, raw: body }]);
};

type Notice = Extract<DriverObservation, { readonly kind: "notice" }>;

const notice = (resource: Notice["resource"], providerId: string): Notice => ({
  kind: "notice",
  trust: "signed",
  resource,
  providerId,
});

const SNAPSHOT_HINT = "Choose snapshot as the payload of the endpoint, which has the object of each event.";

/**
 * The observations of a verified event. An event that is not about payment links is an unknown observation. An event of a payment does
 * not name its session or its link, so that it is a notice of the payment.
 * Source of events: https://docs.stripe.com/api/events/types.
 */
const observe = (event: Event, body: JsonObject): MaybeLater => {
  // Of another account, which this key does not read: https://docs.stripe.com/connect/webhooks.
  if (event.account !== undefined) return ok(unknown(event, body));
  const { object } = event.data;
  switch (event.type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
    case "checkout.session.async_payment_failed":
    case "checkout.session.expired":
      return sessionIn(event, body);
    case "payment_intent.succeeded":
    case "payment_intent.processing":
    case "payment_intent.payment_failed":
    case "payment_intent.canceled":
    case "payment_intent.requires_action":
    case "payment_intent.partially_funded":
    case "payment_intent.amount_capturable_updated":
      return ok(noticeOf(event, body, object["id"]));
    case "charge.refunded":
    case "charge.refund.updated":
    case "refund.created":
    case "refund.updated":
    case "refund.failed":
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.closed":
    case "charge.dispute.funds_withdrawn":
    case "charge.dispute.funds_reinstated":
      return ok(noticeOf(event, body, object["payment_intent"]));
    case "payment_link.created":
    case "payment_link.updated":
      return ok(
        typeof object["id"] === "string" && object["id"] !== "" ? [notice("link", object["id"])] : unknown(event, body),
      );
    default:
      return ok(unknown(event, body));
  }
};

/** Sessions of the account's own checkout are not about payment links, and a visit without an attempt is not a history. */
const sessionIn = (event: Event, body: JsonObject): MaybeLater =>
  useRead<Session, ParsedWebhook>(
    session,
    event.data.object,
    (data) => observationsOf(data, event, body),
    (fields) => unreadable("a session", fields, "Check the API version of the webhook endpoint."),
  );

const observationsOf = (data: Session, event: Event, body: JsonObject): ParsedWebhook => {
  if (!isHistory(data)) return ok(unknown(event, body));
  const hasFailed = event.type === "checkout.session.async_payment_failed";
  const record = recordOf(data, {
    trust: "signed",
    paidAt: fromEpochSeconds(event.created),
    ...(hasFailed && { facts: ["failed"] }),
  });
  return ok([{ kind: "history", trust: "signed", record, linkCandidates: linkCandidatesOf(data), raw: body }]);
};

/** A notice contains no content: its payment is read. Payments of the account's other business too, unless they have none. */
const noticeOf = (event: Event, body: JsonObject, paymentIntent: unknown): Observations =>
  typeof paymentIntent === "string" && /^pi_\w{1,200}$/.test(paymentIntent)
    ? [{ ...notice("history", paymentIntent), linkCandidates: candidatesIn(event.data.object) }]
    : unknown(event, body);

/** Payment intents have the reference in their metadata, and their charges copy it. */
const candidatesIn = ({ metadata }: JsonObject): readonly DriverLinkCandidate[] => {
  const reference =
    typeof metadata === "object" && metadata !== null ? (metadata as JsonObject)[REFERENCE_KEY] : undefined;
  return typeof reference === "string" && reference !== "" ? [{ reference }] : [];
};

const unknown = ({ type }: Event, body: JsonObject): Observations => [
  { kind: "unknown", trust: "signed", event: type, raw: body },
];

const HINTS = {
  missing: "Check that only Stripe calls this address.",
  malformed: "Check that only Stripe calls this address, and that no proxy changes the header.",
  mismatch:
    "Check that webhookSecrets holds the signing secret of this endpoint, whsec_…: each endpoint and the Stripe CLI have their own. The body must be the raw one.",
} as const;

const malformed = (message: string): Result<never, DriverWebhookError> =>
  err(malformedWebhook(message, "Check that only Stripe calls this address, and that no proxy changes the body."));

/** Signed and about money, so it must not be acknowledged: Stripe must send it again, and a person must check it. */
const unreadable = (what: string, fields: readonly string[], hint: string): Result<never, DriverWebhookError> =>
  err(
    malformedWebhook(
      `expected ${what} in the documented form, which differs in ${fields.join(", ")}`,
      `${hint} Until then, read the link's histories.`,
      true,
    ),
  );
