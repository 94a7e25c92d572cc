import { type DriverError, driverError } from "@tautan/core/driver";
import { pause } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { ClientFor, MidtransClient } from "./client.ts";
import { readLink } from "./reads.ts";
import { factsOfPurchase } from "./status.ts";

/** A slow read must not stop the deletion of a link: the read is only used to end open payments. */
const READ_TIME_MS = 1000;
/** One slow request must not use up the time of the others. */
const EXPIRE_TIME_MS = 3000;
/** The number of concurrent requests: a link with many payments must not use up the account's rate limit. */
const LANES = 8;

/**
 * Stops a link, then ends its open payments. After the first step the link is closed: the result of the second step does
 * not change that, and Midtrans notifies of each payment that ends.
 *
 * They are expired and not cancelled, because a cancel would also take back a card that was just captured:
 * docs.midtrans.com, Cancel Transaction and Expire Transaction.
 */
export const closeLink = async (
  clientFor: ClientFor,
  orderId: string,
  signal: AbortSignal,
): Promise<Result<{ readonly state: "deleted" }, DriverError>> => {
  const within: Within = (timeMs, work) =>
    workWithin(timeMs, signal, (limited) => work(clientFor({ signal: limited })));
  // Whether a deleted link can still be read is not documented.
  const openAttempts = (await within(READ_TIME_MS, (client) => openAttemptsOf(client, orderId))) ?? [];
  const deleted = await deleteLink(clientFor({ signal }), orderId);
  if (deleted.isErr()) {
    // The caller verifies a lost DELETE with a read, but does not know the open payments.
    const mayBeGone = deleted.error.outcome === "unknown" && openAttempts.length > 0;
    if (!mayBeGone || !(await isGone(within, orderId))) return err(deleted.error);
  }
  await expireAll(within, openAttempts, signal);
  return ok({ state: "deleted" });
};

/**
 * Deletes a link. Only the documented message is believed: `Payment Link with Order ID … deleted`. The id in the sample
 * differs from the link's, so the id is not compared. Source: https://docs.midtrans.com/docs/payment-link-via-api, "Delete Payment Link".
 */
export const deleteLink = async (client: MidtransClient, orderId: string): Promise<Result<undefined, DriverError>> => {
  const deleted = await client.deleteLink(orderId);
  return deleted.andThen(({ message }) =>
    typeof message === "string" && DELETED.test(message) ? ok(undefined) : err(NOT_DELETED),
  );
};

const DELETED = /^payment link with order id \S+ deleted\.?$/i;

const NOT_DELETED: DriverError = driverError("malformed_response", {
  message: "the response to the deletion is not the documented message, so it does not prove that the link was deleted",
});

/** The order ids of the purchases that can still be paid; none if the link cannot be read. */
const openAttemptsOf = async (client: MidtransClient, orderId: string): Promise<readonly string[]> => {
  const link = await readLink(client, orderId);
  const { purchases = [] } = link.isOk() ? link.value.reply : {};
  return purchases.filter((each) => factsOfPurchase(each).facts.includes("pending")).map((each) => each.order_id);
};

const isGone = async (within: Within, orderId: string): Promise<boolean> => {
  const read = await within(READ_TIME_MS, (client) => client.getLink(orderId));
  return read?.isErr() === true && read.error.kind === "not_found" && read.error.outcome === "refused";
};

/** Tries to end each payment, independent of the others. */
const expireAll = async (within: Within, orderIds: readonly string[], signal: AbortSignal): Promise<void> => {
  const waiting = orderIds.values();
  const lane = async (): Promise<void> => {
    // The lanes share one iterator, so each takes the next waiting one.
    for (const orderId of waiting) {
      if (signal.aborted) return;
      await within(EXPIRE_TIME_MS, (client) => client.expirePurchase(orderId));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

/** Work with a client whose requests end after a time. */
type Within = <T>(timeMs: number, work: (client: MidtransClient) => Promise<T>) => Promise<T | undefined>;

/** The result of work within a time and before a signal fires; `undefined` if there is none, or if it throws. */
const workWithin = async <T>(
  timeMs: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> => {
  if (parent.aborted) return undefined;
  const ended = new AbortController();
  const signal = AbortSignal.any([parent, ended.signal]);
  try {
    return await Promise.race([work(signal), pause(timeMs, signal).then(() => undefined)]);
  } catch {
    return undefined;
  } finally {
    ended.abort();
  }
};
