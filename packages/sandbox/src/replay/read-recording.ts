import { readFileSync, statSync } from "node:fs";
import { isJsonObject } from "../http/input-reader.ts";
import { showValue } from "../show-value.ts";
import { isTime } from "../time/moments.ts";
import { RECORDING_VERSION, type Recording } from "./recording.ts";

/** More is read by nobody, and would not fit into a page. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The recording of the option `replay`. Throws a TypeError with the problem. */
export const readRecording = (sent: unknown): Recording | undefined => {
  if (sent === undefined) return undefined;
  const [name, value] = typeof sent === "string" && sent !== "" ? [sent, readFile(sent)] : ["replay", sent];
  const problem = problemWithRecording(value);
  if (problem !== undefined)
    throw new TypeError(`createSandbox: replay: ${name === "replay" ? "" : `${name}: `}${problem}`);
  // Checked just now.
  return withoutKeys(value as Recording);
};

const readFile = (path: string): unknown => {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes; at most ${MAX_BYTES} are read`);
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(
      `createSandbox: replay: ${error instanceof SyntaxError ? `${path} is not JSON: ` : ""}${message}`,
      {
        cause: error,
      },
    );
  }
};

/** The first problem with a value; `undefined` if it is as expected. */
type Check = (path: string, value: unknown) => string | undefined;

const isA =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (path, value) =>
    holds(value)
      ? undefined
      : `${path} must be ${expected}, but is ${value === undefined ? "absent" : showValue(value)}`;

const text = isA("a text", (value) => typeof value === "string");

const oneOf = (...texts: readonly string[]): Check =>
  isA(`one of ${texts.join(", ")}`, (value) => texts.some((each) => each === value));

const optional =
  (check: Check): Check =>
  (path, value) =>
    value === undefined ? undefined : check(path, value);

const first = (problems: Iterable<string | undefined>): string | undefined => {
  for (const problem of problems) if (problem !== undefined) return problem;
  return undefined;
};

const listOf =
  (check: Check): Check =>
  (path, value) =>
    Array.isArray(value)
      ? first(value.map((each: unknown, index) => check(`${path}[${index}]`, each)))
      : `${path} must be a list, but is ${value === undefined ? "absent" : showValue(value)}`;

const object: Check = isA("an object", isJsonObject);

const objectOf =
  (fields: Readonly<Record<string, Check>>): Check =>
  (path, value) =>
    isJsonObject(value)
      ? first(Object.entries(fields).map(([name, check]) => check(path === "" ? name : `${path}.${name}`, value[name])))
      : object(path, value);

const mapOf =
  (check: Check): Check =>
  (path, value) =>
    isJsonObject(value)
      ? first(Object.entries(value).map(([name, each]) => check(`${path}.${name}`, each)))
      : object(path, value);

const message = objectOf({ headers: optional(mapOf(text)), body: text });

const entry = objectOf({
  kind: oneOf("call", "webhook", "handler", "fault", "action"),
  process: optional(text),
  title: text,
  outcome: optional(objectOf({ text, tone: optional(oneOf("good", "bad", "waiting")) })),
  faults: optional(listOf(text)),
  request: optional(message),
  answer: optional(message),
  detail: optional(text),
});

const isValue = (value: unknown): boolean => value === null || typeof value === "string" || Number.isFinite(value);
const values = mapOf(isA("a text, a number or null", isValue));

const row = objectOf({
  table: text,
  key: text,
  values: (path, value) => (value === null ? undefined : values(path, value)),
});

const step = objectOf({
  title: text,
  atMs: isA("milliseconds since 1970", (value) => Number.isInteger(value) && isTime(Number(value))),
  entries: listOf(entry),
  rows: listOf(row),
});

const recording = objectOf({
  title: text,
  command: optional(text),
  violations: listOf(text),
  steps: listOf(step),
});

const problemWithRecording = (value: unknown): string | undefined => {
  if (!isJsonObject(value) || value["format"] !== "tautan-recording")
    return `expected the path of a recording or a recording, with the format "tautan-recording", but got ${showValue(isJsonObject(value) ? value["format"] : value)}`;
  const { version, steps } = value;
  if (version !== RECORDING_VERSION)
    return `expected a recording of version ${RECORDING_VERSION}, but got version ${showValue(version)}: open it with the version of this package that wrote it, or record it again`;
  return (
    recording("", value) ??
    (Array.isArray(steps) && steps.length === 0 ? "steps must have one or more, but is []" : undefined)
  );
};

const KEY_HEADERS: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "cookie", "set-cookie"]);

/** As in the inspector: no key of a gateway is shown. */
const withoutKeys = (recording: Recording): Recording => ({
  ...recording,
  steps: recording.steps.map((one) => ({
    ...one,
    entries: one.entries.map(({ request, answer, ...rest }) => ({
      ...rest,
      ...(request && { request: cleared(request) }),
      ...(answer && { answer: cleared(answer) }),
    })),
  })),
});

const cleared = <Message extends { readonly headers?: Readonly<Record<string, string>> }>(message: Message): Message =>
  message.headers === undefined
    ? message
    : {
        ...message,
        headers: Object.fromEntries(
          Object.entries(message.headers).map(([name, value]) => [
            name,
            KEY_HEADERS.has(name.toLowerCase()) ? "[redacted]" : value,
          ]),
        ),
      };
