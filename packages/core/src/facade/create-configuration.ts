import type { AnyDriver, Clock } from "../driver-contract.ts";
import { isGatewayKey } from "../identifiers.ts";
import type { Configuration, ConfiguredGateway } from "../operations/configuration.ts";
import { Confirmations } from "../operations/confirmations.ts";
import { Turns } from "../operations/turns.ts";
import type { Gateways, PaymentLinksOptions } from "../payment-links.ts";
import { isTimeoutMs, MAX_TIMEOUT_MS } from "../timeout.ts";
import { expect, isObject, refuse, shown } from "./expect.ts";
import { readRoute } from "./read-route.ts";

type Options = Pick<PaymentLinksOptions<Gateways>, keyof PaymentLinksOptions<Gateways>>;

const MAX_CONFIRM_REUSE_MS = 60_000;

const isNumberFrom =
  (least: number, most = Number.MAX_VALUE) =>
  (value: unknown): boolean =>
    typeof value === "number" && value >= least && value <= most;

/** The form of each option. The gateways are checked apart. */
const RULES: { readonly [Name in keyof Options]-?: readonly [expected: string, isGood: (value: unknown) => boolean] } =
  {
    default: ["the key of a gateway", () => true],
    gateways: ["drivers by key", isObject],
    aliases: ["{ old: new }", isObject],
    route: ["a list of { when, gateways }", Array.isArray],
    timeoutMs: [`milliseconds from 1 to ${MAX_TIMEOUT_MS}`, isTimeoutMs],
    defaultExpiryMs: ["at least a minute (60000)", isNumberFrom(60_000)],
    references: ['"portable" or "provider"', (value) => value === "portable" || value === "provider"],
    maxWebhookBytes: ["at least 1", isNumberFrom(1)],
    confirmReuseMs: [`milliseconds from 0 to ${MAX_CONFIRM_REUSE_MS}`, isNumberFrom(0, MAX_CONFIRM_REUSE_MS)],
    instrument: ["a function", (value) => typeof value === "function"],
    clock: [
      "an object with now(), in milliseconds since 1970",
      (value) => typeof (value as Partial<Clock> | null)?.now === "function",
    ],
  };

/** Checks the options of `createPaymentLinks`. Throws a `TypeError` with the expected and the received value. */
export const createConfiguration = (options: Options): Configuration => {
  expect(isObject(options), `expected { default, gateways }, got ${typeof options}`);
  for (const [name, value] of Object.entries(options)) {
    expect(
      Object.hasOwn(RULES, name),
      `${shown(name)}: there is no such option; expected ${Object.keys(RULES).join(", ")}`,
    );
    const [expected, isGood] = RULES[name as keyof Options];
    expect(value === undefined || isGood(value), `${name}: expected ${expected}, got ${shown(value)}`);
  }
  const { timeoutMs = 30_000, defaultExpiryMs = 24 * 60 * 60 * 1000, maxWebhookBytes = 2 ** 16 } = options;
  const { confirmReuseMs = 3000, references = "portable", instrument, clock = Date } = options;
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
    confirmations: new Confirmations(confirmReuseMs, clock),
    turns: new Turns(),
    wideReferences: references === "provider",
    instrument,
    randomSlug,
  });
};

const configureGateways = ({ gateways, aliases = {} }: Options): Pick<Configuration, "gateways" | "keys"> => {
  expect(isObject(gateways), "gateways: expected drivers by key");
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
