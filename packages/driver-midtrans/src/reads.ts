// Reads. Each response is checked to be about the requested object.
import type { HistoryRecord } from "@tautan/core";
import type { DriverError, DriverHistory } from "@tautan/core/driver";
import { driverError, epochMsOf, historyRecord, historyStatus, statusIsPaid } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp, type ReadObject, readBy } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { MidtransClient } from "./client.ts";
import { historiesFromLink, reportFromTransaction } from "./history.ts";
import { isLongOrderId, isOrderId, linkOrderIds, tiedLink } from "./order-id.ts";
import { JAKARTA, MINUTE_MS } from "./times.ts";
import { linkReply, transaction } from "./wire.generated.ts";
import type { LinkReply, Transaction } from "./wire.ts";

/** A purchase to read. */
export interface AskedPurchase {
  readonly purchaseOrderId: string;
  /** The content of its notification. */
  readonly reported?: HistoryRecord | undefined;
  /** Whether the link must be known: then a failed read on the way is an error. */
  readonly isToBeTied: boolean;
}

/** A transaction, and whether it belongs to a link. */
export interface ReadPurchase extends DriverHistory {
  /**
   * `tied`: Midtrans' own response connects it to a link. `foreign`: nothing does. `claimed`: only an unsigned field of the
   * notification does.
   */
  readonly belongs: "tied" | "claimed" | "foreign";
  /** Midtrans' word for the event. */
  readonly event: string;
}

type Read<T> = Promise<Result<T, DriverError>>;

interface StatusRead {
  readonly status: Transaction;
  readonly raw: JsonObject;
}

export const readLink = async (client: MidtransClient, orderId: string): Read<ReadObject<LinkReply>> => {
  const read = readBy(await client.getLink(orderId), linkReply);
  return (read instanceof Promise ? await read : read).andThen((link) =>
    link.reply.order_id === orderId ? ok(link) : err(otherThanAsked("order_id")),
  );
};

/**
 * Reads a purchase from every source at Midtrans. Get Status by the order id returns its latest attempt. An earlier attempt of
 * a notification, DANA and the virtual accounts over BI-SNAP are only known by the transaction id, which a notification
 * contains. A purchase that Get Status does not know is in the link's own list of purchases. Source: docs.midtrans.com, Get Transaction Status, DANA,
 * SeaBank VA and Get Payment Link Details.
 *
 * An account has other products than links, with order ids of the same form. A transaction belongs to a link only if
 * `custom_field1` names the link, as this driver sets it on every link, or if the link lists the purchase.
 */
export const readPurchase = async (client: MidtransClient, asked: AskedPurchase): Read<ReadPurchase> => {
  const byOrderId = await readStatus(await client.getStatus(asked.purchaseOrderId));
  if (byOrderId.isErr() && byOrderId.error.kind !== "not_found") return err(byOrderId.error);
  const latest = byOrderId.isOk() ? await fromStatus(client, asked, byOrderId.value) : undefined;
  if (latest && (latest.isErr() || !isOfOtherAttempt(latest.value, asked))) return latest;
  let isAnotherAttempt = false;
  for (const id of attemptIdsOf(asked)) {
    const byAttemptId = await readStatusOfAttempt(client, id, latest !== undefined);
    if (byAttemptId.isErr() && byAttemptId.error.kind !== "not_found") return err(byAttemptId.error);
    const read = byAttemptId.isOk() ? await fromStatusOfAttempt(client, asked, id, byAttemptId.value) : undefined;
    if (read) return read;
    isAnotherAttempt ||= byAttemptId.isOk();
  }
  if (latest) return asked.reported && hasPayment(asked.reported) ? err(NOT_OF_LATEST_ATTEMPT) : latest;
  return fromLinks(client, asked, byOrderId.isErr() && !isAnotherAttempt ? byOrderId.error : undefined);
};

/** The status of an attempt. If the order id of its purchase is known, the attempt is probably known without the header too. */
const readStatusOfAttempt = async (client: MidtransClient, id: string, isPlainFirst: boolean): Read<StatusRead> => {
  const plain = isPlainFirst ? await readStatus(await client.getStatus(id)) : undefined;
  if (plain && (plain.isOk() || plain.error.kind !== "not_found")) return plain;
  return readStatus(await client.getStatusOfAttempt(id));
};

/**
 * Whether a read lacks what a notification reported about money: that it arrived, or was taken back, by another attempt than
 * the latest. A payer may have two pages of one purchase open, pay on one and be denied on the other.
 */
