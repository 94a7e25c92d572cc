import type { Trust } from "@tautan/core";
import type { DriverDelivery, DriverObservation, DriverWebhookError, ParsedWebhook } from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import {
  hasNoEscapes,
  hmacSha512Hex,
  isJsonContentType,
  type JsonObject,
  malformedWebhook,
  orUndefined,
  parseJsonObject,
  REFUSED,
  sameHex,
  sha256Hex,
  signatureInvalid,
  signedTimeProblem,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { type AccountNames, type AccountOf, accountOf, asObject, objectIn } from "./account.ts";
import { canonicalJson, canonicalJsonAsWritten, longestFormOf, withEscapedLineTerminators } from "./canonical-json.ts";
import { type HistoryContext, type ReadHistory, reportFromRow, reportFromTransaction } from "./history.ts";
import { historyName, historyReply, linkName, transactionNotice, wireAmount } from "./wire.generated.ts";
import type { HistoryReply, LinkName } from "./wire.ts";

type Observations = readonly DriverObservation[];

/** The data to verify a delivery. */
export interface VerifyWith {
  /** Any of them may have been used. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The maximum age of a delivery in milliseconds. */
  readonly maxAgeMs: number;
  /** The account of the deliveries. */
  readonly account: AccountNames;
}

/** The context in which a verified body is read. */
interface Reading {
  readonly body: JsonObject;
  readonly data: JsonObject;
  /** The event's name, if it has one. */
  readonly name: string | undefined;
  readonly account: AccountNames;
}

/** The maximum time by which a delivery may be ahead of our clock, in milliseconds. */
const MAX_AHEAD_MS = 300_000;

/** The signature covers everything; a delivery that does not name its account must be confirmed with ours. */
const TRUST: Readonly<Record<Exclude<AccountOf, "foreign">, Trust>> = { ours: "signed", unsaid: "partly_signed" };

/** Verifies and reads one delivery. It has any number of observations. */
export const parseNotification = (delivery: DriverDelivery, verifyWith: VerifyWith): ParsedWebhook => {
  if (!isJsonContentType(delivery.header("content-type"))) {
    return malformed("expected the content type application/json");
  }
  const body = parseJsonObject(delivery.text);
  if (!body) return malformed("expected a JSON object");
  const problem = signatureProblem(delivery, body, verifyWith);
  if (problem) return err(problem);
  const { event } = body;
  return observe({
    body,
    data: objectIn(body, "data") ?? {},
    name: typeof event === "string" && event !== "" ? event : undefined,
    account: verifyWith.account,
  });
};

/**
 * The signature is the HMAC-SHA512 over method, address, a random token, the body's hash and a time. It covers everything
 * that is read. Source: https://docs.singapay.id/api-reference/webhooks/security-and-signature.
 */
const signatureProblem = (
  delivery: DriverDelivery,
  body: JsonObject,
  { secrets, nowMs, maxAgeMs }: VerifyWith,
): DriverWebhookError | undefined => {
  const signature = delivery.header("x-signature");
  const timestamp = delivery.header("x-timestamp");
  const authorization = delivery.header("authorization");
  if (signature === undefined || timestamp === undefined || authorization === undefined) {
    return invalid("missing", "at least one of the headers X-Signature, X-Timestamp and Authorization is missing");
  }
  if (signature.length !== 128) return invalid("malformed", NOT_HEXADECIMAL);
  if (!/^\d{10}$/.test(timestamp)) return invalid("malformed", "X-Timestamp is not a time in seconds");
  // Several headers of one name arrive joined by a comma.
  const token = authorization.slice(SCHEME.length);
  const isBearer = authorization.slice(0, SCHEME.length).toLowerCase() === SCHEME && token !== "";
  if (!isBearer || token.length > MAX_TOKEN_LENGTH || /[\s,]/.test(token))
    return invalid("malformed", "Authorization is not one Bearer token");

  for (const bodyHash of bodyHashes(delivery, body)) {
    const signed = `POST:${delivery.target}:${token}:${bodyHash}:${timestamp}`;
    if (!secrets.some((secret) => sameHex(hmacSha512Hex(secret, signed), signature))) continue;
    // Checked last: the time of an unsigned delivery means nothing.
    return timeError(nowMs - Number(timestamp) * 1000, maxAgeMs);
  }
  if (!/^[0-9a-f]+$/i.test(signature)) return invalid("malformed", NOT_HEXADECIMAL);
  return invalid("mismatch", "X-Signature does not match the address, the body, the time and any of webhookSecrets");
};

const SCHEME = "bearer ";
const MAX_TOKEN_LENGTH = 2048;
const NOT_HEXADECIMAL = "X-Signature is not 128 hexadecimal digits";

/**
 * The possible hashes of a body, the documented one first. If it does not match, there is one more: of the sorted body as
 * another setting of PHP writes it, if that differs, otherwise of the raw bytes, for a sender that does not sort. Each is a
 * hash of the whole content, so the second proves as much. There is no third, because anybody can send a body that makes us
 * compute it.
 */
const bodyHashes = function* ({ text }: DriverDelivery, body: JsonObject): Generator<string> {
  const maxLength = longestFormOf(text);
  const canonical = canonicalJson(body, maxLength, hasNoEscapes(text));
  if (canonical !== undefined) yield sha256Hex(canonical);
  const asWritten = canonicalJsonAsWritten(text);
  const other = asWritten === undefined ? undefined : withEscapedLineTerminators(asWritten, maxLength);
  yield sha256Hex(other === undefined || other === canonical ? text : other);
};

/** `_`, `-` and `.` are interchangeable: documents have `payment_link.inquiry`, deliveries `payment-link-inquiry`. */
const plainName = (event: string): string => event.toLowerCase().replace(/[_.]/g, "-");

/**
 * The observations of a verified body. An event that is not about payment links, or about another account, is an unknown
 * observation. An event about a payment without its own reference and without a link is refused, so that it is sent again and
 * not lost. An unknown event about payment links is a notice of the payment or link that it names.
 * Source of events: https://docs.singapay.id/api-reference/webhooks, each page; of their real spelling:
 * https://github.com/aliziodev/laravel-singapay.
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
      return ok(plainName(name ?? "").startsWith("payment-link-") ? noticesIn(reading) : unknown(reading));
  }
};

/** The documented sample of a payment has no `event`; it is recognised by its form. */
const nameByShape = (data: JsonObject): string =>
  objectIn(data, "transaction")?.["type"] === "pl" || objectIn(data, "payment")?.["method"] === "payment_link"
    ? "payment-link-transaction"
    : "";

const transactionIn = (reading: Reading): Result<Observations, DriverWebhookError> => {
  const { body, data } = reading;
  const transaction = objectIn(data, "transaction");
  const details = objectIn(objectIn(data, "payment") ?? {}, "additional_info");
  const owner = ownerOf(reading, [transaction, details, asObject(details?.["payment_link"])]);
  if (owner === "foreign") return ok(unknown(reading));
  const link = nameOfLink(details?.["payment_link"]);
  const notice = transactionNotice.read(data);
  if (notice !== REFUSED) {
    const trust = TRUST[owner];
    return ok([observationOf(reportFromTransaction(notice, link, trust), trust, body)]);
  }
  // An event of the payment, or of one of the link's payments: a read returns its state.
  const payment = historyName.read(transaction);
  if (payment !== REFUSED) return ok([noticeOf("history", payment.reff_no)]);
  return linkNotice(link) ?? unreadable("a payment without its own reference or a link");
};

/**
 * An event about payment links with an undocumented name. It may report a payment, so its subject is read. Its content is not
 * believed, because it is unknown whether `paid` means that money arrived or was paid out.
 */
const noticesIn = (reading: Reading): Observations => {
  const { data } = reading;
  const details = objectIn(objectIn(data, "payment") ?? {}, "additional_info");
  const payments = [objectIn(data, "transaction"), objectIn(data, "payment_link_history")];
  const links = [details?.["payment_link"], data["payment_link"]];
  if (ownerOf(reading, [...payments, details, ...links.map(asObject)]) === "foreign") return unknown(reading);
  const payment = payments.map((each) => historyName.read(each)).find((each) => each !== REFUSED);
  if (payment) return [noticeOf("history", payment.reff_no)];
  const id = links.map((each) => nameOfLink(each)?.id).find((each) => each !== undefined);
  return id === undefined ? unknown(reading) : [noticeOf("link", id)];
};

/** The place of the link in an inquiry is not documented: next to the payment, inside it, or nowhere. */
const inquiryIn = (reading: Reading, hasExpired: boolean): Result<Observations, DriverWebhookError> => {
  const { body, data } = reading;
  const history = asObject(data["payment_link_history"]);
  const owner = ownerOf(reading, [history, asObject(history?.["payment_link"]), asObject(data["payment_link"])]);
  if (owner === "foreign") return ok(unknown(reading));
  const row = historyReply.read(history);
  const link = nameOfLink(data["payment_link"]);
  if (row === REFUSED) return linkNotice(link) ?? unreadable("an inquiry without the reference of a payment or a link");
  const amount = orUndefined(wireAmount.read(data["amount"]));
  return ok([historyObservation(row, { trust: TRUST[owner], link, amount, hasExpired }, body)]);
};

const expiredHistory = (row: unknown, reading: Reading): DriverObservation | undefined => {
  const owner = ownerOf(reading, [asObject(row), asObject(asObject(row)?.["payment_link"])]);
  const history = historyReply.read(row);
  if (owner === "foreign" || history === REFUSED) return undefined;
  return historyObservation(history, { trust: TRUST[owner], hasExpired: true }, row);
};

const expiredLink = (row: unknown, reading: Reading): DriverObservation | undefined => {
  const link = nameOfLink(row);
  const isForeign = ownerOf(reading, [asObject(row)]) === "foreign";
  return isForeign || link?.id === undefined ? undefined : noticeOf("link", link.id);
};

/**
 * One observation for each row about our payment links, and an unknown one if there are other rows, or no rows.
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

/** By the object itself and everything around it. */
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

/** A notice contains no content that must be trusted: its subject is always read. */
const noticeOf = (resource: "link" | "history", providerId: string): DriverObservation => ({
  kind: "notice",
  trust: "signed",
  resource,
  providerId,
});

const unknown = ({ body, name = "(no event)" }: Reading): Observations => [
  { kind: "unknown", trust: "signed", event: name, raw: body },
];

const nameOfLink = (value: unknown): LinkName | undefined => orUndefined(linkName.read(value));

const listIn = (body: JsonObject, field: string): readonly unknown[] => {
  const value = body[field];
  return Array.isArray(value) ? value : [];
};

const HINTS = {
  missing:
    "Check that only SingaPay calls this address. The dashboard's Test button sends no signature; pay a sandbox link instead. In the dashboard, turn signatures on if they are off.",
  malformed: "Check that only SingaPay calls this address, and that no proxy adds headers.",
  mismatch:
    "Check that webhookSecrets holds the client secret of the credential that owns the account, and that the URL passed has the path and query that SingaPay calls, before any rewriting.",
} as const;

const invalid = (problem: keyof typeof HINTS, message: string): DriverWebhookError =>
  signatureInvalid(problem, message, HINTS);

/**
 * Deliveries can be late: one of a payment arrived five seconds after a window of five minutes, and one that was sent again from
 * the dashboard 47 hours later had its first time and signature. The signature proves them, and reading one twice does no
 * harm. Source: https://github.com/theotheobeats/tokko-v2-backend, commits de23793 and efe25fc, from production.
 */
const timeError = (ageMs: number, maxAgeMs: number): DriverWebhookError | undefined =>
  signedTimeProblem(ageMs, {
    name: "X-Timestamp",
    maxAgeMs,
    maxAgeOption: "webhookMaxAgeMs",
    maxAheadMs: MAX_AHEAD_MS,
  });

const malformed = (message: string): Result<never, DriverWebhookError> =>
  err(malformedWebhook(message, "Check that only SingaPay calls this address, and that no proxy changes the body."));

/** Signed and about money, so it must not be acknowledged: SingaPay must send it again, and a person must check it. */
const unreadable = (what: string): Result<never, DriverWebhookError> =>
  err(
    malformedWebhook(
      `the signature is valid, but the delivery is ${what}`,
      "SingaPay sent something that its documents do not describe. Send the acknowledgement, which requests a retry; look for the payment in the dashboard, and please report it.",
      true,
    ),
  );
