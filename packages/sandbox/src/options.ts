import { type ChaosSettings, type FaultScope, problemWithFault, problemWithRule } from "./chaos/rules.ts";
import { isJsonObject, type JsonObject } from "./http/input-reader.ts";
import { readInitialLinks } from "./initial-links.ts";
import type { ProviderSet } from "./provider.ts";
import { readRecording } from "./replay/read-recording.ts";
import type { Recording } from "./replay/recording.ts";
import { showValue } from "./show-value.ts";
import { isTime, MOMENT_RULE, millisecondsOf } from "./time/moments.ts";
import type { Clock, InitialLinks } from "./types.ts";
import { isWebhookUrl, WEBHOOK_URL_RULE } from "./webhooks/urls.ts";

/** The options of a sandbox, with their defaults. */
export interface Settings {
  readonly gateways: readonly string[];
  /** `undefined`: none was asked for. */
  readonly seed: string | undefined;
  readonly host: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly webhookUrls: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Whether it is the machine's time, which timers follow. */
  readonly ticks: boolean;
  /** The initial time of the clock. */
  readonly frozenAtMs: number | undefined;
  readonly chaos: ChaosSettings;
  readonly initialLinks: InitialLinks;
  readonly maxRecords: number;
  readonly stateFile: string | undefined;
  readonly replay: Recording | undefined;
}

const OPTION_NAMES = [
  "gateways",
  "seed",
  "host",
  "ports",
  "webhookUrls",
  "clock",
  "chaos",
  "initialLinks",
  "maxRecords",
  "stateFile",
  "replay",
] as const;
const DEFAULT_MAX_RECORDS = 10_000;

/** Throws a TypeError with the expected value if an option is unknown or of a wrong type. */
export const readOptions = (options: unknown, providers: ProviderSet): Settings => {
  const sent = recordOf("the options", options, OPTION_NAMES);
  const { host = "127.0.0.1", maxRecords = DEFAULT_MAX_RECORDS, stateFile } = sent;
  const gateways = readGateways(sent["gateways"], providers);
  if (typeof host !== "string" || host === "") refuse("host", 'a name or an address, such as "127.0.0.1"', host);
  if (!isCount(maxRecords)) refuse("maxRecords", "a whole number, 1 or more", maxRecords);
  if (stateFile !== undefined && (typeof stateFile !== "string" || stateFile === "")) {
    refuse("stateFile", "the path of a file", stateFile);
  }
  return {
    host,
    maxRecords,
    stateFile,
    gateways,
    seed: readSeed(sent["seed"]),
    replay: readRecording(sent["replay"]),
    ...readClock(sent["clock"]),
    chaos: readChaos(sent["chaos"], providers.all, gateways),
    initialLinks: readInitialLinks(sent["initialLinks"], gateways),
    ports: readPorts(sent["ports"], ["control", ...gateways]),
    webhookUrls: valuesOf("webhookUrls", sent["webhookUrls"], gateways, isWebhookUrl, WEBHOOK_URL_RULE),
  };
};

const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

const readGateways = (sent: unknown, { all, names }: ProviderSet): readonly string[] => {
  if (sent === undefined) return all.filter(({ startsOnRequest }) => startsOnRequest !== true).map(({ name }) => name);
  const expected = `a list of some of ${names.join(", ")}, each once`;
  if (!Array.isArray(sent) || sent.length === 0 || new Set(sent).size !== sent.length) {
    refuse("gateways", expected, sent);
  }
  for (const [index, name] of sent.entries()) {
    if (!names.some((provider) => provider === name)) {
      refuse(`gateways[${index}]`, `one of ${names.join(", ")}`, name);
    }
  }
  return sent as readonly string[];
};

const readPorts = (sent: unknown, names: readonly string[]): Settings["ports"] => {
  const ports = valuesOf("ports", sent, names, isPort, "a whole number from 0 to 65535");
  const takenBy = new Map<number, string>();
  for (const [name, port] of Object.entries(ports)) {
    const other = takenBy.get(port);
    if (other !== undefined) refuse(`ports.${name}`, `another port than ports.${other}`, port);
    if (port !== 0) takenBy.set(port, name);
  }
  return ports;
};

const readSeed = (sent: unknown): string | undefined => {
  if (sent === undefined || typeof sent === "string") return sent;
  if (typeof sent === "number" && Number.isSafeInteger(sent)) return String(sent);
  return refuse("seed", "a text or a whole number", sent);
};

const readClock = (sent: unknown): Pick<Settings, "clock" | "ticks" | "frozenAtMs"> => {
  if (sent === undefined) return { clock: Date, ticks: true, frozenAtMs: undefined };
  if (isClock(sent)) return { clock: sent, ticks: sent === Date, frozenAtMs: undefined };
  const expected = `an object with now(), which gives milliseconds since 1970, or { frozenAt }: ${MOMENT_RULE}`;
  if (!isJsonObject(sent) || Object.keys(sent).join() !== "frozenAt") return refuse("clock", expected, sent);
  const frozenAtMs = millisecondsOf(sent["frozenAt"]);
  return frozenAtMs === undefined
    ? refuse("clock.frozenAt", MOMENT_RULE, sent["frozenAt"])
    : { clock: Date, ticks: true, frozenAtMs };
};

const readChaos = (sent: unknown, scopes: readonly FaultScope[], gateways: readonly string[]): ChaosSettings => {
  if (sent === undefined) return {};
  const byProvider = recordOf("chaos", sent, gateways);
  for (const [provider, settings] of Object.entries(byProvider)) {
    if (settings === undefined) continue;
    if (!isJsonObject(settings)) refuse(`chaos.${provider}`, "an object of faults", settings);
    for (const [fault, setting] of Object.entries(settings)) {
      const problem =
        setting === undefined
          ? problemWithFault(scopes, gateways, provider, fault)
          : problemWithRule(scopes, gateways, provider, fault, setting);
      if (problem !== undefined) throw new TypeError(`createSandbox: chaos.${provider}: ${problem}`);
    }
  }
  // Checked just now.
  return byProvider as ChaosSettings;
};

// Date is a function, and the default.
const isClock = (value: unknown): value is Clock => {
  const hasMembers = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!hasMembers || !("now" in value) || typeof value.now !== "function") return false;
  const nowMs = (value as { now(): unknown }).now();
  return typeof nowMs === "number" && isTime(nowMs);
};

const valuesOf = <Value>(
  path: string,
  sent: unknown,
  names: readonly string[],
  holds: (value: unknown) => value is Value,
  expected: string,
): Readonly<Record<string, Value>> => {
  const record = sent === undefined ? {} : recordOf(path, sent, names);
  const given = names.flatMap((name): readonly (readonly [string, Value])[] => {
    const value = record[name];
    if (value === undefined) return [];
    return holds(value) ? [[name, value]] : refuse(`${path}.${name}`, expected, value);
  });
  return Object.fromEntries(given);
};

const recordOf = (path: string, value: unknown, names: readonly string[]): JsonObject => {
  if (!isJsonObject(value)) refuse(path, `an object with ${names.join(", ")}`, value);
  const stranger = Object.keys(value).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new TypeError(
      `createSandbox: there is no ${JSON.stringify(stranger)} in ${path}; there are ${names.join(", ")}`,
    );
  }
  return value;
};

const refuse: (path: string, expected: string, value: unknown) => never = (path, expected, value) => {
  throw new TypeError(`createSandbox: ${path} must be ${expected}, but is ${showValue(value)}`);
};
