import type { Trust } from "@tautan/core";
import type { DriverDelivery, DriverObservation, DriverWebhookError } from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import {
  type Digests,
  isJsonContentType,
  type JsonObject,
  loadDigests,
  malformedWebhook,
  parseJsonObject,
  signatureExpired,
  signatureInvalid,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { type AccountNames, type AccountOf, accountOf, asObject, objectIn } from "./account.ts";
import { canonicalJson, canonicalJsonAsWritten, longestFormOf, withEscapedLineTerminators } from "./canonical-json.ts";
import { type HistoryContext, type ReadHistory, reportFromRow, reportFromTransaction } from "./history.ts";
import { loadWire } from "./load-wire.ts";
import type * as WireModule from "./wire.ts";
import type { HistoryReply, LinkName } from "./wire.ts";

type Wire = typeof WireModule;

type Observations = readonly DriverObservation[];

/** What a delivery is judged by. */
export interface VerifyWith {
  /** Any of them may have signed. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** How old a delivery may be, in milliseconds. */
  readonly maxAgeMs: number;
  /** Whose deliveries these are. */
  readonly account: AccountNames;
}

/** What a verified body is read with. */
interface Reading {
  readonly body: JsonObject;
  readonly data: JsonObject;
  /** The event's name, where it has one. */
  readonly name: string | undefined;
  readonly account: AccountNames;
  readonly wire: Wire;
}

/** How far ahead of our clock a delivery's time may be, in milliseconds. */
const MAX_AHEAD_MS = 300_000;

/** The signature covers all that is read; what does not say whose account it is about wants to be confirmed with ours. */
const TRUST: Readonly<Record<Exclude<AccountOf, "foreign">, Trust>> = { ours: "signed", unsaid: "partly_signed" };

/** Verifies and reads one delivery: none to many observations. */
export const parseNotification = async (
  delivery: DriverDelivery,
  verifyWith: VerifyWith,
): Promise<Result<Observations, DriverWebhookError>> => {
  if (!isJsonContentType(delivery.header("content-type"))) {
    return malformed("expected the content type application/json");
  }
  const body = parseJsonObject(delivery.text);
  if (!body) return malformed("expected a JSON object");
  const problem = await signatureProblem(delivery, body, verifyWith);
  if (problem) return err(problem);
  const { event } = body;
  return observe({
    body,
    data: objectIn(body, "data") ?? {},
    name: typeof event === "string" && event !== "" ? event : undefined,
    account: verifyWith.account,
    wire: await loadWire(),
  });
};

/**
 * The signature is the HMAC-SHA512 over method, address, a random token, the body's hash and a time. It covers everything
 * that is read. Source: docs.singapay.id, api-reference/webhooks/security-and-signature.
 */
const signatureProblem = async (
  delivery: DriverDelivery,
  body: JsonObject,
  { secrets, nowMs, maxAgeMs }: VerifyWith,
): Promise<DriverWebhookError | undefined> => {
  const signature = delivery.header("x-signature");
  const timestamp = delivery.header("x-timestamp");
  const authorization = delivery.header("authorization");
  if (signature === undefined || timestamp === undefined || authorization === undefined) {
    return invalid("missing", "the headers X-Signature, X-Timestamp and Authorization are not all there");
  }
  if (!/^[0-9a-f]{128}$/i.test(signature)) return invalid("malformed", "X-Signature is not 128 hexadecimal digits");
  if (!/^\d{10}$/.test(timestamp)) return invalid("malformed", "X-Timestamp is not a time in seconds");
  // Several headers of one name reach us joined by a comma.
  const token = /^Bearer ([^\s,]{1,2048})$/i.exec(authorization)?.[1];
  if (token === undefined) return invalid("malformed", "Authorization is not one Bearer token");

  const digests = await loadDigests();
  for (const bodyHash of bodyHashes(delivery, body, digests)) {
    const signed = `POST:${delivery.target}:${token}:${bodyHash}:${timestamp}`;
    if (!secrets.some((secret) => digests.sameHex(digests.hmacSha512Hex(secret, signed), signature))) continue;
    // Judged only now: the time of a delivery that nobody signed means nothing.
    return timeFault(nowMs - Number(timestamp) * 1000, maxAgeMs);
  }
  return invalid("mismatch", "X-Signature does not fit the address, the body, the time and any of webhookSecrets");
};

/**
 * The hashes a body may be signed by, the documented one first. Where it does not fit there is one more: that of the sorted
 * body as another setting of PHP writes it, where that is another form, else that of the raw bytes, for a sender that does not
 * sort. Each is a hash of all that the body says, so that a second one proves no less; and there is no third, because anybody
 * may send a body that makes us look for it.
 */
const bodyHashes = function* (
  { text, bytes }: DriverDelivery,
  body: JsonObject,
  { sha256Hex }: Digests,
): Generator<string> {
  const maxLength = longestFormOf(text);
  const canonical = canonicalJson(body, maxLength);
  if (canonical !== undefined) yield sha256Hex(canonical);
  const asWritten = canonicalJsonAsWritten(text);
  const other = asWritten === undefined ? undefined : withEscapedLineTerminators(asWritten, maxLength);
  yield sha256Hex(other === undefined || other === canonical ? bytes : other);
};

/** `_`, `-` and `.` are written for one another: documents have `payment_link.inquiry`, deliveries `payment-link-inquiry`. */
const plainName = (event: string): string => event.toLowerCase().replace(/[_.]/g, "-");

/**
 * What a verified body says. What is not about payment links, or about another account, is an unknown observation; what is
 * about a payment and has neither its own reference nor a link is refused, so that it comes again and is not lost. An event about payment
 * links that nobody knows is a notice of the payment or link that it names.
 * Source of events: docs.singapay.id, api-reference/webhooks, each page; of their spelling in fact:
 * github.com/aliziodev/laravel-singapay.
 */
const observe = (reading: Reading): Result<Observations, DriverWebhookError> => {
  const { data, name } = reading;
  switch (plainName(name ?? nameByShape(data))) {
    case "payment-link-transaction":
      return transactionIn(reading);
    case "payment-link-inquiry":
      return inquiryIn(reading, false);
    case "payment-link-inquiry-expired":
      return inquiryIn(reading, true);
    case "transaction-expiration":
      return ok(batch(reading, "payment_link_histories", (row) => expiredHistory(row, reading)));
    case "product-expiration":
      return ok(batch(reading, "payment_links", (row) => expiredLink(row, reading)));
    default:
      return ok(plainName(name ?? "").startsWith("payment-link-") ? hintIn(reading) : unknown(reading));
  }
};

/** The documented sample of a payment has no `event`; this is how it is known all the same. */
const nameByShape = (data: JsonObject): string =>
  objectIn(data, "transaction")?.["type"] === "pl" || objectIn(data, "payment")?.["method"] === "payment_link"
    ? "payment-link-transaction"
    : "";

const transactionIn = (reading: Reading): Result<Observations, DriverWebhookError> => {
  const { body, data, wire } = reading;
  const transaction = objectIn(data, "transaction");
  const details = objectIn(objectIn(data, "payment") ?? {}, "additional_info");
  const owner = ownerOf(reading, [transaction, details, asObject(details?.["payment_link"])]);
  if (owner === "foreign") return ok(unknown(reading));
  const link = nameOfLink(details?.["payment_link"], wire);
  const parsed = wire.transactionNotice.safeParse(data);
  if (parsed.success) {
    const trust = TRUST[owner];
    return ok([observationOf(reportFromTransaction(parsed.data, link, trust), trust, body)]);
  }
  // Something happened to the payment, or to one of the link's: a read finds out what.
  const { data: payment } = wire.historyName.safeParse(transaction);
  if (payment) return ok([noticeOf("history", payment.reff_no)]);
  return linkNotice(link) ?? unreadable("a payment without its own reference or a link");
};

/**
 * An event about payment links of a name that is not documented. It may tell of a payment, so that what it names is read; what it
 * says is not believed, because nobody knows whether `paid` means that money came or that it goes.
 */
const hintIn = (reading: Reading): Observations => {
  const { data, wire } = reading;
  const details = objectIn(objectIn(data, "payment") ?? {}, "additional_info");
  const payments = [objectIn(data, "transaction"), objectIn(data, "payment_link_history")];
  const links = [details?.["payment_link"], data["payment_link"]];
  if (ownerOf(reading, [...payments, details, ...links.map(asObject)]) === "foreign") return unknown(reading);
  const payment = payments.map((each) => wire.historyName.safeParse(each).data).find((each) => each !== undefined);
  if (payment) return [noticeOf("history", payment.reff_no)];
  const id = links.map((each) => nameOfLink(each, wire)?.id).find((each) => each !== undefined);
  return id === undefined ? unknown(reading) : [noticeOf("link", id)];
};

/** Where an inquiry names its link is not documented: beside the payment, inside it, or nowhere. */
const inquiryIn = (reading: Reading, hasExpired: boolean): Result<Observations, DriverWebhookError> => {
  const { body, data, wire } = reading;
  const history = asObject(data["payment_link_history"]);
  const owner = ownerOf(reading, [history, asObject(history?.["payment_link"]), asObject(data["payment_link"])]);
  if (owner === "foreign") return ok(unknown(reading));
  const row = wire.historyReply.safeParse(history);
  const link = nameOfLink(data["payment_link"], wire);
  if (!row.success) return linkNotice(link) ?? unreadable("an inquiry without the reference of a payment or a link");
  const amount = wire.wireAmount.safeParse(data["amount"]).data;
  return ok([historyObservation(row.data, { trust: TRUST[owner], link, amount, hasExpired }, body)]);
};

const expiredHistory = (row: unknown, reading: Reading): DriverObservation | undefined => {
  const owner = ownerOf(reading, [asObject(row), asObject(asObject(row)?.["payment_link"])]);
  const parsed = reading.wire.historyReply.safeParse(row);
  if (owner === "foreign" || !parsed.success) return undefined;
  return historyObservation(parsed.data, { trust: TRUST[owner], hasExpired: true }, row);
};

const expiredLink = (row: unknown, reading: Reading): DriverObservation | undefined => {
  const link = nameOfLink(row, reading.wire);
  const isForeign = ownerOf(reading, [asObject(row)]) === "foreign";
  return isForeign || link?.id === undefined ? undefined : noticeOf("link", link.id);
};

/**
 * One observation for each row about payment links of ours, and one more where there are rows that are not, or nothing at all.
 */
const batch = (
  reading: Reading,
  field: string,
  read: (row: unknown) => DriverObservation | undefined,
): Observations => {
  const rows = Object.values(reading.data).filter(Array.isArray).flat();
  const ours = listIn(reading.data, field).map(read);
  const observations = ours.filter((each) => each !== undefined);
  const isAllRead = observations.length === rows.length && rows.length > 0;
  return isAllRead ? observations : [...observations, ...unknown(reading)];
};

/** By all that stands around a thing, and the thing itself. */
const ownerOf = ({ body, data, account }: Reading, parts: readonly (JsonObject | undefined)[]): AccountOf =>
  accountOf([body, data, ...parts], account);

const historyObservation = (row: HistoryReply, context: HistoryContext, raw: unknown): DriverObservation =>
  observationOf(reportFromRow(row, context), context.trust, raw);

const observationOf = ({ report, linkCandidates }: ReadHistory, trust: Trust, raw: unknown): DriverObservation => ({
  kind: "history",
  trust,
  record: historyRecord(report),
  linkCandidates,
  raw,
});

const linkNotice = (link: LinkName | undefined): Result<Observations, never> | undefined =>
  link?.id === undefined ? undefined : ok([noticeOf("link", link.id)]);

/** A notice claims nothing that would have to be trusted: it is always read. */
const noticeOf = (resource: "link" | "history", providerId: string): DriverObservation => ({
  kind: "notice",
  trust: "signed",
  resource,
  providerId,
});

const unknown = ({ body, name = "(no event)" }: Reading): Observations => [
  { kind: "unknown", trust: "signed", event: name, raw: body },
];

const nameOfLink = (value: unknown, wire: Wire): LinkName | undefined => wire.linkName.safeParse(value).data;

const listIn = (body: JsonObject, field: string): readonly unknown[] => {
  const value = body[field];
  return Array.isArray(value) ? value : [];
};

const HINTS = {
  missing:
    "Check that this address is only called by SingaPay. The dashboard's Test button sends no signature; pay a sandbox link instead. In the dashboard, turn signatures on where they are off.",
  malformed: "Check that this address is only called by SingaPay, and that nothing on the way adds headers.",
  mismatch:
    "Check that webhookSecrets holds the client secret of the credential that owns the account, and that the URL passed has the path and query that SingaPay calls, before any rewriting.",
} as const;

const invalid = (problem: keyof typeof HINTS, message: string): DriverWebhookError =>
  signatureInvalid(problem, message, HINTS);

/**
 * Deliveries come late: one of a payment came five seconds past a window of five minutes, and one that was sent again from
 * the dashboard 47 hours later bore its first time and signature. The signature proves them, and to read one twice does no
 * harm. Source: github.com/theotheobeats/tokko-v2-backend, commits de23793 and efe25fc, from production.
 */
const timeFault = (ageMs: number, maxAgeMs: number): DriverWebhookError | undefined => {
  if (ageMs > maxAgeMs) {
    return signatureExpired(
      `X-Timestamp is ${inWords(ageMs)} old, and webhookMaxAgeMs takes at most ${inWords(maxAgeMs)}`,
      "The signature is right, so that it may tell of a genuine payment: read the link or its histories, or raise webhookMaxAgeMs and have it sent again.",
    );
  }
  if (ageMs < -MAX_AHEAD_MS) {
    return signatureExpired(
      `X-Timestamp is ${inWords(-ageMs)} ahead of this machine's clock, and at most ${inWords(MAX_AHEAD_MS)} are accepted`,
      "Set this machine's clock, which is behind.",
    );
  }
  return undefined;
};

const inWords = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 172_800 ? `${seconds} s` : `${Math.floor(seconds / 86_400)} days`;
};

const malformed = (message: string): Result<never, DriverWebhookError> =>
  err(
    malformedWebhook(
      message,
      "Check that this address is only called by SingaPay, and that nothing on the way changes the body.",
    ),
  );

/** Signed and about money, so that it must not be acknowledged: SingaPay shall send it again, and somebody look at it. */
const unreadable = (what: string): Result<never, DriverWebhookError> =>
  err(
    malformedWebhook(
      `the signature is right, but the delivery is ${what}`,
      "SingaPay sent what its documents do not describe. Send the acknowledgement, which asks for another try; look for the payment in the dashboard, and please report it.",
      true,
    ),
  );
