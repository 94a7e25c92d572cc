/** The version of the format that this package writes and opens. */
export const RECORDING_VERSION = 1;

/**
 * A run, step by step, as plain JSON. The inspector opens it: `createSandbox({ replay: "recording.json" })`, or `tautan dev --replay`.
 * Readers ignore fields that they do not know, so that fields can be added within a version.
 */
export interface Recording {
  readonly format: "tautan-recording";
  readonly version: typeof RECORDING_VERSION;
  /** Of the whole run, such as `schedule 12 of seed 7`. */
  readonly title: string;
  /** The command that plays the run again. */
  readonly command?: string;
  /** The broken promises, a sentence each. Empty if it kept every promise. */
  readonly violations: readonly string[];
  /** In order. At least one. */
  readonly steps: readonly RecordingStep[];
}

/** One step of a run, and all that happened in it. */
export interface RecordingStep {
  readonly title: string;
  /** The time at its end, in milliseconds since 1970. */
  readonly atMs: number;
  /** In the order in which they began. */
  readonly entries: readonly RecordingEntry[];
  /** The rows of the database that it changed. */
  readonly rows: readonly RecordingRow[];
}

/** Something that happened. */
export interface RecordingEntry {
  /**
   * - `call`: a call of a gateway, and its answer.
   * - `webhook`: a webhook of a gateway, and the answer to it.
   * - `handler`: the merchant's handler, and the outcome of its transaction. The event is its request.
   * - `fault`: something was broken on purpose, such as a process that was killed.
   * - `action`: anything else, such as a payment or a call of the ledger.
   */
  readonly kind: "call" | "webhook" | "handler" | "fault" | "action";
  /** Which process did it, if there are several. */
  readonly process?: string;
  readonly title: string;
  /** Its end in a few words, such as `200 OK`, `no answer` or `committed`. */
  readonly outcome?: { readonly text: string; readonly tone?: "good" | "bad" | "waiting" };
  /** The faults that affected it, by name. */
  readonly faults?: readonly string[];
  /** The sent message. */
  readonly request?: RecordingMessage;
  /** The received message. Absent if there was none. */
  readonly answer?: RecordingMessage;
  /** More about it, such as the statement at which a process was killed. */
  readonly detail?: string;
}

/** A message on the wire. */
export interface RecordingMessage {
  /** Keys of an API are replaced when a recording is opened. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Exactly as it was sent. */
  readonly body: string;
}

/** A row after a step that changed it. */
export interface RecordingRow {
  readonly table: string;
  /** Its primary key, as text. */
  readonly key: string;
  /** By column; `null` if the row is gone. */
  readonly values: Readonly<Record<string, RecordingValue>> | null;
}

/** Bytes and times are text. */
export type RecordingValue = string | number | null;
