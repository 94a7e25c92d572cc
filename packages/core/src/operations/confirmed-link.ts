import { err, ok, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { DriverError, DriverHistory, DriverObservation } from "../driver-contract.ts";
import type { CallScope } from "./call.ts";
import { driverError } from "./driver-error.ts";
import { historiesOfLink } from "./match-reply.ts";

const PAGE_SIZE = 100;

/**
 * Adds all histories to a link that was read, because the event of the link may be a payment that no delivery reported in full.
 * They are read even if no use is counted: a count may lag, and a reversed payment is no longer counted. If the gateway cannot
 * list histories, the link is returned as it is.
 */
export const withHistories = async (
  confirmed: DriverObservation,
  { gateway, handlers, context }: CallScope<"confirm">,
): Promise<Result<DriverObservation, DriverError>> => {
  if (confirmed.kind !== "link") return ok(confirmed);
  const { providerId } = confirmed.link;
  const list = handlers.of("listHistories");
  if (!list || !isSupported(gateway.driver.capabilities.operations.listHistories)) return ok(confirmed);
  // Pages are counted from the newest row, so a row may occur twice. The last one read is the latest.
  const histories = new Map<string, DriverHistory>();
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const input = { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
    const page = historiesOfLink(gateway, await list(providerId, input, context), providerId);
    if (page.isErr()) return err(page.error);
    for (const each of page.value.items) histories.set(each.record.providerId, each);
    cursor = page.value.nextCursor;
    if (cursor === undefined) return ok({ ...confirmed, histories: [...histories.values()] });
    if (cursors.has(cursor)) return err(repeatedCursor());
    cursors.add(cursor);
  }
};

const repeatedCursor = (): DriverError =>
  driverError("malformed_response", {
    message: "the gateway returned a page's cursor a second time, so the histories of the link may be incomplete",
    hint: "Request the delivery again. If it persists, report it.",
    retryable: true,
  });
