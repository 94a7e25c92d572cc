import {
  createInputReader,
  type JsonObject,
  momentOfIso,
  type Problem,
  pageByCursor,
  wholeNumberIn,
} from "../simulator-kit/index.ts";
import { paidAttempt, statusOf, type XenditLink } from "./links.ts";

// github.com/xendit/xendit-node, invoice/apis/Invoice.ts.
const STATUSES = ["PENDING", "PAID", "SETTLED", "EXPIRED"];
const DEFAULT_LIMIT = 10;
const MOST_PER_PAGE = 100;

/** A parameter that is repeated, or written once as a JSON list. */
const listIn = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => {
    if (!value.startsWith("[")) return value.split(",");
    const parsed: unknown = tryParse(value);
    return Array.isArray(parsed) ? parsed.map(String) : [value];
  });

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** One page of `GET /v2/invoices`, or the problems of its parameters. The newest are first. */
export const pageOfInvoices = (
  oldestFirst: readonly XenditLink[],
  search: URLSearchParams,
  nowMs: number,
): readonly XenditLink[] | { readonly problems: readonly Problem[] } => {
  const reader = createInputReader();
  const limit =
    reader.integer("limit", wholeNumberIn(search.get("limit")), { min: 1, max: MOST_PER_PAGE }) ?? DEFAULT_LIMIT;
  const statuses = listIn(search.getAll("statuses"));
  for (const status of statuses) reader.text("statuses", status, { oneOf: STATUSES });
  const channels = listIn(search.getAll("payment_channels"));
  const clients = listIn(search.getAll("client_types"));
  const moment = (name: string): number | undefined => {
    const text = search.get(name);
    if (text === null) return undefined;
    return momentOfIso(text) ?? reader.refuse(name, "must be a time of ISO 8601");
  };
  const within =
    (name: string) =>
    (atMs: number | null): boolean => {
      const [after, before] = [moments[`${name}_after`], moments[`${name}_before`]];
      if (after === undefined && before === undefined) return true;
      return atMs !== null && atMs >= (after ?? 0) && atMs <= (before ?? Number.POSITIVE_INFINITY);
    };
  const moments: Readonly<Record<string, number | undefined>> = Object.fromEntries(
    ["created", "paid", "expired"].flatMap((name) =>
      [`${name}_after`, `${name}_before`].map((each) => [each, moment(each)]),
    ),
  );
  const reference = search.get("external_id");
  const [created, paid, expired] = [within("created"), within("paid"), within("expired")];
  const found = oldestFirst.filter((link) => {
    const channel = paidAttempt(link)?.method;
    return (
      (reference === null || link.request.reference === reference) &&
      (statuses.length === 0 || statuses.includes(statusOf(link, nowMs))) &&
      (channels.length === 0 || (channel !== undefined && channels.includes(channel))) &&
      (clients.length === 0 || clients.includes("API_GATEWAY")) &&
      created(link.createdAtMs) &&
      paid(link.paidAtMs) &&
      expired(link.expiresAtMs)
    );
  });
  const after = search.get("last_invoice") ?? undefined;
  const page = pageByCursor(found.toReversed(), ({ id }) => id, { limit, after });
  if (page === undefined) reader.refuse("last_invoice", "is not in this list");
  return page === undefined || reader.problems.length > 0 ? { problems: reader.problems } : page.items;
};

/** The problems of a request, as an answer has them. */
export const detailsOf = (problems: readonly Problem[]): JsonObject => ({
  errors: problems.map(({ path, message }) => ({ path, message: `${path} ${message}` })),
});
