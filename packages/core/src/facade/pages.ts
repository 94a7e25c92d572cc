import { err, type Result, type ResultAsync } from "neverthrow";
import type { PaymentLinkError } from "../errors.ts";
import type { Page, PageRequest } from "../operations/read.ts";
import { unreadable } from "./refusals.ts";

/** Reads one page after another. Ends after the last, after an error, and where a gateway's pages go round in a circle. */
export async function* pagesOf<T, Request extends PageRequest>(
  operation: "list" | "listHistories",
  gateway: string,
  request: Request,
  read: (request: Request) => ResultAsync<Page<T>, PaymentLinkError>,
): AsyncGenerator<Result<Page<T>, PaymentLinkError>, void, undefined> {
  const first = readable(request);
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
  if (cursor !== undefined) yield err(circle(operation, gateway));
}

/** A copy, read once; `undefined` where that throws. */
const readable = <Request extends PageRequest>(request: Request): Request | undefined => {
  try {
    return { ...request };
  } catch {
    return undefined;
  }
};

const circle = (operation: "list" | "listHistories", gateway: string): PaymentLinkError =>
  Object.freeze({
    kind: "malformed_response",
    gateway,
    operation,
    message: "the gateway returned a page's cursor a second time",
    hint: "The pages so far may be incomplete. Retry. If it persists, report it.",
    retryable: true,
    outcome: "unknown",
  });
