import type { DriverCapabilities, PaymentLinks } from "@tautan/core";
import { createPaymentLinks, OPERATIONS } from "@tautan/core";
import type { AnyDriver, CreateInput, DriverHandlers, DriverLink } from "@tautan/core/driver";
import { ok } from "neverthrow";

export const NOW = Date.UTC(2026, 0, 1);

const capabilities: DriverCapabilities = {
  operations: Object.fromEntries(OPERATIONS.map((name) => [name, true])) as never,
  currencies: {
    IDR: { decimals: 0, wire: "json_number", min: "1000", max: "5000000" },
    USD: { decimals: 2, wire: "decimal_text" },
    JPY: { decimals: 0, wire: "json_number" },
  },
  reference: { maxLength: 40, pattern: "[A-Za-z0-9_.-]+", allowed: "letters, digits and - _ ." },
  title: { maxLength: 40 },
  items: { nameMaxLength: 20, idMaxLength: 10 },
  openAmount: true,
  usage: { maxLimit: 100, unlimited: false, openPaymentsHoldUses: true },
  startsAt: true,
  expiresAt: { never: false, resolutionMs: 1000 },
  methods: {
    offered: [
      { kind: "card" },
      { kind: "virtual_account", channel: "bca" },
      { kind: "virtual_account", channel: "bri" },
    ],
  },
  customer: { required: [], nameMaxLength: 30, emailMaxLength: 50, phoneMaxLength: 20, contactedByProvider: true },
  collect: { fields: ["name", "email"], together: true },
  redirect: { maxLength: 100 },
  metadata: { maxEntries: 2, maxValueLength: 10 },
  slug: { maxLength: 32, pattern: "[a-z0-9-]+", allowed: "a-z, 0-9 and -" },
  close: { reversible: true, readableAfter: true, endsOpenPayments: false },
  settlementVisible: true,
  webhooks: {
    trust: "signed",
    namesMethod: true,
    respondWithinMs: 15_000,
    delivery: { windowMs: 60_000, documented: true },
  },
  createRecovery: "lookup",
};

const answer = (status: number) => ({ status, headers: {}, body: null });

/** A link that a stub provider made of a request. */
export const linkOf = (input: CreateInput, changes: Partial<DriverLink> = {}): DriverLink => ({
  providerId: `id-${input.reference}`,
  reference: input.reference,
  url: `https://pay.example.test/${input.slug ?? "none"}`,
  state: "open",
  amount: input.amount,
  usage: { ...(input.usage.limit !== "unlimited" && { limit: input.usage.limit }), used: 0, held: 0 },
  expiresAt: input.expiresAt,
  slug: input.slug,
  raw: { secret: "raw" },
  ...changes,
});

export interface Stub {
  readonly driver: AnyDriver;
  /** The handlers called, in order, with their first argument. */
  readonly calls: (readonly [operation: string, input: unknown])[];
}

/** A driver made of the handlers given; the others are there and echo. */
export const createStub = (
  handlers: Partial<DriverHandlers> = {},
  changes: Partial<DriverCapabilities> = {},
  name = "stub",
): Stub => {
  const calls: [string, unknown][] = [];
  const all: Partial<DriverHandlers> = {
    create: async (input) => ok(linkOf(input)),
    ...handlers,
  };
  const recorded = Object.fromEntries(
    Object.entries(all).map(([operation, handle]) => [
      operation,
      (...inputs: unknown[]) => {
        calls.push([operation, inputs[0]]);
        return (handle as (...each: unknown[]) => unknown)(...inputs);
      },
    ]),
  );
  return {
    calls,
    driver: {
      contract: 1,
      name,
      capabilities: { ...capabilities, ...changes },
      handlers: recorded as never,
      acknowledgements: { accepted: answer(200), forged: answer(401), malformed: answer(400), retryLater: answer(503) },
    },
  };
};

export const linksWith = (stub: Stub, options: object = {}): PaymentLinks =>
  createPaymentLinks({ default: "gw", gateways: { gw: stub.driver }, clock: { now: () => NOW }, ...options });
