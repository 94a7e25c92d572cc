import { err, ok, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { DriverError, DriverHistory, HistoryPageInput } from "../driver-contract.ts";
import type { CallScope } from "./call.ts";
import type { CallHandlers } from "./contained-handlers.ts";
import { driverError } from "./driver-error.ts";
import { historiesOfLink } from "./match-reply.ts";

const PAGE_SIZE = 100;

/**
 * Reads all histories of a link; `undefined` if the gateway cannot list them. Pages are counted from the newest row, so a row may occur
 * twice: the last one read is the latest.
 */
export const readHistories = async <Operation extends keyof CallHandlers>(
  { gateway, handlers, context }: CallScope<Operation>,
  linkProviderId: string,
  filter: Pick<HistoryPageInput, "paidOnly"> = {},
): Promise<Result<readonly DriverHistory[] | undefined, DriverError>> => {
  const list = handlers.of("listHistories");
  if (!list || !isSupported(gateway.driver.capabilities.operations.listHistories)) return ok(undefined);
  const histories = new Map<string, DriverHistory>();
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const input = { ...filter, limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
    const page = historiesOfLink(gateway, await list(linkProviderId, input, context), linkProviderId);
    if (page.isErr()) return err(page.error);
    for (const each of page.value.items) histories.set(each.record.providerId, each);
    cursor = page.value.nextCursor;
    if (cursor === undefined) return ok([...histories.values()]);
    if (cursors.has(cursor)) return err(REPEATED_CURSOR);
    cursors.add(cursor);
  }
};

export const REPEATED_CURSOR: DriverError = driverError("malformed_response", {
  message: "the gateway returned a page's cursor a second time",
  hint: "What was read so far may be incomplete. Retry. If it persists, report it.",
});
