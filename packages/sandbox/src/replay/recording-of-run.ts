import { STATUS_CODES } from "node:http";
import { eventOf, outcomeOf } from "../inspector/labels.ts";
import type { ProviderSet } from "../provider.ts";
import type { Run } from "../run.ts";
import type { RecordedAction } from "../state/recorded-actions.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";
import { RECORDING_VERSION, type Recording, type RecordingEntry, type RecordingStep } from "./recording.ts";

/** What has happened in a sandbox so far: each API call, webhook and action is a step. It has no rows: the sandbox sees no database. */
export const recordingOfRun = (
  providers: ProviderSet,
  { requests, deliveries, actions }: Pick<Run, "requests" | "deliveries" | "actions">,
): Recording => {
  const steps = [
    ...requests.entries.map((request) => stepOf(request, callEntry(providers, request))),
    ...deliveries.entries.map((delivery) => stepOf(delivery, webhookEntry(providers, delivery))),
    ...actions.entries.map((action) => stepOf(action, actionEntry(action))),
  ].toSorted((left, right) => left.order - right.order);
  return {
    format: "tautan-recording",
    version: RECORDING_VERSION,
    title: "The run of this sandbox",
    violations: [],
    steps: steps.map(({ step }) => step),
  };
};

interface OrderedStep {
  readonly order: number;
  readonly step: RecordingStep;
}

const stepOf = ({ order, atMs }: { order: number; atMs: number }, entry: RecordingEntry): OrderedStep => ({
  order,
  step: { title: entry.title, atMs, entries: [entry], rows: [] },
});

const statusOf = (status: number): NonNullable<RecordingEntry["outcome"]> => ({
  text: `${status} ${STATUS_CODES[status] ?? ""}`.trim(),
  tone: status >= 400 ? "bad" : status >= 300 ? "waiting" : "good",
});

const callEntry = (
  providers: ProviderSet,
  { provider, method, path, headers, body, status, answer, faults }: RecordedRequest,
): RecordingEntry => ({
  kind: "call",
  process: providers.get(provider).label,
  title: `${method} ${path}`,
  outcome: status === undefined ? { text: "no answer", tone: "bad" } : statusOf(status),
  faults,
  request: { headers, body },
  ...(answer !== undefined && { answer: { body: answer } }),
});

const webhookEntry = (providers: ProviderSet, delivery: RecordedDelivery): RecordingEntry => {
  const { provider, url, headers, body, status, answer, faults, webhook, sending, error } = delivery;
  return {
    kind: "webhook",
    process: providers.get(provider).label,
    title: eventOf(providers, delivery),
    outcome:
      status === undefined
        ? { text: outcomeOf(delivery), ...(error !== undefined && { tone: "bad" }) }
        : statusOf(status),
    faults,
    request: { headers, body },
    ...(answer !== undefined && { answer: { body: answer } }),
    detail: `Sending ${sending} of webhook ${webhook}${url === undefined ? "" : ` to ${url}`}`,
  };
};

const actionEntry = ({ action, by, link, payment, refusal, toMs }: RecordedAction): RecordingEntry => ({
  kind: "action",
  title: `${action.replaceAll("_", " ")} by the ${by === "control" ? "control API" : by}`,
  ...(refusal !== undefined && { outcome: { text: "refused", tone: "bad" } }),
  detail: [
    link && `${link.provider} ${link.path}`,
    payment && `payment ${payment}`,
    toMs !== undefined && `to ${new Date(toMs).toISOString()}`,
    refusal,
  ]
    .filter((part) => typeof part === "string")
    .join(", "),
});
