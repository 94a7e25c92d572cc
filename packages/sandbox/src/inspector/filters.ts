import { showValue } from "../show-value.ts";
import type { LinkSummary, RecordedDelivery, RecordedRequest } from "../types.ts";
import { isInBody, isInCall } from "./mentions.ts";

/** The filters of a list. An absent one matches everything. */
export interface Filters {
  /** A reference, or any other text. */
  readonly q?: string;
  readonly gateway?: string;
  readonly event?: string;
  readonly status?: string;
}

export type FilterName = keyof Filters;

/** The filters that a list supports. Without `oneOf`, a filter accepts any text. */
export type FilterRules = { readonly [Name in FilterName]?: FilterRule };

interface FilterRule {
  /** Besides these, a status may be a number of three digits, if `takesCodes`. */
  readonly oneOf?: readonly string[];
  readonly takesCodes?: boolean;
}

export interface ReadFilters {
  readonly filters: Filters;
  /** 1 for the newest. */
  readonly page: number;
  /** The ignored parts of the query, as sentences. */
  readonly ignored: readonly string[];
}

export const MAX_QUERY_LENGTH = 200;

/** The filters in a URL. Invalid ones are ignored, and named. */
export const readFilters = (query: URLSearchParams, rules: FilterRules): ReadFilters => {
  const filters: Record<string, string> = {};
  const ignored: string[] = [];
  let page = 1;
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name).map((value) => value.trim());
    const [value = ""] = values;
    if (values.length > 1) ignored.push(`${name} is there ${values.length} times: only the first counts.`);
    if (value === "") continue;
    if (name === "page") {
      const number = Number(value);
      if (/^\d{1,9}$/.test(value) && number > 0) page = number;
      else ignored.push(`page must be a whole number, 1 or more, but is ${showValue(value)}: this is page 1.`);
      continue;
    }
    const rule = Object.hasOwn(rules, name) ? rules[name as FilterName] : undefined;
    const problem = rule === undefined ? unknownFilter(name, rules) : problemWith(name, value, rule);
    if (problem === undefined) filters[name] = value;
    else ignored.push(problem);
  }
  return { filters, page, ignored };
};

/** The query of a URL that shows the same again. */
export const queryOf = (filters: Filters, page = 1): string => {
  const query = new URLSearchParams(filters as Record<string, string>);
  if (page !== 1) query.set("page", String(page));
  return query.size === 0 ? "" : `?${query.toString()}`;
};

export const isFiltered = (filters: Filters): boolean => Object.values(filters).some((value) => value !== undefined);

const unknownFilter = (name: string, rules: FilterRules): string =>
  `There is no filter ${showValue(name)} here, so it is ignored; there are ${Object.keys(rules).join(", ")}.`;

const problemWith = (name: string, value: string, { oneOf, takesCodes = false }: FilterRule): string | undefined => {
  if (value.length > MAX_QUERY_LENGTH)
    return `${name} is longer than ${MAX_QUERY_LENGTH} characters, so it is ignored.`;
  if (oneOf === undefined || oneOf.includes(value) || (takesCodes && HTTP_STATUS.test(value))) return undefined;
  const codes = takesCodes ? ", or an HTTP status" : "";
  return `${name} must be one of ${oneOf.join(", ")}${codes}, but is ${showValue(value)}, so it is ignored.`;
};

const HTTP_STATUS = /^[1-5]\d\d$/;

const CLASSES = ["2xx", "3xx", "4xx", "5xx"] as const;

/** The groups of answers that lists are narrowed to, in words. */
export const CALL_STATUSES: ReadonlyMap<string, string> = new Map([
  ["2xx", "2xx, carried out"],
  ["3xx", "3xx, redirected"],
  ["4xx", "4xx, refused"],
  ["5xx", "5xx, failed"],
  ["none", "no answer"],
]);

export const DELIVERY_STATUSES: ReadonlyMap<string, string> = new Map([
  ["2xx", "2xx, taken"],
  ["3xx", "3xx, redirected"],
  ["4xx", "4xx, refused"],
  ["5xx", "5xx, failed"],
  ["none", "no answer"],
  ["retry", "to be sent again"],
  ["recorded", "recorded only"],
]);

type Matches<Entry> = (entry: Entry) => boolean;

export const linkMatcher = ({ q, gateway, status }: Filters): Matches<LinkSummary> => {
  const isFound = containing(q);
  return ({ provider, state, reference, title, link, payments }) =>
    (gateway === undefined || provider === gateway) &&
    (status === undefined || state === status || payments.some((payment) => payment.status === status)) &&
    (isFound(reference) || isFound(title) || isFound(link) || payments.some(({ id }) => isFound(id)));
};

/** `ids`: of the payments of a link whose reference is asked for. */
export const callMatcher = ({ q, gateway, status }: Filters, ids: readonly string[]): Matches<RecordedRequest> => {
  const isFound = containing(q);
  const names = new Set(ids);
  return (call) =>
    (gateway === undefined || call.provider === gateway) &&
    (status === undefined || isOfStatus(call.status, status)) &&
    (isFound(`${call.method} ${call.path}`) ||
      isFound(call.body) ||
      isFound(call.answer ?? "") ||
      (names.size > 0 && isInCall(call, names)));
};

/** `ids`: as of {@link callMatcher}. */
export const deliveryMatcher = (
  { q, gateway, event, status }: Filters,
  ids: readonly string[],
  eventOf: (delivery: RecordedDelivery) => string,
): Matches<RecordedDelivery> => {
  const isFound = containing(q);
  const names = new Set(ids);
  return (delivery) =>
    (gateway === undefined || delivery.provider === gateway) &&
    (status === undefined || isOfOutcome(delivery, status)) &&
    (isFound(delivery.body) || isFound(delivery.url ?? "") || (names.size > 0 && isInBody(delivery.body, names))) &&
    (event === undefined || eventOf(delivery) === event);
};

const isOfOutcome = (delivery: RecordedDelivery, wanted: string): boolean => {
  if (wanted === "recorded") return delivery.url === undefined && delivery.error === undefined;
  if (wanted === "retry") return delivery.retryAtMs !== undefined;
  if (wanted === "none") return delivery.error !== undefined;
  return isOfStatus(delivery.status, wanted);
};

const isOfStatus = (status: number | undefined, wanted: string): boolean => {
  if (status === undefined) return wanted === "none";
  if (CLASSES.some((name) => name === wanted)) return Math.floor(status / 100) === Number(wanted[0]);
  return String(status) === wanted;
};

/** Whether a text has another in it, whatever its case. */
const containing = (wanted: string | undefined): ((text: string) => boolean) => {
  if (wanted === undefined) return () => true;
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase().includes(lower);
};
