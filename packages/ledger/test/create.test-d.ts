import {
  createPaymentLinks,
  type DriverCapabilities,
  idr,
  type PaymentLink,
  type PaymentLinkError,
  type ResultAsync,
} from "@tautan/core";
import type { Driver } from "@tautan/core/driver";
import { createMemoryDriver } from "@tautan/driver-memory";
import { expectTypeOf, test } from "vitest";
import { createLedger, type Ledger, type LedgerError, sqlite } from "../src/index.ts";

declare const small: Driver<"small", DriverCapabilities, { readonly note?: string }>;
declare const isNeverRun: boolean;

const gateways = { shop: createMemoryDriver(), other: small };
const order = { reference: "INV-001", amount: idr(1_000) };

test("create takes what create of these gateways takes", () => {
  if (!isNeverRun) return;
  const links = createPaymentLinks({ default: "shop", gateways });
  const ledger = createLedger({ links, database: sqlite("shop.db") });
  expectTypeOf<Parameters<typeof ledger.create>[0]>().toEqualTypeOf<Parameters<typeof links.create>[0]>();
  expectTypeOf(ledger.create(order)).toEqualTypeOf<ResultAsync<PaymentLink, PaymentLinkError | LedgerError>>();
  void ledger.create({ ...order, gateway: "other", providerOptions: { small: { note: "for the till" } } });
  // @ts-expect-error no gateway has this key
  void ledger.create({ ...order, gateway: "xfers" });
  // @ts-expect-error an option of a driver has its type
  void ledger.create({ ...order, providerOptions: { small: { note: 1 } } });
  // @ts-expect-error a number is no amount
  void ledger.create({ reference: "INV-001", amount: 1_000 });
});

test("a ledger of certain gateways is one of any, for those who only read", () => {
  if (!isNeverRun) return;
  const links = createPaymentLinks({ default: "shop", gateways });
  const ledger = createLedger({ links, database: sqlite("shop.db") });
  expectTypeOf(ledger).toExtend<Pick<Ledger<unknown, undefined>, "get" | "list" | "update" | "close">>();
});

test("the error of a create tells by its kind whose it is", () => {
  if (!isNeverRun) return;
  const ledger = createLedger({
    links: createPaymentLinks({ default: "shop", gateways }),
    database: sqlite("shop.db"),
  });
  void ledger.create(order).mapErr((error) => {
    if (error.kind === "in_progress") expectTypeOf(error.retryable).toEqualTypeOf<true>();
    if (error.kind === "duplicate_reference") expectTypeOf(error.existing).toEqualTypeOf<PaymentLink | undefined>();
  });
});
