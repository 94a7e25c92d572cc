// Rows of histories: those of a link, and single ones.
import type { HistoryRecord, Instant } from "@tautan/core";
import type { ConfirmSubject, DriverError, DriverHistory, DriverLinkCandidate } from "@tautan/core/driver";
import { driverError, epochMsOf, historyRecord } from "@tautan/core/driver";
import { type JsonObject, parseBy, parseTimestamp, readReply } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { type AccountNames, asObject } from "./account.ts";
import type { SingapayClient } from "./client.ts";
import { type ReadHistory, reportFromRow } from "./history.ts";
import type { Verdict } from "./paging.ts";
import { findRow } from "./search.ts";
import { historyReply } from "./wire.generated.ts";
import type { LinkName, LinkReply } from "./wire.ts";
import { referenceIfAny } from "./wire-values.ts";

/** A row older than its link by more than this ends the search: the two tables may have different clocks. */
const HISTORY_MARGIN_MS = 60 * 60 * 1000;

/**
 * Selects a link's rows from an account's histories. There is no filter for it: `reff_no` finds a payment's own reference.
 * Source: https://github.com/Aturjadwal/singapay-ledger.
 */
export const judgeHistoriesOf = (link: LinkReply) => {
  const linkMadeAt = parseTimestamp(link.created_at);
  return async (row: JsonObject): Promise<Result<Verdict<DriverHistory>, DriverError>> => {
    const parsed = readReply(await parseBy(historyReply, row));
    if (parsed.isErr()) {
      // An unreadable row that certainly belongs to another link must not hide the link's rows.
      const reference = referenceIfAny(row["payment_link_reff_no"]);
      return reference === undefined || reference === link.reff_no ? err(parsed.error) : ok("skip");
    }
    const payment = parsed.value;
    const madeAt = parseTimestamp(payment.created_at);
    const isOlder =
      linkMadeAt !== undefined && madeAt !== undefined && epochMsOf(madeAt) < epochMsOf(linkMadeAt) - HISTORY_MARGIN_MS;
    if (isOlder) return ok("stop");
    if (payment.payment_link_reff_no === undefined) {
      const message = "the response lacks payment_link_reff_no, so the link of a history is unknown";
      return err(driverError("malformed_response", { message }));
    }
    if (payment.payment_link_reff_no !== link.reff_no) return ok("skip");
    return ok({ take: historyOf(reportFromRow(payment, { trust: "read", link: nameOf(link) }), row) });
  };
};

/** Selects the rows of an account's histories that were opened since a time. The list is sorted by row number, newest first. */
export const judgeHistoriesSince =
  (since: Instant) =>
  async (row: JsonObject): Promise<Result<Verdict<DriverHistory>, DriverError>> =>
    readReply(await parseBy(historyReply, row)).map((payment) => {
      const madeAt = parseTimestamp(payment.created_at);
      const isOlder = madeAt !== undefined && epochMsOf(madeAt) < epochMsOf(since) - HISTORY_MARGIN_MS;
      return isOlder ? "stop" : { take: historyOf(reportFromRow(payment, { trust: "read" }), row) };
    });

const nameOf = ({ id, reff_no }: LinkReply): LinkName => ({ id, reff_no });

const historyOf = ({ report }: ReadHistory, raw: unknown): DriverHistory => ({
  record: historyRecord(report),
  raw,
});

/** Reads a payment by its own reference. The list's filter matches any part of it. */
export const readHistory = async (
  client: SingapayClient,
  reference: string,
): Promise<Result<FoundHistory, DriverError>> => {
  const row = await findRow("payment", reference, (query) => client.listHistories({ ...query, reference }));
  if (row.isErr()) return err(row.error);
  return historyIn(row.value);
};

const historyIn = async (row: unknown): Promise<Result<FoundHistory, DriverError>> => {
  return readReply(await parseBy(historyReply, row)).map((reply) => {
    const payment = reportFromRow(reply, { trust: "read" });
    return { history: historyOf(payment, row), linkCandidates: payment.linkCandidates };
  });
};

