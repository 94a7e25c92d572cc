import { err, ok, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { DriverError, DriverHistory, DriverObservation } from "../driver-contract.ts";
import type { CallScope } from "./call.ts";
import { driverError } from "./driver-error.ts";
import { historiesOfLink } from "./match-reply.ts";

/** The most that a page may hold. */
const PAGE_SIZE = 100;

/**
 * A link that was read, together with all its histories: something happened to the link, and what that was may be a payment
 * that no delivery told whole. Also where no use is counted, because a count may lag behind, and a payment that was taken back is
 * not counted any more. As it is where the gateway has no list of them.
 */
export const withHistories = async (
  confirmed: DriverObservation,
  { gateway, handlers, context }: CallScope<"confirm">,
): Promise<Result<DriverObservation, DriverError>> => {
  if (confirmed.kind !== "link") return ok(confirmed);
  const { providerId } = confirmed.link;
  const list = handlers.of("listHistories");
  if (!list || !isSupported(gateway.driver.capabilities.operations.listHistories)) return ok(confirmed);
  // Pages are counted from the newest, so that a row may come twice: what was read last is the latest.
  const histories = new Map<string, DriverHistory>();
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const input = { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
    const page = historiesOfLink(gateway, await list(providerId, input, context), providerId);
    if (page.isErr()) return err(page.error);
    for (const each of page.value.items) histories.set(each.record.providerId, each);
    cursor = page.value.nextCursor;
    if (cursor === undefined) return ok({ ...confirmed, histories: [...histories.values()] });
    if (cursors.has(cursor)) return err(circle());
    cursors.add(cursor);
  }
};

const circle = (): DriverError =>
  driverError("malformed_response", {
    message: "the gateway returned a page's cursor a second time, so the histories of the link may be incomplete",
    hint: "Request the delivery again. If it persists, report it.",
    retryable: true,
  });
