import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import type { Journal } from "../state/journal.ts";
import { filterForm, ignoredNotice } from "./filter-form.ts";
import {
  CALL_STATUSES,
  callMatcher,
  DELIVERY_STATUSES,
  deliveryMatcher,
  type FilterRules,
  type Filters,
  isFiltered,
  linkMatcher,
  queryOf,
  readFilters,
} from "./filters.ts";
import { frame, live } from "./frame.ts";
import { eventNameOf } from "./labels.ts";
import { type InspectorParts, type Numbered, numbered } from "./parts.ts";
import { deliveryTable, linkTable, requestTable } from "./tables.ts";
import { LINK_STATES } from "./tags.ts";

const ROWS = 50;

export const renderLinks = (parts: InspectorParts, query: URLSearchParams): Html => {
  const links = parts.listLinks().toReversed();
  const ofPayments = parts.gateways.flatMap((name) => Object.keys(parts.providers.get(name).paymentStatuses));
  const statuses = [...new Set([...LINK_STATES, ...ofPayments])];
  const { filters, page, ignored } = readFilters(query, {
    q: {},
    gateway: { oneOf: parts.gateways },
    status: { oneOf: statuses },
  });
  const found = isFiltered(filters) ? links.filter(linkMatcher(filters)) : links;
  return list({
    title: "Links",
    path: "/inspector/links",
    filters,
    form: {
      placeholder: "Reference, title, URL or id of a payment",
      fields: [gatewayField(parts), { name: "status", label: "Status", choices: named(statuses) }],
    },
    ignored,
    asked: page,
    found,
    total: links.length,
    table: (rows) => linkTable(parts.providers, rows),
    note: "",
  });
};

export const renderDeliveries = (parts: InspectorParts, query: URLSearchParams): Html => {
  const { providers, gateways } = parts;
  const { deliveries } = parts.run();
  const seen = deliveries.entries.map((delivery) => eventNameOf(providers, delivery));
  const documented = gateways.flatMap((name) => providers.get(name).webhookEvents.map((event) => event.name));
  const events = [...new Set([...documented, ...seen])].filter((name) => name !== "");
  const { filters, page, ignored } = readFilters(query, {
    q: {},
    gateway: { oneOf: gateways },
    event: { oneOf: events },
    status: { oneOf: [...DELIVERY_STATUSES.keys()], takesCodes: true },
  } satisfies FilterRules);
  const matches = deliveryMatcher(filters, idsOf(parts, filters.q), (delivery) => eventNameOf(providers, delivery));
  return list({
    title: "Webhooks",
    path: "/inspector/deliveries",
    filters,
    form: {
      placeholder: "Reference, or any text in the body",
      fields: [
        gatewayField(parts),
        { name: "event", label: "Event", choices: named(events) },
        { name: "status", label: "Answer", choices: DELIVERY_STATUSES },
      ],
    },
    ignored,
    asked: page,
    found: matching(deliveries, filters, matches),
    total: deliveries.entries.length,
    table: (rows) => deliveryTable(providers, rows),
    note: droppedNote(deliveries.dropped, "webhooks"),
  });
};

export const renderRequests = (parts: InspectorParts, query: URLSearchParams): Html => {
  const { requests } = parts.run();
  const { filters, page, ignored } = readFilters(query, {
    q: {},
    gateway: { oneOf: parts.gateways },
    status: { oneOf: [...CALL_STATUSES.keys()], takesCodes: true },
  } satisfies FilterRules);
  return list({
    title: "API calls",
    path: "/inspector/requests",
    filters,
    form: {
      placeholder: "Reference, path, or any text in the bodies",
      fields: [gatewayField(parts), { name: "status", label: "Answer", choices: CALL_STATUSES }],
    },
    ignored,
    asked: page,
    found: matching(requests, filters, callMatcher(filters, idsOf(parts, filters.q))),
    total: requests.entries.length,
    table: (rows) => requestTable(parts.providers, rows),
    note: droppedNote(requests.dropped, "API calls"),
  });
};

/** One page of what was found, newest first. */
const list = <Row>(shown: {
  readonly title: string;
  readonly path: "/inspector/links" | "/inspector/deliveries" | "/inspector/requests";
  readonly filters: Filters;
  readonly form: Parameters<typeof filterForm>[2];
  readonly ignored: readonly string[];
  readonly asked: number;
  readonly found: readonly Row[];
  readonly total: number;
  readonly table: (rows: readonly Row[]) => Html;
  readonly note: Html | "";
}): Html => {
  const { title, path, filters, found, total } = shown;
  const page = Math.min(shown.asked, Math.max(1, Math.ceil(found.length / ROWS)));
  const rows = found.slice((page - 1) * ROWS, page * ROWS);
  const isEmpty = found.length === 0 && total > 0;
  const content = isEmpty
    ? html`<p>Nothing matches. <a href="${path}">Show all ${total}</a>.</p>`
    : html`<div class="scroll">${shown.table(rows)}</div>`;
  const count =
    isFiltered(filters) && !isEmpty ? html`<p class="quiet">${found.length} of ${total}, newest first</p>` : "";
  return frame({
    title,
    place: path,
    body: html`${ignoredNotice(shown.ignored)}${filterForm(path, filters, shown.form)}
    ${live("list", html`${count}${content}${shown.note}${pager(path, filters, page, found.length)}`)}`,
  });
};

const pager = (path: string, filters: Filters, page: number, count: number): Html | "" => {
  const isLast = page * ROWS >= count;
  if (page === 1 && isLast) return "";
  return html`<p>${page > 1 ? html`<a href="${path}${queryOf(filters, page - 1)}">Newer</a> ` : ""}
    Page ${page} of ${Math.max(1, Math.ceil(count / ROWS))}
    ${isLast ? "" : html` <a href="${path}${queryOf(filters, page + 1)}">Older</a>`}</p>`;
};

const matching = <Entry>(
  journal: Journal<Entry>,
  filters: Filters,
  matches: (entry: Entry) => boolean,
): readonly Numbered<Entry>[] => {
  const all = numbered(journal);
  return (isFiltered(filters) ? all.filter(({ entry }) => matches(entry)) : all).toReversed();
};

/** A webhook may name a payment by its id alone: those of the link that is asked for. */
const idsOf = ({ listLinks }: InspectorParts, reference: string | undefined): readonly string[] =>
  reference === undefined
    ? []
    : listLinks()
        .filter((link) => link.reference === reference)
        .flatMap(({ payments }) => payments.map(({ id }) => id));

const gatewayField = ({
  providers,
  gateways,
}: InspectorParts): {
  readonly name: "gateway";
  readonly label: string;
  readonly choices: ReadonlyMap<string, string>;
} => ({
  name: "gateway",
  label: "Gateway",
  choices: new Map(gateways.map((name) => [name, providers.get(name).label])),
});

const named = (values: readonly string[]): ReadonlyMap<string, string> =>
  new Map(values.map((value) => [value, value.replaceAll("_", " ")]));

const droppedNote = (count: number, what: string): Html | "" => {
  if (count === 0) return "";
  return html`<p class="quiet">${count} older ${what} were dropped to keep memory bounded.</p>`;
};