const isOfOtherAttempt = (read: ReadPurchase, { reported }: AskedPurchase): boolean =>
  read.belongs === "tied" &&
  !hasPayment(read.record) &&
  reported !== undefined &&
  reported.attempts.some(({ id, facts }) => (facts.paid || facts.voided) && !namesAttempt(read, id));

const namesAttempt = ({ record }: DriverHistory, attemptId: string): boolean =>
  record.attempts.some(({ id }) => id === attemptId);

const NOT_OF_LATEST_ATTEMPT: DriverError = driverError("reply_mismatch", {
  message:
    "the notification reports a payment by another attempt than the purchase's latest, and Midtrans does not return that one",
  hint: "Request another delivery with retryLater. If it persists, look for the payment in the dashboard.",
  retryable: true,
});

/** The purchase in its link's list, if all other responses were about another purchase. */
const fromLinks = async (
  client: MidtransClient,
  { purchaseOrderId, isToBeTied }: AskedPurchase,
  otherwise: DriverError = otherThanAsked("order_id"),
): Read<ReadPurchase> => {
  const listed = await lookInLinks(client, linkOrderIds(purchaseOrderId), purchaseOrderId);
  // If no link can be read, a plain read returns the result of Get Status.
  if (listed.isErr() && !isToBeTied && !listed.error.retryable) return err(otherwise);
  return listed.andThen(({ found }) => (found ? ok(fromLink(found)) : err(otherwise)));
};

/**
 * The possible ids of an attempt: those in a notification, and the requested id if it has the form of one. They are not
 * signed, so their form is checked: no other text gets into our requests.
 */
const attemptIdsOf = ({ purchaseOrderId, reported }: AskedPurchase): readonly string[] => {
  if (reported) return reported.attempts.map(({ id }) => id).filter((id) => REPORTED_ID.test(id));
  return linkOrderIds(purchaseOrderId).length === 0 && TRANSACTION_ID.test(purchaseOrderId) ? [purchaseOrderId] : [];
};

/** `A120240830074017NP16XMU4JTID` and UUIDs: docs.midtrans.com, DANA, "Get Status API", and Get Transaction Status. */
const TRANSACTION_ID = /^[\dA-Za-z-]{20,64}$/;
const REPORTED_ID = /^[\w-]{1,64}$/;

const readStatus = async (body: Result<JsonObject, DriverError>): Read<StatusRead> => {
  const read = await readBy(body, transaction);
  return read.map(({ reply, raw }) => ({ status: reply, raw }));
};

/** The result of Get Status by the requested order id, which the notification signs. */
const fromStatus = async (
  client: MidtransClient,
  asked: AskedPurchase,
  { status, raw }: StatusRead,
): Read<ReadPurchase> => {
  const { purchaseOrderId, reported, isToBeTied } = asked;
  const { order_id, transaction_id, custom_field1 } = status;
  if (transaction_id === purchaseOrderId) return fromTransactionId(client, asked, { status, raw });
  const isAsked = order_id === purchaseOrderId || (isKnownByAttemptId(status) && fitsReport(status, asked));
  if (!isAsked) {
    return isToBeTied && isKnownByAttemptId(status) ? fromLinks(client, asked) : err(otherThanAsked("order_id"));
  }
  const read = (belongs: ReadPurchase["belongs"], linkOrderId: string | undefined) =>
    readOf({ status, raw }, { providerId: purchaseOrderId, linkOrderId }, belongs);
  const tied = tiedLink(purchaseOrderId, custom_field1);
  if (tied !== undefined) return ok(read("tied", tied));
  const listed = await lookInLinks(client, guessesFor(purchaseOrderId, status), purchaseOrderId);
  if (listed.isErr()) return isToBeTied ? err(listed.error) : ok(read("foreign", undefined));
  const { found } = listed.value;
  if (found) return ok(read("tied", found.link));
  return ok(read(reported && namesLink(reported) ? "claimed" : "foreign", undefined));
};

/**
 * The result of Get Status for an attempt; `undefined` if it is about another purchase. The transaction id is not signed: an
 * attacker may put the id of another payment into a genuine notification of this purchase. So the response must name the
 * purchase, or its `custom_field1` the link without a contradiction in the link's own list, or that list must confirm it.
 */
