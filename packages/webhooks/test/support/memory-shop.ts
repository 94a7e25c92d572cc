// A shop on the gateway in memory, with a clock that the test moves and a count of the reads at the gateway.
import { DatabaseSync } from "node:sqlite";
import {
  type CreatePaymentLink,
  createPaymentLinks,
  err,
  idr,
  type PaymentLink,
  type PaymentLinks,
} from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { createLedger, type Ledger, type SqliteTransaction, sqlite } from "@tautan/ledger";
import { onTestFinished } from "vitest";

export interface MemoryShop {
  readonly clock: ManualClock;
  readonly database: DatabaseSync;
  readonly gateway: MemoryDriver;
  readonly links: PaymentLinks;
  readonly ledger: Ledger<SqliteTransaction, undefined>;
  /** The operations that reached the gateway. */
  readonly asked: string[];
  /** Whether the gateway cannot be reached. */
  isDown: boolean;
  create(request?: Partial<CreatePaymentLink>): Promise<PaymentLink>;
}

export const CUSTOMER = { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" };

export const openMemoryShop = (): MemoryShop => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = createMemoryDriver({ clock });
  const asked: string[] = [];
  const read = <Operation extends "get" | "find" | "listHistories">(
    operation: Operation,
  ): (typeof handlers)[Operation] => {
    const ask = handlers[operation] as (...given: readonly unknown[]) => unknown;
    return ((...given: readonly unknown[]) => {
      asked.push(operation);
      return shop.isDown ? Promise.resolve(err(driverError("network", { message: "down" }))) : ask(...given);
    }) as never;
  };
  const { handlers } = gateway;
  const reads = { get: read("get"), find: read("find"), listHistories: read("listHistories") };
  const links: PaymentLinks = createPaymentLinks({
    default: "shop",
    gateways: {
      shop: { ...gateway, handlers: { ...handlers, ...reads } },
      other: createMemoryDriver({ clock }),
    },
    clock,
  });
  const database = new DatabaseSync(":memory:");
  const ledger = createLedger({ links, clock, database: sqlite(database) });
  onTestFinished(() => ledger.end());
  const shop: MemoryShop = {
    database,
    clock,
    gateway,
    links,
    ledger,
    asked,
    isDown: false,
    create: async (request) => {
      const whole = { reference: "INV-001", title: "Concert", amount: idr(190_000), customer: CUSTOMER, ...request };
      const created = await ledger.create(whole as never);
      if (created.isErr()) throw new Error(created.error.message);
      asked.length = 0;
      return created.value;
    },
  };
  return shop;
};
