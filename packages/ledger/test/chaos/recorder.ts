// Writes down a schedule while it is played, in the form that the inspector of the sandbox opens.
import type { Clock } from "@tautan/core";
import type { MemoryDriver } from "@tautan/driver-memory";
import type { Recording, RecordingEntry, RecordingRow, RecordingStep, RecordingValue } from "@tautan/sandbox";
import type { Result } from "neverthrow";
import type { LedgerEvent, Row } from "../../src/index.ts";
import type { Violation } from "./model.ts";
import type { Store } from "./stores.ts";

/** An entry that still changes until its step ends. */
export type Draft = { -readonly [Name in keyof RecordingEntry]: RecordingEntry[Name] };

export interface Recorder {
  /** Begins a step, and ends the one before. */
  begin(title: string): Promise<void>;
  /** The clock of the schedule. */
  follow(clock: Clock): void;
  readonly note: (entry: Draft) => Draft;
  /** A handler that has its event; `call` is in the row that it writes. */
  handles(call: number, process: number, event: LedgerEvent): Draft;
  end(about: Pick<Recording, "title" | "command">, violations: readonly Violation[]): Promise<Recording>;
}

export const nameOfProcess = (index: number): string => `process ${index + 1}`;

export const createRecorder = (store: Store): Recorder => {
  const steps: RecordingStep[] = [];
  let clock: Clock = { now: () => 0 };
  let title: string | undefined;
  let entries: Draft[] = [];
  let calls = new Map<number, Draft>();
  let rows: ReadonlyMap<string, RecordingRow> = new Map();

  const endStep = async (): Promise<void> => {
    if (title === undefined) return;
    const now = await rowsOf(store);
    const committed = new Set(
      [...now.values()].filter(({ table }) => table === "effects").map(({ values }) => values?.["call"]),
    );
    for (const [call, draft] of calls) {
      if (draft.outcome) continue;
      draft.outcome = committed.has(call)
        ? { text: "committed", tone: "good" }
        : { text: "not committed", tone: "waiting" };
    }
    const changed = [...now].flatMap(([name, row]) =>
      JSON.stringify(rows.get(name)?.values) === JSON.stringify(row.values) ? [] : [row],
    );
    const gone = [...rows].flatMap(([name, row]) => (now.has(name) ? [] : [{ ...row, values: null }]));
    steps.push({ title, atMs: clock.now(), entries, rows: [...changed, ...gone] });
    rows = now;
  };
  const begin = async (next: string | undefined): Promise<void> => {
    await endStep();
    title = next;
    entries = [];
    calls = new Map();
  };
  const note = (entry: Draft): Draft => {
    entries.push(entry);
    return entry;
  };
  return {
    begin,
    follow: (followed: Clock): void => {
      clock = followed;
    },
    note,
    handles: (call: number, process: number, event: LedgerEvent): Draft => {
      const { id, type, link, history } = event;
      const shown = { id, type, link: link.reference, history: history?.providerId };
      const draft = note({
        kind: "handler",
        process: nameOfProcess(process),
        title: `${type} of ${link.reference}`,
        request: { body: JSON.stringify(shown) },
      });
      calls.set(call, draft);
      return draft;
    },
    end: async (about: Pick<Recording, "title" | "command">, violations: readonly Violation[]): Promise<Recording> => {
      await begin(undefined);
      return numbered({
        format: "tautan-recording",
        version: 1,
        ...about,
        violations: violations.map(({ kind, text }) => `${kind}: ${text}`),
        steps,
      });
    },
  };
};

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Names of leases and the like are random: they become numbers, so that a seed always gives the same recording. */
const numbered = (recording: Recording): Recording => {
  const numbers = new Map<string, number>();
  const text = JSON.stringify(recording).replaceAll(UUID, (name) => {
    const number = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, number);
    return `random-${number}`;
  });
  return JSON.parse(text) as Recording;
};

/** Operations that reach a gateway. */
const ON_THE_WIRE: ReadonlySet<string> = new Set([
  "get",
  "find",
  "findRecent",
  "list",
  "update",
  "close",
  "reopen",
  "delete",
  "getHistory",
  "listHistories",
  "confirm",
]);

/** The same driver, whose calls are noted as those of a process. It answers neither earlier nor later than without this. */
export const noting = (driver: MemoryDriver, process: number, { note }: Recorder): MemoryDriver => {
  type Call = (...input: readonly unknown[]) => Promise<Result<unknown, { readonly kind: string }>>;
  const noted =
    (name: string, call: Call): Call =>
    (...input) => {
      const sent = input.slice(0, -1).filter((each) => each !== undefined);
      const draft = note({
        kind: "call",
        process: nameOfProcess(process),
        title: name,
        request: { body: JSON.stringify(sent.length === 1 ? sent[0] : sent) },
      });
      const answered = call(...input);
      void answered.then((result) => {
        const isOk = result.isOk();
        draft.outcome = isOk ? { text: "ok", tone: "good" } : { text: result.error.kind, tone: "bad" };
        draft.answer = { body: JSON.stringify(isOk ? result.value : result.error) ?? "" };
      });
      return answered;
    };
  const handlers = Object.fromEntries(
    Object.entries(driver.handlers).map(([name, call]) => [
      name,
      ON_THE_WIRE.has(name) ? noted(name, call as unknown as Call) : call,
    ]),
  );
  return { ...driver, handlers: handlers as unknown as MemoryDriver["handlers"] };
};

/** The primary keys. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  tautan_links: ["ref"],
  tautan_histories: ["ref"],
  tautan_history_ids: ["gateway_ref", "other_id"],
  tautan_deliveries: ["ref"],
  tautan_delivery_candidates: ["gateway_ref", "kind", "value", "delivery_ref"],
  tautan_events: ["seq"],
  tautan_lanes: ["consumer", "link_ref"],
  tautan_handled: ["consumer", "event_id"],
  tautan_sweeps: ["gateway_ref"],
  effects: ["n"],
};

const rowsOf = async (store: Store): Promise<ReadonlyMap<string, RecordingRow>> => {
  const rows = new Map<string, RecordingRow>();
  for (const [table, columns] of Object.entries(KEYS)) {
    for (const row of await store.query(`SELECT * FROM ${table} ORDER BY ${columns.join(", ")}`)) {
      const values = valuesOf(row);
      const key = columns.map((column) => values[column]).join(" ");
      rows.set(`${table} ${key}`, { table, key, values });
    }
  }
  return rows;
};

const valuesOf = (row: Row): Readonly<Record<string, RecordingValue>> =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plain(value)]));

const plain = (value: unknown): RecordingValue => {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value as bigint | boolean);
};