const fromStatusOfAttempt = async (
  client: MidtransClient,
  asked: AskedPurchase,
  attemptId: string,
  { status, raw }: StatusRead,
): Promise<Result<ReadPurchase, DriverError> | undefined> => {
  const { purchaseOrderId, reported } = asked;
  if (status.transaction_id !== attemptId) return undefined;
  if (status.order_id === purchaseOrderId) return fromStatus(client, asked, { status, raw });
  if (attemptId === purchaseOrderId) return fromTransactionId(client, asked, { status, raw });
  if (!isKnownByAttemptId(status)) return undefined;
  if (!fitsReport(status, asked)) return fromOtherProduct(client, asked, { status, raw });
  const tied = tiedLink(purchaseOrderId, status.custom_field1);
  const listed = await lookInLinks(client, guessesFor(purchaseOrderId, status), purchaseOrderId);
  if (listed.isErr()) return err(listed.error);
  const { found, wasRead } = listed.value;
  const read = (belongs: ReadPurchase["belongs"], linkOrderId: string | undefined) =>
    readOf({ status, raw }, { providerId: purchaseOrderId, linkOrderId }, belongs);
  if (found) {
    const byAttempt = read("tied", found.link);
    if (agrees(byAttempt, found.history)) return ok(byAttempt);
    return hasPayment(found.history.record) ? ok(fromLink(found)) : err(otherThanAsked("order_id"));
  }
  if (tied !== undefined && !wasRead) return ok(read("tied", tied));
  const isClaimed = tied !== undefined || (reported && namesLink(reported));
  return isClaimed ? err(otherThanAsked("order_id")) : ok(read("foreign", undefined));
};

/**
 * A transaction with a text of its own in `custom_field1`, and the amount that the notification signs. Only if Midtrans has no link that
 * the order id or the text could name, it is of another product; `undefined` otherwise: it may be another payment.
 */
const fromOtherProduct = async (
  client: MidtransClient,
  { purchaseOrderId, reported }: AskedPurchase,
  { status, raw }: StatusRead,
): Promise<Result<ReadPurchase, DriverError> | undefined> => {
  const { custom_field1, gross_amount } = status;
  const isOfAmount = reported?.amounts.some(({ value }) => value.amount === gross_amount) ?? false;
  if (!isOfAmount || (reported && namesLink(reported))) return undefined;
  const guesses = [...linkOrderIds(purchaseOrderId), ...(isOrderId(custom_field1) ? [custom_field1] : [])];
  const listed = await lookInLinks(client, [...new Set(guesses)], purchaseOrderId);
  if (listed.isErr()) return err(listed.error);
  if (listed.value.wasRead) return undefined;
  return ok(readOf({ status, raw }, { providerId: purchaseOrderId, linkOrderId: undefined }, "foreign"));
};

/**
 * A transaction that was read by its own id, because its notification had that id in place of the order id. Get Status may
 * name the purchase. Otherwise only `custom_field1` names the link, and the purchase is the one in the link's list at the
 * same time: under two ids, one payment would count twice.
 */
const fromTransactionId = async (
  client: MidtransClient,
  { isToBeTied }: AskedPurchase,
  { status, raw }: StatusRead,
): Read<ReadPurchase> => {
  const { order_id, transaction_id, custom_field1 } = status;
  if (!isKnownByAttemptId(status)) {
    const named = await fromStatus(client, { purchaseOrderId: order_id, isToBeTied }, { status, raw });
    return named.map((read) => ({ ...read, record: { ...read.record, otherIds: [transaction_id] } }));
  }
  const linkOrderId = isOrderId(custom_field1) ? custom_field1 : undefined;
  const belongs = linkOrderId === undefined ? "foreign" : "tied";
  const read = readOf({ status, raw }, { providerId: transaction_id, linkOrderId }, belongs);
  if (linkOrderId === undefined) return ok(read);
  const link = await readLink(client, linkOrderId);
  if (link.isErr()) return isToBeTied && !isUnknownLink(link.error) ? err(link.error) : ok(read);
  const listed = nearestOfMinute(historiesFromLink(link.value.reply, link.value.raw), status);
  return ok(listed ? readOf({ status, raw }, { providerId: listed.record.providerId, linkOrderId }, "tied") : read);
};

/**
 * The purchase that began in the same minute as a transaction: the nearest, and none if two are equally near. Times never
 * change. The status words in a list do, and may be older than those of Get Status, so an id chosen by them would change too.
 */
