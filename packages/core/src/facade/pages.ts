import { err, type Result, type ResultAsync } from "neverthrow";
import { valueOr } from "../contained.ts";
import type { PaymentLinkError } from "../errors.ts";
import type { Page, PageRequest } from "../operations/read.ts";
import { unreadable } from "./refusals.ts";

/** Reads one page after another. Ends after the last page, after an error, and if a cursor repeats. */
export async function* pagesOf<T, Request extends PageRequest>(
  operation: "list" | "listHistories",
  gateway: string,
  request: Request,
  read: (request: Request) => ResultAsync<Page<T>, PaymentLinkError>,
): AsyncGenerator<Result<Page<T>, PaymentLinkError>, void, undefined> {
  const first = valueOr(() => ({ ...request }), undefined);
  if (!first) {
    yield err(unreadable(gateway, operation));
    return;
  }
  const seen = new Set<string | undefined>();
  let { cursor } = first;
  do {
    seen.add(cursor);
    const page = await read({ ...first, cursor });
    yield page;
    cursor = page.isOk() ? page.value.nextCursor : undefined;
  } while (cursor !== undefined && !seen.has(cursor));
  if (cursor !== undefined) yield err(repeatedCursor(operation, gateway));
}

const repeatedCursor = (operation: "list" | "listHistories", gateway: string): PaymentLinkError =>
  Object.freeze({
    kind: "malformed_response",
    gateway,
    operation,
    message: "the gateway returned a page's cursor a second time",
    hint: "The pages so far may be incomplete. Retry. If it persists, report it.",
    retryable: true,
    outcome: "unknown",
  });
