import { err, ok, type Result } from "neverthrow";
import type { DriverError, DriverHandlers, DriverHistory, HistoryPageInput } from "../driver-contract.ts";
import type { CallScope } from "./call.ts";
import type { CallHandlers } from "./contained-handlers.ts";
import { driverError } from "./driver-error.ts";
import { historiesOfLink } from "./match-reply.ts";

const PAGE_SIZE = 100;

/** Reads all histories of a link. Pages are counted from the newest row, so a row may occur twice: the last one read is the latest. */
export const readHistories = async <Operation extends keyof CallHandlers>(
  { gateway, context }: CallScope<Operation>,
  list: DriverHandlers["listHistories"],
  linkProviderId: string,
  filter: Pick<HistoryPageInput, "paidOnly"> = {},
): Promise<Result<readonly DriverHistory[], DriverError>> => {
  const histories = new Map<string, DriverHistory>();
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const input = { ...filter, limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
    const page = historiesOfLink(gateway, await list(linkProviderId, input, context), linkProviderId);
    if (page.isErr()) return err(page.error);
    for (const each of page.value.items) histories.set(each.record.providerId, each);
    cursor = page.value.nextCursor;
    if (cursor === undefined) return ok([...histories.values()]);
    if (cursors.has(cursor)) return err(repeatedCursor());
    cursors.add(cursor);
  }
};

const repeatedCursor = (): DriverError =>
  driverError("malformed_response", {
    message: "the gateway returned a page's cursor a second time, so the histories of the link may be incomplete",
    hint: "Request it again. If it persists, report it.",
    retryable: true,
  });
