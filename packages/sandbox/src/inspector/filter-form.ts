import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import { type FilterName, type Filters, isFiltered, MAX_QUERY_LENGTH } from "./filters.ts";

interface FilterField {
  readonly name: Exclude<FilterName, "q">;
  readonly label: string;
  /** Values with what they are called. */
  readonly choices: ReadonlyMap<string, string>;
}

/** A form that narrows a list, of GET: what it shows has a URL. */
export const filterForm = (
  path: string,
  filters: Filters,
  { placeholder, fields }: { readonly placeholder: string; readonly fields: readonly FilterField[] },
): Html => html`<form method="get" action="${path}" role="search" class="filters" autocomplete="off">
    <div><label for="q">Search</label><input id="q" name="q" type="search" value="${filters.q ?? ""}" maxlength="${MAX_QUERY_LENGTH}" placeholder="${placeholder}" spellcheck="false"></div>
    ${fields.map((field) => selectField(field, filters[field.name]))}
    <button class="second">Filter</button>
    ${isFiltered(filters) ? html`<a class="button second" href="${path}">Clear</a>` : ""}</form>`;

const selectField = ({ name, label, choices }: FilterField, chosen: string | undefined): Html => {
  // A URL may name a value that the list does not offer, such as one status.
  const all = chosen === undefined || choices.has(chosen) ? choices : new Map([[chosen, chosen], ...choices]);
  return html`<div><label for="filter-${name}">${label}</label><select id="filter-${name}" name="${name}"><option value="">Any</option>${[
    ...all,
  ].map(
    ([value, text]) => html`<option value="${value}"${value === chosen ? html` selected` : ""}>${text}</option>`,
  )}</select></div>`;
};

export const ignoredNotice = (ignored: readonly string[]): Html | "" =>
  ignored.length === 0
    ? ""
    : html`<div role="alert" class="notice bad">${ignored.map((sentence) => html`<p>${sentence}</p>`)}</div>`;
