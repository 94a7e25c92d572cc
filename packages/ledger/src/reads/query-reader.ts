import type { Instant } from "@tautan/core";
import { splitId, toInstant } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { storedId } from "../apply/storable.ts";
import type { LedgerContext } from "../context.ts";
import { type RefusedError, refused } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";

/** Sorts behind every time of the ledger. */
export const END_OF_TIMES = "~";
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** Where a stored link is found. */
export interface LinkPlace {
  readonly gatewayRef: number;
  readonly linkId: string;
}

/** Reads the fields of a query, and notes the first that is not valid. */
export interface QueryReader {
  text(field: string): string | undefined;
  word<Word extends string>(field: string, words: Readonly<Record<Word, unknown>>): Word | undefined;
  moment(field: string): Instant | undefined;
  /** The fields `from` and `to`: `from` is required, and is not after `to`. */
  range(): { readonly from: string; readonly to: string };
  gateway(field: string): number | undefined;
  link(field: string): LinkPlace | undefined;
  limit(): number;
  cursor(): string | undefined;
  /** Default false. */
  flag(field: string): boolean;
  /** Notes that a field is not valid. */
  refuse(field: string, expected: string, hint: string): undefined;
  /** The error of the first field that is not valid, or the value. */
  result<T>(value: T): Result<T, RefusedError>;
}

/** A reader of a query from outside. It may be of any form, and have only these fields. */
export const readerOf = (
  context: LedgerContext,
  refs: GatewayRefs,
  query: unknown,
  fields: readonly string[],
): QueryReader => {
  let problem: RefusedError | undefined;
  const refuse = (field: string, expected: string, hint: string): undefined => {
    problem ??= refused("invalid_query", `${field}: expected ${expected}`, hint);
  };
  const given = fieldsOf(query);
  if (!given) refuse("query", "an object", "Pass an object with filters, or none.");
  for (const field of Object.keys(given ?? {})) {
    if (!fields.includes(field))
      refuse(nameOf(field), `a field of the query: ${fields.join(", ")}`, "Leave the field out.");
  }
  const read = <T>(field: string, expected: string, hint: string, parse: (value: unknown) => T | undefined) => {
    const value = given?.[field];
    if (value === undefined) return undefined;
    return parse(value) ?? refuse(field, expected, hint);
  };
  const moment = (field: string): Instant | undefined =>
    read(field, "a Date, or ISO 8601 text with its offset", 'Pass such as "2026-01-31T00:00:00+07:00".', toInstant);
  return {
    refuse,
    moment,
    range: () => {
      const from = moment("from") ?? refuse("from", "the first moment of the range", "Pass from.") ?? "";
      const to = moment("to") ?? END_OF_TIMES;
      if (to < from) refuse("to", "a moment that is not before from", "Pass the earlier moment as from.");
      return { from, to };
    },
    result: (value) => (problem ? err(problem) : ok(value)),
    text: (field) =>
      read(field, "a text that is not empty", "Leave it out for all.", (value) =>
        typeof value === "string" && value !== "" ? value : undefined,
      ),
    word: <Word extends string>(field: string, words: Readonly<Record<Word, unknown>>) =>
      read(field, `one of ${Object.keys(words).join(", ")}`, "Leave it out for all.", (value) =>
        typeof value === "string" && Object.hasOwn(words, value) ? (value as Word) : undefined,
      ),
    gateway: (field) =>
      read(field, `the key of a gateway: ${refs.keys.join(", ")}`, "Leave it out for all.", (value) =>
        typeof value === "string" ? refs.find(value) : undefined,
      ),
    link: (field) => read(field, "the id of a link", "Pass link.id.", (value) => placeOf(context, refs, value)),
    flag: (field) =>
      read(field, "true or false", "Leave it out for false.", (value) =>
        typeof value === "boolean" ? value : undefined,
      ) ?? false,
    limit: () =>
      read(
        "limit",
        `a whole number from 1 to ${MAX_LIMIT}`,
        "Pass a smaller limit, and read on with nextCursor.",
        (value) =>
          Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LIMIT ? Number(value) : undefined,
      ) ?? DEFAULT_LIMIT,
    cursor: () => read("cursor", CURSOR, CURSOR_HINT, (value) => (typeof value === "string" ? value : undefined)),
  };
};

const CURSOR = "the nextCursor of an earlier page of this query";
const CURSOR_HINT = "Leave it out to begin with the first page, and do not change the filters from page to page.";

/** The error of a cursor that is not one of this query. */
export const foreignCursor = (): RefusedError => refused("invalid_query", `cursor: expected ${CURSOR}`, CURSOR_HINT);

/** Where a link is stored; `undefined` if the id is not one of a gateway that the ledger knows. */
export const placeOf = ({ links }: LedgerContext, refs: GatewayRefs, id: unknown): LinkPlace | undefined => {
  const parts = splitId(typeof id === "string" ? (links.canonicalId(id) ?? id) : undefined);
  const gatewayRef = parts && refs.find(parts.gateway);
  return parts && gatewayRef !== undefined ? { gatewayRef, linkId: storedId(parts.providerId) } : undefined;
};

const fieldsOf = (query: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (typeof query !== "object" || query === null) return undefined;
  try {
    return { ...query };
  } catch {
    return undefined;
  }
};

const MAX_NAME_LENGTH = 40;

/** A name from outside, as far as it can be printed. */
const nameOf = (field: string): string => JSON.stringify(field.slice(0, MAX_NAME_LENGTH));
