// Reads of links with their only payment. The form of an id shows the product, so that a driver reads the links of both.
import type { HistoryRecord } from "@tautan/core";
import type { DriverError, DriverHistory, DriverLink } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { type JsonObject, parseBy, readBy, readReply } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { RefundQuery, XenditClient } from "./client.ts";
import { hasHistory, recordOfInvoice, recordOfSession, sessionHasHistory } from "./history.ts";
import { linkFromInvoice, linkFromSession } from "./link.ts";
import { invoice, refundPage, session } from "./wire.generated.ts";
import type { Refund } from "./wire.ts";

/** A link that was read, and its only payment. */
export interface ReadLink {
  readonly id: string;
  readonly reference: string | undefined;
  readonly raw: JsonObject;
  readonly link: Result<DriverLink, DriverError>;
  /** Whether somebody paid it, or may have. */
  readonly hasHistory: boolean;
  /** The payment with its refunds, or as it is now if there is none. */
  readonly record: (refunds: readonly Refund[]) => HistoryRecord;
  /** Where its refunds are; absent if it cannot have any. */
  readonly refunds: Pick<RefundQuery, "of" | "id"> | undefined;
}

/** Source: https://docs.xendit.co/apidocs/get-session, payment_session_id. */
export const isSessionId = (id: string): boolean => id.startsWith("ps-");

const invoiceIn = async (
  object: Result<JsonObject, DriverError>,
  nowMs: number,
): Promise<Result<ReadLink, DriverError>> => {
  const read = readBy(object, invoice);
  return (read instanceof Promise ? await read : read).map(({ reply, raw }) => ({
    id: reply.id,
    reference: reply.external_id,
    raw,
    link: linkFromInvoice(reply, raw, nowMs),
    hasHistory: hasHistory(reply),
    record: (refunds) => recordOfInvoice(reply, { trust: "read", refunds }),
    refunds: { of: "invoice_id", id: reply.id },
  }));
};

const sessionIn = async (object: Result<JsonObject, DriverError>): Promise<Result<ReadLink, DriverError>> => {
  const read = readBy(object, session);
  return (read instanceof Promise ? await read : read).map(({ reply, raw }) => ({
    id: reply.payment_session_id,
    reference: reply.reference_id,
    raw,
    link: linkFromSession(reply, raw),
    hasHistory: sessionHasHistory(reply),
    record: (refunds) => recordOfSession(reply, { trust: "read", refunds }),
    refunds:
      reply.payment_request_id === undefined ? undefined : { of: "payment_request_id", id: reply.payment_request_id },
  }));
};

/** The link in a reply to a create, read or end. */
export const linkIn = (
  product: "invoice" | "session",
  object: Result<JsonObject, DriverError>,
  nowMs: number,
): Promise<Result<ReadLink, DriverError>> => (product === "invoice" ? invoiceIn(object, nowMs) : sessionIn(object));

/** Reads a link by its id. */
export const readLink = async (
  client: XenditClient,
  id: string,
  nowMs: number,
): Promise<Result<ReadLink, DriverError>> => {
  const read = isSessionId(id)
    ? await sessionIn(await client.getSession(id))
    : await invoiceIn(await client.getInvoice(id), nowMs);
  return read.andThen((link) => {
    if (link.id === id) return ok(link);
    const message = "Xendit returned a different id than requested";
    return err(driverError("reply_mismatch", { message, retryable: true }));
  });
};

/** The size of a page of refunds. */
const REFUNDS_PER_PAGE = 100;

/** More refunds than any payment has. */
const MAX_REFUND_PAGES = 20;

/** The payment of a link, with all its refunds. */
export const withRefunds = async (
  client: XenditClient,
  link: ReadLink,
  readsRefunds: boolean,
): Promise<Result<DriverHistory, DriverError>> => {
  if (!readsRefunds || !link.hasHistory || link.refunds === undefined) {
    return ok({ record: link.record([]), raw: link.raw });
  }
  const found: Refund[] = [];
  const raws: unknown[] = [];
  for (let page = 0, after: string | undefined; page < MAX_REFUND_PAGES; page += 1) {
    const object = await client.listRefunds({ ...link.refunds, limit: REFUNDS_PER_PAGE, after });
    if (object.isErr()) return err(refundsNotRead(object.error));
    const read = readReply(await parseBy(refundPage, object.value));
    if (read.isErr()) return err(read.error);
    const { data, has_more: hasMore = data.length === REFUNDS_PER_PAGE } = read.value;
    found.push(...data);
    raws.push(object.value["data"]);
    after = data.at(-1)?.id;
    if (!hasMore || after === undefined) {
      return ok({
        record: link.record(found),
        raw: found.length === 0 ? link.raw : { ...link.raw, refunds: raws.flat() },
      });
    }
  }
  const message = `the payment has more than ${MAX_REFUND_PAGES * REFUNDS_PER_PAGE} refunds`;
  return err(driverError("malformed_response", { message }));
};

/** Without its refunds, a payment could count as kept. */
const refundsNotRead = (error: DriverError): DriverError => {
  if (error.kind !== "forbidden")
    return { ...error, message: `the refunds of the payment were not read: ${error.message}` };
  return {
    ...error,
    message: `the key may not read refunds: ${error.message}`,
    hint: "Give the key the permission to read refunds, or set readsRefunds: false; then only callbacks report refunds.",
  };
};
