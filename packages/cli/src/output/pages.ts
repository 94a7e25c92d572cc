import type { Page, PageRequest } from "@tautan/core";
import type { Result, ResultAsync } from "neverthrow";
import { err, ok } from "neverthrow";
import type { Exit } from "../exit-codes.ts";
import type { Failure } from "../failure.ts";
import type { OptionDefinitions } from "../frame/command.ts";
import type { Forms, Output } from "./output.ts";

/** The options of commands that list. */
export const PAGE_OPTIONS = {
  limit: { type: "integer", min: 1, max: 100, description: "The size of a page; default 25" },
  cursor: { type: "string", description: "Continue there: the nextCursor of the page before" },
  all: { type: "boolean", description: "All pages, one after the other" },
} as const satisfies OptionDefinitions;

interface PageOptions {
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
  readonly all: boolean;
}

/** Reads one page or all, and prints them. If a later page fails, those before it are printed with the error. */
export const printPages = async <T>(
  read: (page: PageRequest) => ResultAsync<Page<T>, Failure>,
  { limit, cursor, all }: PageOptions,
  forms: (items: readonly T[]) => Forms,
  output: Output,
): Promise<Result<Exit | undefined, Failure>> => {
  const items: T[] = [];
  let next = cursor;
  let count = 0;
  for (let more = true; more; more = all && next !== undefined) {
    const page = await read({ limit: limit ?? (all ? 100 : undefined), cursor: next });
    if (page.isErr()) {
      if (count === 0) return err(page.error);
      output.value({ items, nextCursor: next }, forms(items), page.error);
      return ok("partlyDone");
    }
    count += 1;
    items.push(...page.value.items);
    next = page.value.nextCursor;
  }
  output.value({ items, ...(next === undefined ? {} : { nextCursor: next }) }, forms(items));
  if (next !== undefined) output.note(`There are more: --cursor ${output.plain(next)}`);
  return ok(undefined);
};
