// Reads, each checked for whether it answers what was asked.
import type { HistoryEvidence } from "@tautan/core";
import type { DriverError, DriverHistory } from "@tautan/core/driver";
import { failure, historyEvidence } from "@tautan/core/driver";
import { type JsonObject, readReply } from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import type { MidtransClient } from "./client.ts";
import { loadWire } from "./load-wire.ts";
import { linkOrderIds } from "./order-id.ts";
import { historiesFromLink } from "./purchases.ts";
import { reportFromTransaction } from "./transactions.ts";
import type { LinkReply, Transaction } from "./wire.ts";

/** A purchase to ask for. */
export interface AskedPurchase {
  readonly purchaseOrderId: string;
  /** What a notification told of it. */
  readonly told?: HistoryEvidence | undefined;
}

type HistoryResult = Result<DriverHistory, DriverError>;

export const readLink = async (
  client: MidtransClient,
  orderId: string,
  signal: AbortSignal,
): Promise<Result<{ readonly reply: LinkReply; readonly raw: JsonObject }, DriverError>> => {
  const body = await client.getLink(orderId, signal);
  if (body.isErr()) return err(body.error);
  const { linkReply } = await loadWire();
  return readReply(linkReply.safeParse(body.value)).andThen((reply) =>
    reply.order_id === orderId ? ok({ reply, raw: body.value }) : err(otherThanAsked("order_id")),
  );
};

/**
 * Reads a purchase wherever Midtrans knows it. Get Status by the order id gives its latest try. DANA and the virtual accounts
 * that run over BI-SNAP are known by the transaction id alone, which a notification tells. What Get Status does not know is
 * in the link's own list of purchases. Source: docs.midtrans.com, Get Transaction Status, DANA, SeaBank VA and Get Payment
 * Link Details.
 */
export const readHistory = async (
  client: MidtransClient,
  asked: AskedPurchase,
  signal: AbortSignal,
): Promise<HistoryResult> => {
  const byOrderId = await historyFromStatus(asked, await client.getStatus(asked.purchaseOrderId, signal));
  if (byOrderId.isOk() || byOrderId.error.kind !== "not_found") return byOrderId;
  for (const { id } of asked.told?.tries ?? []) {
    // The transaction id is not signed. In an address, . and .. would name a folder.
    if (["", ".", ".."].includes(id)) continue;
    const byTryId = await historyFromStatus(asked, await client.getStatusOfTry(id, signal), id);
    if (byTryId.isOk() || !["not_found", "reply_mismatch"].includes(byTryId.error.kind)) return byTryId;
  }
  return (await historyFromLink(client, asked.purchaseOrderId, signal)) ?? byOrderId;
};

const historyFromStatus = async (
  asked: AskedPurchase,
  body: Result<JsonObject, DriverError>,
  tryId?: string,
): Promise<HistoryResult> => {
  if (body.isErr()) return err(body.error);
  const { transaction } = await loadWire();
  return readReply(transaction.safeParse(body.value)).andThen((status): HistoryResult => {
    if (tryId !== undefined && status.transaction_id !== tryId) return err(otherThanAsked("transaction_id"));
    if (!isOfPurchase(status, asked)) return err(otherThanAsked("order_id"));
    const evidence = historyEvidence(reportFromTransaction(status, "read", asked.purchaseOrderId));
    return ok({ evidence, raw: body.value });
  });
};

/**
 * Whether a status is the purchase's. Over BI-SNAP it can have the transaction id in place of the order id; then all else
 * that ties the two must agree: the amount, which the notification signs, and `custom_field1`, in which this driver writes the
 * link's order id. Source: docs.midtrans.com, DANA, the reply to a refund; github.com/veritrans/SNAP-Woocommerce, pull request
 * 85; github.com/Midtrans/midtrans-php, issues 113 and 121.
 */
const isOfPurchase = (status: Transaction, { purchaseOrderId, told }: AskedPurchase): boolean => {
  if (status.order_id === purchaseOrderId) return true;
  if (status.order_id !== status.transaction_id) return false;
  const { custom_field1: linkOrderId, gross_amount: amount } = status;
  const amountsTold = told?.amounts ?? [];
  return (
    (linkOrderId === undefined || linkOrderIds(purchaseOrderId).includes(linkOrderId)) &&
    (amountsTold.length === 0 || amountsTold.some(({ value }) => value.amount === amount))
  );
};

/** The purchase as its link tells it; `undefined` where no link has it. */
const historyFromLink = async (
  client: MidtransClient,
  purchaseOrderId: string,
  signal: AbortSignal,
): Promise<HistoryResult | undefined> => {
  for (const orderId of linkOrderIds(purchaseOrderId)) {
    if (orderId === purchaseOrderId) continue;
    const link = await readLink(client, orderId, signal);
    if (link.isErr()) {
      // Only trouble that may pass leaves it open whether the link has it.
      if (link.error.retryable) return err(link.error);
      continue;
    }
    const { reply, raw } = link.value;
    const history = historiesFromLink(reply, raw).find(({ evidence }) => evidence.providerId === purchaseOrderId);
    if (history) return ok(history);
  }
  return undefined;
};

const otherThanAsked = (field: string): DriverError =>
  failure("reply_mismatch", { message: `Midtrans answered with another ${field} than was asked for`, retryable: true });
