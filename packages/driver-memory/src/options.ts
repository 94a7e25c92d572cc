import type { Clock, DriverCapabilities } from "@tautan/core";
import { OptionsCheck } from "@tautan/driver-kit";
import { capabilities as everything } from "./capabilities.ts";
import { contradictionIn, type MemoryTraits, MISSING_FEATURES, withTraits } from "./traits.ts";

/** The options of `createMemoryDriver`. */
export interface MemoryOptions<
  Like extends DriverCapabilities = DriverCapabilities,
  Traits extends MemoryTraits = MemoryTraits,
> {
  /** The time of links and payments. Pass the same clock to `createPaymentLinks`. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Signs and verifies webhooks. Default: a fixed text, because there is nothing to protect. */
  readonly webhookSecret?: string | undefined;
  /** The time that a payer has after choosing a method, in milliseconds. Default 24 hours. */
  readonly paymentExpiryMs?: number | undefined;
  /** The capabilities of another driver: whatever its gateway does not support is refused here too. Default: everything is supported. */
  readonly like?: Like | undefined;
  /** The traits of a gateway that cannot do everything, over those of `like`. Default: none. */
  readonly traits?: Traits | undefined;
  /**
   * Receives every webhook that the simulator sends, before the simulated action resolves. Default: none, so that the test delivers the
   * webhooks that the actions return.
   */
  readonly deliverTo?: ((request: Request) => Response | PromiseLike<Response>) | undefined;
}

export interface CheckedOptions {
  readonly clock: Clock;
  readonly webhookSecret: string;
  readonly paymentExpiryMs: number;
  readonly capabilities: DriverCapabilities;
  readonly notices: MemoryTraits["notices"];
  readonly deliverTo: MemoryOptions["deliverTo"];
}

const DAY_MS = 24 * 60 * 60 * 1000;

const isTime = (value: unknown): boolean => typeof value === "number" && value >= 1 && value <= Number.MAX_SAFE_INTEGER;

const isOneOf =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

const isListOf =
  (allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every((each) => allowed.includes(each));

const CHANGES = ["title", "usage", "expiresAt", "methods", "collect", "redirect", "metadata"] as const;

const TRAITS: { readonly [Trait in keyof Required<MemoryTraits>]: (value: unknown) => boolean } = {
  usage: isOneOf("one", "unlimited", "one_or_any"),
  counted: isOneOf(true, false),
  expiry: isOneOf("never"),
  histories: isOneOf("webhooks"),
  notices: isOneOf("link", "history"),
  trust: isOneOf("signed", "partly_signed", "token", "unsigned"),
  createRecovery: isOneOf("lookup", "scan", "replay", "keyed", "none"),
  changes: isListOf(CHANGES),
  without: isListOf(MISSING_FEATURES),
};

/** Throws `TypeError` if the options are invalid. */
export const checkOptions = (options: MemoryOptions): CheckedOptions => {
  const check = new OptionsCheck("createMemoryDriver", options, [
    "clock",
    "webhookSecret",
    "paymentExpiryMs",
    "like",
    "traits",
    "deliverTo",
  ]);
  const { clock = Date, paymentExpiryMs = DAY_MS, traits = {}, deliverTo } = options;
  const like: DriverCapabilities = options.like ?? everything;
  if (typeof (clock as Clock | null)?.now !== "function") {
    check.refuse("clock", "expected an object with a now method, such as Date or createManualClock()");
  }
  check.optional("paymentExpiryMs", "a number of milliseconds, at least 1", isTime);
  check.optional("deliverTo", "a function of a Request", (value) => typeof value === "function");
  check.optional(
    "like",
    "the capabilities of a driver",
    (value) => typeof (value as typeof like | null)?.operations === "object",
  );
  if (typeof traits !== "object" || traits === null) check.refuse("traits", "expected an object");
  for (const [name, value] of Object.entries(traits)) {
    const isGood = Object.hasOwn(TRAITS, name)
      ? TRAITS[name as keyof MemoryTraits]
      : check.refuse(`traits.${name}`, `there is no such trait; expected ${Object.keys(TRAITS).join(", ")}`);
    if (value !== undefined && !isGood(value))
      check.refuse(`traits.${name}`, "expected another value: see MemoryTraits");
  }
  const capabilities = withTraits(like, traits);
  const contradiction = contradictionIn(capabilities, traits);
  if (contradiction !== undefined) check.refuse("traits", contradiction);
  const webhookSecret = options.webhookSecret === undefined ? "memory-webhook-secret" : check.text("webhookSecret");
  const { notices } = traits;
  return Object.freeze({ clock, webhookSecret, paymentExpiryMs, capabilities, notices, deliverTo });
};