const nearestOfMinute = (
  listed: readonly DriverHistory[],
  { transaction_time }: Transaction,
): DriverHistory | undefined => {
  const at = parseTimestamp(transaction_time, JAKARTA);
  const awayMs = ({ record }: DriverHistory): number => {
    const openedAt = record.attempts[0]?.facts.opened?.at;
    return openedAt === undefined || at === undefined
      ? Number.POSITIVE_INFINITY
      : Math.abs(epochMsOf(openedAt) - epochMsOf(at));
  };
  const [nearest, next] = listed
    .map((history) => ({ history, awayMs: awayMs(history) }))
    .filter((each) => each.awayMs <= MINUTE_MS)
    .toSorted((left, right) => left.awayMs - right.awayMs);
  return nearest && nearest.awayMs !== next?.awayMs ? nearest.history : undefined;
};

/** Over BI-SNAP a status can have the transaction id in place of the order id. */
const isKnownByAttemptId = ({ order_id, transaction_id }: Transaction): boolean => order_id === transaction_id;

/**
 * Whether nothing in a status contradicts the purchase: neither the amount, which the notification signs, nor `custom_field1`.
 * Source: docs.midtrans.com, DANA, the reply to a refund; https://github.com/veritrans/SNAP-Woocommerce, pull request 85;
 * https://github.com/Midtrans/midtrans-php, issues 113 and 121.
 */
const fitsReport = (
  { custom_field1, gross_amount }: Transaction,
  { purchaseOrderId, reported }: AskedPurchase,
): boolean => {
  const amounts = reported?.amounts ?? [];
  return (
    (custom_field1 === undefined || tiedLink(purchaseOrderId, custom_field1) !== undefined) &&
    (amounts.length === 0 || amounts.some(({ value }) => value.amount === gross_amount))
  );
};

/** Whether a notification is about a link according to its own fields. */
const namesLink = ({ linkProviderIds }: HistoryRecord): boolean => linkProviderIds.length > 0;

/** The links that may list a purchase. The order ids of purchases of links with a long order id are not documented. */
const guessesFor = (purchaseOrderId: string, { custom_field1 }: Transaction): readonly string[] => {
  const guesses = linkOrderIds(purchaseOrderId);
  return isLongOrderId(custom_field1) && !guesses.includes(custom_field1) ? [...guesses, custom_field1] : guesses;
};

/** Whether two reports of a purchase agree about money: whether it arrived, and whether it was taken back. */
const agrees = (one: DriverHistory, other: DriverHistory): boolean =>
  hasPayment(one.record) === hasPayment(other.record) && isStillPaid(one) === isStillPaid(other);

const isStillPaid = ({ record }: DriverHistory): boolean => statusIsPaid(historyStatus(record));

const hasPayment = ({ attempts }: HistoryRecord): boolean =>
  attempts.some(({ facts }) => facts.paid && !facts.voided && !facts.declined);

const readOf = (
  { status, raw }: StatusRead,
  belonging: { readonly providerId: string; readonly linkOrderId: string | undefined },
  belongs: ReadPurchase["belongs"],
): ReadPurchase => ({
  record: historyRecord(reportFromTransaction(status, "read", belonging)),
  raw,
  belongs,
  event: status.transaction_status,
});

interface ListedPurchase {
  readonly link: string;
  readonly history: DriverHistory;
}

const fromLink = ({ history }: ListedPurchase): ReadPurchase => ({ ...history, belongs: "tied", event: "" });

/** The link that lists a purchase, and whether any of the links could be read. */
const lookInLinks = async (
  client: MidtransClient,
  orderIds: readonly string[],
  purchaseOrderId: string,
): Read<{ readonly found?: ListedPurchase; readonly wasRead: boolean }> => {
  let wasRead = false;
  for (const orderId of orderIds) {
    const link = await readLink(client, orderId);
    if (link.isErr()) {
      if (!isUnknownLink(link.error)) return err(link.error);
      continue;
    }
    wasRead = true;
    const { reply, raw } = link.value;
    const history = historiesFromLink(reply, raw).find(({ record }) => record.providerId === purchaseOrderId);
    if (history) return ok({ found: { link: orderId, history }, wasRead });
  }
  return ok({ wasRead });
};

/** After any other failure, ours or Midtrans', it is unknown whether a link has the purchase. */
const isUnknownLink = ({ kind }: DriverError): boolean => kind === "not_found" || kind === "invalid_request";

const otherThanAsked = (field: string): DriverError =>
  driverError("reply_mismatch", {
    message: `Midtrans returned a different ${field} than requested`,
    retryable: true,
  });
