import { type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { MidtransClient } from "./client.ts";
import { readLink } from "./reads.ts";
import { factsOfPurchase } from "./status.ts";

/** A link is to be stopped even where reading it first takes for ever: what is read can only end attempts as well. */
const READ_TIME_MS = 1000;
/** One attempt that is slow to end must not use up the time of the others. */
const EXPIRE_TIME_MS = 3000;
/** How many attempts are ended at a time: a link that many pay must not use up the account's rate. */
const LANES = 8;

/**
 * Stops a link, then ends the attempts to pay it that are still open. The link counts as stopped from the first on: what
 * becomes of an attempt changes nothing about that, and Midtrans notifies of each that ends.
 *
 * Attempts are expired and not cancelled, because a cancel would also take back a card that was captured a moment before:
 * docs.midtrans.com, Cancel Transaction and Expire Transaction.
 */
export const closeLink = async (
  client: MidtransClient,
  orderId: string,
  signal: AbortSignal,
): Promise<Result<{ readonly state: "deleted" }, DriverError>> => {
  // Whether a deleted link can still be read is not documented.
  const openAttempts =
    (await within(READ_TIME_MS, signal, (limited) => openAttemptsOf(client, orderId, limited))) ?? [];
  const deleted = await deleteLink(client, orderId, signal);
  if (deleted.isErr()) {
    // The caller reads back what became of a lost DELETE, but knows no attempts.
    const mayBeGone = deleted.error.outcome === "unknown" && openAttempts.length > 0;
    if (!mayBeGone || !(await isGone(client, orderId, signal))) return err(deleted.error);
  }
  await expireAll(client, openAttempts, signal);
  return ok({ state: "deleted" });
};

/**
 * Deletes a link. Only the documented message is believed: `Payment Link with Order ID … deleted`. The sample has another id in
 * it than a link's, so that the id is not compared. Source: docs.midtrans.com, Payment Link API, "Delete Payment Link".
 */
export const deleteLink = async (
  client: MidtransClient,
  orderId: string,
  signal: AbortSignal,
): Promise<Result<undefined, DriverError>> => {
  const deleted = await client.deleteLink(orderId, signal);
  return deleted.andThen(({ message }) =>
    typeof message === "string" && DELETED.test(message) ? ok(undefined) : err(NOT_DELETED),
  );
};

const DELETED = /^payment link with order id \S+ deleted\.?$/i;

const NOT_DELETED: DriverError = driverError("malformed_response", {
  message: "the response to the deletion is not the documented message, so it does not prove that the link was deleted",
});

/** The order ids of the purchases that somebody may still pay; none where the link cannot be read. */
const openAttemptsOf = async (
  client: MidtransClient,
  orderId: string,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const link = await readLink(client, orderId, signal);
  const { purchases = [] } = link.isOk() ? link.value.reply : {};
  return purchases.filter((each) => factsOfPurchase(each).facts.includes("pending")).map((each) => each.order_id);
};

const isGone = async (client: MidtransClient, orderId: string, signal: AbortSignal): Promise<boolean> => {
  const read = await within(READ_TIME_MS, signal, (limited) => client.getLink(orderId, limited));
  return read?.isErr() === true && read.error.kind === "not_found" && read.error.outcome === "refused";
};

/** Tries to end each attempt, whatever becomes of the others. */
const expireAll = async (client: MidtransClient, orderIds: readonly string[], signal: AbortSignal): Promise<void> => {
  const waiting = orderIds.values();
  const lane = async (): Promise<void> => {
    // The lanes share one iterator, so that each takes the next one that waits.
    for (const orderId of waiting) {
      if (signal.aborted) return;
      await within(EXPIRE_TIME_MS, signal, (limited) => client.expirePurchase(orderId, limited));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

/** What comes of work within a time and before a signal fires; `undefined` where nothing does, or where it throws. */
const within = async <T>(
  timeMs: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> => {
  if (parent.aborted) return undefined;
  const controller = new AbortController();
  const { signal } = controller;
  const stop = (): void => controller.abort(parent.reason);
  const timer = setTimeout(() => controller.abort(new DOMException("no answer in time", "TimeoutError")), timeMs);
  parent.addEventListener("abort", stop, { once: true });
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([work(signal), stopped]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    parent.removeEventListener("abort", stop);
  }
};