/**
 * Reads the payment of a delivery among those of this account. If the delivery reports a payment and the read does not show
 * it yet, that is a retryable error: reads may be behind signed deliveries, and the payment must not count as unpaid.
 */
export const confirmHistory = async (
  client: SingapayClient,
  { providerId, record }: Extract<ConfirmSubject, { readonly kind: "history" }>,
): Promise<Result<FoundHistory, DriverError>> => {
  // 0 is not the number of any row.
  const rowId = record?.otherIds.find((id) => /^[1-9]\d{0,18}$/.test(id));
  const read = await (rowId === undefined
    ? readHistory(client, providerId)
    : readHistoryByRow(client, providerId, rowId));
  if (read.isErr() && record) return err(maybeLater(read.error, client.account));
  return read.andThen((payment) => {
    if (!record) return ok(payment);
    return isPaid(record) && !isPaid(payment.history.record) ? err(notPaidYet()) : ok(withLinkOf(payment, record));
  });
};

/**
 * A row names its link only by reference. A delivery with the same reference also has the link's number. If the row contains
 * nothing about links, as on older pages, only the delivery does, and it is signed.
 */
const withLinkOf = (payment: FoundHistory, reported: HistoryRecord): FoundHistory => {
  const { history } = payment;
  const { record } = history;
  const [ofRow] = record.linkReferences;
  const saysNone = asObject(history.raw)?.["payment_link_reff_no"] === null;
  const isSameLink = ofRow ? reported.linkReferences.some(({ value }) => value === ofRow.value) : !saysNone;
  const [id] = reported.linkProviderIds;
  const reference = ofRow ?? reported.linkReferences[0];
  const addsNothing = id === undefined && reference === ofRow;
  if (!isSameLink || addsNothing || record.linkProviderIds.length > 0) return payment;
  const links = { linkProviderIds: reported.linkProviderIds, linkReferences: reference ? [reference] : [] };
  return {
    history: { ...history, record: { ...record, ...links } },
    linkCandidates: [{ ...(id && { providerId: id.value }), ...(reference && { reference: reference.value }) }],
  };
};

const isPaid = ({ attempts }: HistoryRecord): boolean =>
  attempts.some(({ facts }) => facts.paid !== undefined || facts.settled !== undefined);

/**
 * Absence proves nothing: the payment of a delivery may belong to another account, or not be in the list yet. Treating it as
 * another account's could acknowledge a payment of ours.
 */
const maybeLater = (error: DriverError, { accountNumber }: AccountNames): DriverError =>
  error.kind === "not_found"
    ? Object.freeze({
        ...error,
        retryable: true,
        hint: `Request another delivery with retryLater. ${accountNumber === undefined ? OTHER_ACCOUNT : error.hint}`,
      })
    : error;

const OTHER_ACCOUNT =
  "If it belongs to another account of the same credential, pass this account's number to the driver as accountNumber.";

const notPaidYet = (): DriverError =>
  driverError("reply_mismatch", {
    message: "the delivery reports a payment that SingaPay's history does not show as paid",
    hint: "Request another delivery with retryLater. If it persists, look for the payment in the dashboard.",
    retryable: true,
  });

/** Reads a payment by the number of its row, which events of expiry contain; if there is none, it is searched. */
const readHistoryByRow = async (
  client: SingapayClient,
  reference: string,
  rowId: string,
): Promise<Result<FoundHistory, DriverError>> => {
  const body = await client.getHistory(rowId);
  if (body.isErr() && body.error.kind !== "not_found") return err(body.error);
  const payment = body.isOk() ? await historyIn(body.value["data"]) : undefined;
  return payment?.isOk() && payment.value.history.record.providerId === reference
    ? payment
    : readHistory(client, reference);
};

export interface FoundHistory {
  readonly history: DriverHistory;
  readonly linkCandidates: readonly DriverLinkCandidate[];
}
