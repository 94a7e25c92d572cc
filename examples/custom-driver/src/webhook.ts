import type { DriverDelivery, DriverError, DriverObservation, DriverWebhookError } from "@tautan/core/driver";
import { lazy } from "@tautan/driver-kit";
import {
  hmacSha256Hex,
  malformedWebhook,
  parseJsonObject,
  readReply,
  sameHex,
  signatureExpired,
  signatureInvalid,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { candidatesOf, historyFromWire } from "./history.ts";
import { linkFromWire } from "./link.ts";
import { WEBHOOK_TOLERANCE_MS } from "./options.ts";
import type * as Wire from "./wire.ts";

const loadWire = lazy(() => import("./wire.ts"));

interface Verification {
  readonly secrets: readonly string[];
  readonly nowMs: number;
  readonly maxAgeMs: number;
}

/**
 * Verifies and reads one webhook. The signature covers the time of sending and the whole body. Source: PROVIDER.md, Webhooks.
 */
export const parseEvent = async (
  delivery: DriverDelivery,
  verification: Verification,
): Promise<Result<readonly DriverObservation[], DriverWebhookError>> => {
  const problem = signatureProblem(delivery, verification);
  if (problem) return err(problem);
  const body = parseJsonObject(delivery.text);
  if (!body) return err(malformed("expected a JSON object"));
  const wire = await loadWire();
  return readReply(wire.event.safeParse(body))
    .andThen((event) => observationOf(event, wire, body))
    .map((observation) => [observation])
    .mapErr(({ message }) => malformed(message));
};

const PAYMENT_EVENTS: ReadonlySet<string> = new Set(
  ["pending", "paid", "settled", "failed", "cancelled", "reversed", "refunded"].map((each) => `payment.${each}`),
);
const LINK_EVENTS: ReadonlySet<string> = new Set(["link.closed", "link.reopened"]);

const observationOf = (
  { type, data }: Wire.WireEvent,
  wire: typeof Wire,
  raw: unknown,
): Result<DriverObservation, DriverError> => {
  if (PAYMENT_EVENTS.has(type)) {
    return readReply(wire.payment.safeParse(data)).andThen((payment) =>
      historyFromWire(payment, data, "signed").map<DriverObservation>((history) => ({
        kind: "history",
        trust: "signed",
        ...history,
        linkCandidates: candidatesOf(payment),
      })),
    );
  }
  if (LINK_EVENTS.has(type)) {
    return readReply(wire.link.safeParse(data)).andThen((link) =>
      linkFromWire(link, data).map<DriverObservation>((reported) => ({
        kind: "link",
        trust: "signed",
        link: reported,
      })),
    );
  }
  return ok({ kind: "unknown", trust: "signed", event: type, raw });
};

/** `t=1767225600,v1=<hex>`, with a `v1` for each secret while one is being replaced. */
const SIGNATURE = /^t=(\d{1,12})((?:,v1=[0-9a-f]{64})+)$/;

const signatureProblem = (
  { header, text }: DriverDelivery,
  { secrets, nowMs, maxAgeMs }: Verification,
): DriverWebhookError | undefined => {
  const given = header("contoh-signature");
  if (given === undefined) return invalid("missing", "the webhook has no Contoh-Signature header");
  const [, sentAt = "", values] = SIGNATURE.exec(given) ?? [];
  if (values === undefined)
    return invalid("malformed", "Contoh-Signature is not of the form t=<seconds>,v1=<64 digits>");
  const signatures = values.split(",v1=").slice(1);
  const isGenuine = secrets.some((secret) => {
    const expected = hmacSha256Hex(secret, `${sentAt}.${text}`);
    return signatures.some((each) => sameHex(expected, each));
  });
  if (!isGenuine)
    return invalid("mismatch", "Contoh-Signature does not match the body with any of the webhook secrets");
  const ageMs = nowMs - Number(sentAt) * 1000;
  // Only a genuine signature can be too old: in a forgery, the forger chose the time.
  return ageMs > maxAgeMs || ageMs < -WEBHOOK_TOLERANCE_MS ? expired(ageMs, maxAgeMs) : undefined;
};

const HINTS = {
  missing: "Check that only Contoh Pay calls this address, and that no proxy drops the header.",
  malformed: "Check that only Contoh Pay calls this address, and that no proxy changes the header.",
  mismatch: "Check webhookSecrets, and pass the raw body: a body that was parsed and serialised again differs.",
} as const;

const invalid = (problem: keyof typeof HINTS, message: string): DriverWebhookError =>
  signatureInvalid(problem, message, HINTS);

const expired = (ageMs: number, maxAgeMs: number): DriverWebhookError =>
  signatureExpired(
    `expected a webhook sent within ${(ageMs > 0 ? maxAgeMs : WEBHOOK_TOLERANCE_MS) / 1000} s of now, got one from ${Math.round(Math.abs(ageMs) / 1000)} s ${ageMs > 0 ? "ago" : "ahead"}`,
    ageMs > 0
      ? "The signature is valid: read the link or its histories, or raise webhookMaxAgeMs. Contoh Pay signs each delivery anew, so it was replayed, or delayed on its way."
      : "Correct this machine's clock, which is behind.",
  );

const malformed = (message: string): DriverWebhookError =>
  malformedWebhook(
    message,
    "The signature is valid: Contoh Pay sent something that its documents do not describe. Please report it.",
  );
