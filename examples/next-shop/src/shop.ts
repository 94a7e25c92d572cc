// Shared by the pages, the routes and the worker. Opened at its first use, because next build loads every route, and has no keys.
import { createPaymentLinks } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createLedger, type Ledger, type PostgresTransaction, postgres } from "@tautan/ledger";
import { type ConfirmReturn, createReturnHandler } from "@tautan/webhooks";
import { createWebhookHandler, type RouteHandler } from "@tautan/webhooks/next";
import pg from "pg";

interface Shop {
  /** The address at which payers reach the shop, without a slash at its end. */
  readonly url: string;
  readonly pool: pg.Pool;
  readonly ledger: Ledger<PostgresTransaction, Promise<void>>;
  readonly receiveWebhook: RouteHandler;
  readonly confirmReturn: ConfirmReturn;
}

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name}: expected it in the environment, found none. See README.md.`);
  return value;
};

const openShop = (): Shop => {
  const pool = new pg.Pool({ connectionString: required("DATABASE_URL") });
  // A connection that breaks while it is idle is replaced by the pool.
  pool.on("error", ({ message }) => console.error(message));
  const midtrans = createMidtransDriver({
    environment: process.env["MIDTRANS_ENVIRONMENT"] === "production" ? "production" : "sandbox",
    serverKey: required("MIDTRANS_SERVER_KEY"),
    // Only for the gateway on this machine.
    ...(process.env["MIDTRANS_URL"] && { baseUrl: process.env["MIDTRANS_URL"] }),
  });
  const ledger = createLedger({
    links: createPaymentLinks({ default: "midtrans", gateways: { midtrans } }),
    database: postgres(pool),
    onProblem: ({ kind, message, hint }) => {
      // The route of the webhooks reports those that it refuses.
      if (kind !== "delivery_refused") console.warn(message, hint);
    },
  });
  return {
    url: required("SHOP_URL"),
    pool,
    ledger,
    receiveWebhook: createWebhookHandler({ ledger }),
    confirmReturn: createReturnHandler({ ledger }),
  };
};

// In the global scope, because next dev loads this file again after each change.
const opened = globalThis as { nextShop?: Shop };

export const shop = (): Shop => (opened.nextShop ??= openShop());
