import type { DriverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { MidtransClient } from "./client.ts";
import { readLink } from "./reads.ts";
import { factsOfPurchase } from "./status.ts";

/** A link is to be stopped even where reading it first takes for ever. */
const READ_TIME_MS = 5000;

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
  const openAttempts = await openAttemptsOf(
    client,
    orderId,
    AbortSignal.any([signal, AbortSignal.timeout(READ_TIME_MS)]),
  );
  const deleted = await client.deleteLink(orderId, signal);
  if (deleted.isErr()) return err(deleted.error);
  for (const purchaseOrderId of openAttempts) {
    if (signal.aborted) break;
    await client.expirePurchase(purchaseOrderId, signal);
  }
  return ok({ state: "deleted" });
};

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
