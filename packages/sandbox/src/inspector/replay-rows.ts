import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import type { Recording, RecordingValue } from "../replay/recording.ts";
import { type RowState, rowsAt } from "../replay/rows-at.ts";
import { tag } from "./tags.ts";

/** The rows of the database after a step: those that it changed first. Nothing if the recording has none at all. */
export const replayRows = (recording: Recording, index: number): Html | "" => {
  if (recording.steps.every(({ rows }) => rows.length === 0)) return "";
  const rows = rowsAt(recording, index);
  const changed = rows.filter(({ isChanged }) => isChanged);
  const others = [
    ...Map.groupBy(
      rows.filter(({ isChanged }) => !isChanged),
      ({ table }) => table,
    ),
  ];
  return html`<h2>What it changed in the database</h2>
    ${changed.length === 0 ? html`<p class="quiet">No row.</p>` : changed.map(changedRow)}
    <h2>What else was there</h2>
    ${others.length === 0 ? html`<p class="quiet">No other row.</p>` : others.map(otherRows)}`;
};

/** Its place on the page, to which a link can point. */
const idOf = ({ table, key }: RowState): string => `row-${table}-${encodeURIComponent(key)}`;

const changedRow = (row: RowState): Html => {
  const { table, key, values, before } = row;
  const columns = Object.keys(values ?? before ?? {});
  const isOf = (column: string): boolean => before === null || values === null || before[column] !== values[column];
  const isEmpty = (column: string): boolean => before === null && values?.[column] === null;
  const [shownFirst, folded] = [
    columns.filter((column) => isOf(column) && !isEmpty(column)),
    columns.filter((column) => !isOf(column) || isEmpty(column)),
  ];
  const what =
    before === null ? tag("added", "good") : values === null ? tag("removed", "bad") : tag("changed", "waiting");
  return html`<section class="row-state" id="${idOf(row)}"><h3>${table} <code>${key}</code> ${what}</h3>
    <dl>${shownFirst.map(
      (column) =>
        html`<dt>${column}</dt><dd>${before === null ? "" : html`<del>${shown(before[column])}</del> `}${values === null ? "" : html`<ins>${shown(values[column])}</ins>`}</dd>`,
    )}</dl>
    ${folded.length === 0 ? "" : html`<details><summary>${folded.length === 1 ? "1 column" : `${folded.length} columns`} ${before === null ? "without a value" : "as before"}</summary>${columnList(values ?? {}, folded)}</details>`}</section>`;
};

const otherRows = ([table, rows]: readonly [string, readonly RowState[]]): Html =>
  html`<h3>${table}</h3>${rows.map(
    (row) =>
      html`<details class="row-state" id="${idOf(row)}"><summary><code>${row.key}</code></summary>${columnList(row.values ?? {}, Object.keys(row.values ?? {}))}</details>`,
  )}`;

const columnList = (values: Readonly<Record<string, RecordingValue>>, columns: readonly string[]): Html =>
  html`<dl>${columns.map((column) => html`<dt>${column}</dt><dd>${shown(values[column])}</dd>`)}</dl>`;

const shown = (value: RecordingValue | undefined): Html =>
  value === null || value === undefined
    ? html`<span class="quiet">null</span>`
    : html`<code>${value === "" ? "''" : value}</code>`;
