import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import type { Recording, RecordingEntry, RecordingMessage, RecordingStep } from "../replay/recording.ts";
import { frame, time } from "./frame.ts";
import { replayRows } from "./replay-rows.ts";
import { bodyBlock, headerList } from "./tables.ts";
import { tag } from "./tags.ts";

/** All steps of a recording. */
export const renderReplay = (recording: Recording, { isOwnRun }: { readonly isOwnRun: boolean }): Html =>
  frame({
    title: isOwnRun ? "Replay" : recording.title,
    place: "/inspector/replay",
    body: html`
    ${isOwnRun ? html`<p>The run of this sandbox so far. <code>tautan dev --replay recording.json</code> opens it again; <code>npm run chaos</code> of Tautan's repository records its schedules in the same form.</p>` : verdict(recording)}
    ${recording.command === undefined ? "" : html`<p>Play it again: <code>${recording.command}</code></p>`}
    <p><a href="/inspector/recording.json" download>Download the recording</a></p>
    ${recording.steps.length === 0 ? html`<p>Nothing has happened yet.</p>` : stepTable(recording)}`,
  });

const verdict = ({ violations }: Recording): Html =>
  violations.length === 0
    ? html`<p class="notice good">It kept every promise.</p>`
    : html`<div class="notice bad"><p>It broke:</p><ul>${violations.map((each) => html`<li>${each}</li>`)}</ul></div>`;

const stepTable = ({ steps }: Recording): Html => html`<div class="scroll"><table>
    <thead><tr><th scope="col">Step</th><th scope="col">What happened</th><th scope="col">In it</th><th scope="col" class="number">Rows changed</th><th scope="col">Clock</th></tr></thead>
    <tbody>${steps.map(
      (
        step,
        index,
      ) => html`<tr><td>${index + 1}</td><td><a href="${stepPath(index)}">${step.title}</a>${faultsIn(step)}</td>
        <td>${countsIn(step)}</td><td class="number">${step.rows.length}</td><td>${time(step.atMs)}</td></tr>`,
    )}</tbody></table></div>`;

const stepPath = (index: number): string => `/inspector/replay/${index + 1}`;

const chaosTag = (name: string): Html => html` <span class="tag chaos">chaos: ${name}</span>`;

const faultsIn = ({ entries }: RecordingStep): readonly Html[] => {
  const names = entries.flatMap(({ kind, title, faults = [] }) => (kind === "fault" ? [title, ...faults] : faults));
  return [...new Set(names)].map(chaosTag);
};

const COUNTED = { call: "call", webhook: "webhook", handler: "handler run" } as const;

const countsIn = ({ entries }: RecordingStep): string =>
  Object.entries(COUNTED)
    .map(([kind, name]) => [entries.filter((entry) => entry.kind === kind).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}${count === 1 ? "" : "s"}`)
    .join(", ");

/** One step: what happened in it, and the rows of the database after it. */
export const renderStep = (recording: Recording, index: number): Html => {
  const { steps, violations } = recording;
  const step = steps[index] as RecordingStep;
  return frame({
    title: `Step ${index + 1} of ${steps.length}: ${step.title}`,
    place: "/inspector/replay",
    body: html`${stepLinks(steps, index)}
    <p class="quiet"><a href="/inspector/replay">${recording.title}</a>, at ${time(step.atMs)}${violations.length === 0 ? "" : html` ${tag(`broke ${violations.length === 1 ? "a promise" : `${violations.length} promises`}`, "bad")}`}</p>
    <h2>What happened</h2>
    ${step.entries.length === 0 ? html`<p class="quiet">Nothing else.</p>` : html`<ol class="timeline" aria-label="What happened">${step.entries.map(entryItem)}</ol>`}
    ${replayRows(recording, index)}`,
  });
};

/** Left and right on the keyboard follow the links with `rel`, where a script runs. */
const stepLinks = (steps: readonly RecordingStep[], index: number): Html => {
  const link = (name: string, target: number, rel?: string): Html =>
    steps[target] === undefined || target === index
      ? html`<li><span class="button second" aria-disabled="true">${name}</span></li>`
      : html`<li><a class="button second" href="${stepPath(target)}"${rel === undefined ? "" : html` rel="${rel}"`}>${name}</a></li>`;
  return html`<nav class="steps" aria-label="Steps"><ul>${link("First", 0)}${link("← Back", index - 1, "prev")}${link("Forward →", index + 1, "next")}${link("Last", steps.length - 1)}</ul></nav>`;
};

const KINDS: Readonly<Record<RecordingEntry["kind"], string>> = {
  call: "API call",
  webhook: "Webhook",
  handler: "Handler",
  fault: "Fault",
  action: "Action",
};

const entryItem = ({
  kind,
  process,
  title,
  outcome,
  faults = [],
  request,
  answer,
  detail,
}: RecordingEntry): Html => html`<li class="${kind === "fault" ? "bad" : (outcome?.tone ?? "")}"><p class="line"><span class="kind">${KINDS[kind]}</span>
    <span>${title}</span> ${outcome === undefined ? "" : tag(outcome.text, outcome.tone)}${faults.map(chaosTag)}${process === undefined || process === "" ? "" : html` <span class="when">${process}</span>`}</p>
    ${detail === undefined || detail === "" ? "" : html`<p class="more">${detail}</p>`}
    ${message(kind === "handler" ? "Event" : "Request", request)}${message("Answer", answer)}</li>`;

const message = (label: string, shown: RecordingMessage | undefined): Html | "" =>
  shown === undefined
    ? ""
    : html`<details class="more"><summary>${label}</summary>${shown.headers === undefined ? "" : headerList(shown.headers)}${bodyBlock(shown.body)}</details>`;
