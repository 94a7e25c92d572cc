import type { AnyDriver } from "../driver-contract.ts";
import { isGatewayKey } from "../identifiers.ts";
import type { Configuration, ConfiguredGateway } from "../operations/configuration.ts";
import type { Gateways, PaymentLinksOptions } from "../payment-links.ts";
import { isTimeoutMs, MAX_TIMEOUT_MS } from "../timeout.ts";
import { expect, isObject, refuse, shown } from "./expect.ts";
import { readRoute } from "./read-route.ts";

/** The options for any gateways. */
type Options = Pick<PaymentLinksOptions<Gateways>, keyof PaymentLinksOptions<Gateways>>;

const MAX_CONFIRM_REUSE_MS = 60_000;

const DAY_MS = 24 * 60 * 60 * 1000;

const KNOWN_OPTIONS: readonly (keyof Options)[] = [
  "default",
  "gateways",
  "aliases",
  "route",
  "timeoutMs",
  "defaultExpiryMs",
  "references",
  "maxWebhookBytes",
  "confirmReuseMs",
  "instrument",
  "clock",
];

/** Checks the options of `createPaymentLinks`. Throws a `TypeError` with the expected and the received value. */
export const createConfiguration = (options: Options): Configuration => {
  expect(isObject(options), `expected { default, gateways }, got ${typeof options}`);
  for (const name of Object.keys(options)) {
    const known = KNOWN_OPTIONS.some((each) => each === name);
    expect(known, `${shown(name)}: there is no such option; expected ${KNOWN_OPTIONS.join(", ")}`);
  }
  const { timeoutMs = 30_000, defaultExpiryMs = DAY_MS, maxWebhookBytes = 2 ** 16 } = options;
  const { confirmReuseMs = 3000 } = options;
  const { references = "portable", instrument, clock = Date } = options;
  expect(
    isTimeoutMs(timeoutMs),
    `timeoutMs: expected milliseconds from 1 to ${MAX_TIMEOUT_MS}, got ${shown(timeoutMs)}`,
  );
  expect(
    isNumberFrom(60_000, defaultExpiryMs),
    `defaultExpiryMs: expected at least a minute (60000), got ${shown(defaultExpiryMs)}`,
  );
  expect(isNumberFrom(1, maxWebhookBytes), `maxWebhookBytes: expected at least 1, got ${shown(maxWebhookBytes)}`);
  expect(
    isNumberFrom(0, confirmReuseMs) && confirmReuseMs <= MAX_CONFIRM_REUSE_MS,
    `confirmReuseMs: expected milliseconds from 0 to ${MAX_CONFIRM_REUSE_MS}, got ${shown(confirmReuseMs)}`,
  );
  expect(
    references === "portable" || references === "provider",
    `references: expected "portable" or "provider", got ${shown(references)}`,
  );
  expect(instrument === undefined || typeof instrument === "function", "instrument: expected a function");
  expect(typeof clock?.now === "function", "clock: expected an object with now(), in milliseconds since 1970");
  const { gateways, keys } = configureGateways(options);
  expect(keys.includes(options.default), `default: expected one of ${keys.join(", ")}, got ${shown(options.default)}`);
  return Object.freeze({
    gateways,
    keys,
    defaultKey: options.default,
    route: readRoute(options.route ?? [], keys),
    clock,
    timeoutMs,
    defaultExpiryMs,
    maxWebhookBytes,
    confirmReuseMs,
    wideReferences: references === "provider",
    instrument,
    randomSlug,
  });
};

const configureGateways = ({ gateways, aliases = {} }: Options): Pick<Configuration, "gateways" | "keys"> => {
  expect(isObject(gateways), "gateways: expected drivers by key");
  expect(isObject(aliases), "aliases: expected { old: new }");
  const configured = new Map<string, ConfiguredGateway>();
  for (const [key, driver] of Object.entries(gateways)) {
    expect(
      isGatewayKey(key),
      `gateways: a key is up to 32 of a-z 0-9 _ - starting with a letter or digit, got ${shown(key)}`,
    );
    checkDriver(key, driver);
    configured.set(key, Object.freeze({ key, driver }));
  }
  const keys = Object.freeze([...configured.keys()]);
  expect(keys.length > 0, "gateways: expected at least one");
  for (const [alias, key] of Object.entries(aliases)) {
    const gateway = keys.includes(key) ? configured.get(key) : undefined;
    expect(
      isGatewayKey(alias) && !configured.has(alias),
      `aliases: ${shown(alias)} must have the form of a key, and must not be the key of a gateway`,
    );
    if (!gateway) return refuse(`aliases.${alias}: expected one of ${keys.join(", ")}, got ${shown(key)}`);
    configured.set(alias, gateway);
  }
  return { gateways: configured, keys };
};

const checkDriver = (key: string, driver: unknown): void => {
  const { contract, loadParser, capabilities, handlers, acknowledgements } = (driver ?? {}) as Partial<AnyDriver> & {
    readonly loadParser?: unknown;
  };
  const isUnmade = typeof driver === "function" || loadParser !== undefined;
  expect(!isUnmade, `gateways.${key}: expected a driver object: call its create…Driver(options)`);
  expect(contract === 1, `gateways.${key}: expected a driver of contract 1; update the driver or @tautan/core`);
  expect(
    isObject(capabilities?.operations) && isObject(handlers) && isObject(acknowledgements),
    `gateways.${key}: the driver has no capabilities, handlers or acknowledgements`,
  );
};

/**
 * 122 random bits from the secure source of the system: a link's URL must not be guessable. Runtimes prepare many of these identifiers at
 * once, where random bytes would be a call of the system each time.
 */
const randomSlug = (): string => crypto.randomUUID().replaceAll("-", "");

const isNumberFrom = (least: number, value: unknown): boolean =>
  typeof value === "number" && value >= least && value < Number.POSITIVE_INFINITY;
