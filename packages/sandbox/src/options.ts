import { isJsonObject, isWebUrl, type JsonObject } from "./reading.ts";
import type { Clock, Provider } from "./types.ts";

export const providers: readonly Provider[] = ["midtrans", "xfers", "singapay"];
export type ServerName = Provider | "control";

export const webhookUrlRule = "an absolute http or https URL";

/** The options of a sandbox, with their defaults. */
interface Settings {
  readonly host: string;
  readonly ports: Readonly<Partial<Record<ServerName, number>>>;
  readonly webhookUrls: Readonly<Partial<Record<Provider, string>>>;
  readonly clock: Clock;
}

/** Throws a TypeError that says what is expected where an option is unknown or of a wrong type. */
export function readOptions(options: unknown): Settings {
  const sent = recordOf("the options", options, ["host", "ports", "webhookUrls", "clock"]);
  const { host = "127.0.0.1", clock = Date } = sent;
  if (typeof host !== "string" || host === "") refuse("host", 'a name or an address, such as "127.0.0.1"', host);
  if (!isClock(clock)) refuse("clock", "an object with now(), which gives milliseconds since 1970", clock);
  return {
    host,
    clock,
    ports: valuesOf("ports", sent["ports"], ["control", ...providers], isPort, "a whole number from 0 to 65535"),
    webhookUrls: valuesOf("webhookUrls", sent["webhookUrls"], providers, isWebhookUrl, webhookUrlRule),
  };
}

export function isWebhookUrl(value: unknown): value is string {
  return typeof value === "string" && isWebUrl(value);
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}

// Date is a function, and the default.
function isClock(value: unknown): value is Clock {
  const hasMembers = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!hasMembers || !("now" in value) || typeof value.now !== "function") return false;
  const nowMs = (value as { now(): unknown }).now();
  return typeof nowMs === "number" && !Number.isNaN(new Date(nowMs).getTime());
}

function valuesOf<Name extends string, Value>(
  path: string,
  sent: unknown,
  names: readonly Name[],
  holds: (value: unknown) => value is Value,
  expected: string,
): Readonly<Partial<Record<Name, Value>>> {
  const record = sent === undefined ? {} : recordOf(path, sent, names);
  const given = names.flatMap((name): readonly (readonly [Name, Value])[] => {
    const value = record[name];
    if (value === undefined) return [];
    return holds(value) ? [[name, value]] : refuse(`${path}.${name}`, expected, value);
  });
  return Object.fromEntries(given) as Partial<Record<Name, Value>>;
}

function recordOf(path: string, value: unknown, names: readonly string[]): JsonObject {
  if (!isJsonObject(value)) refuse(path, `an object with ${names.join(", ")}`, value);
  const stranger = Object.keys(value).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new TypeError(
      `createSandbox: there is no ${JSON.stringify(stranger)} in ${path}; there are ${names.join(", ")}`,
    );
  }
  return value;
}

function refuse(path: string, expected: string, value: unknown): never {
  throw new TypeError(`createSandbox: ${path} must be ${expected}, but is ${spelled(value)}`);
}

/** A wrong value, for a message that says what came. */
export function spelled(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "another object" : String(value);
}
