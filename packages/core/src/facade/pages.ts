import { err, type Result, type ResultAsync } from "neverthrow";
import type { PaymentLinkError } from "../errors.ts";
import { attributeError } from "../operations/driver-error.ts";
import type { Page, PageRequest } from "../operations/read.ts";
import { REPEATED_CURSOR } from "../operations/read-histories.ts";
import { unreadable } from "./run.ts";

/** Reads one page after another. Ends after the last page, after an error, and if a cursor repeats. */
export async function* pagesOf<T, Request extends PageRequest>(
  operation: "list" | "listHistories",
  gateway: string,
  request: Request,
  read: (request: Request) => ResultAsync<Page<T>, PaymentLinkError>,
): AsyncGenerator<Result<Page<T>, PaymentLinkError>, void, undefined> {
  let first: Request;
  try {
    first = { ...request };
  } catch (thrown) {
    yield err(unreadable(thrown, gateway, operation));
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
  if (cursor !== undefined) yield err(attributeError(REPEATED_CURSOR, gateway, operation));
}
