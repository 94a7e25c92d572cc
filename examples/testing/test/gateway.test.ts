// Tests on the wire: Midtrans' API on this machine, real HTTP in both directions, and the faults of a bad day.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPaymentLinks } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import type { Sandbox } from "@tautan/sandbox";
import { testWithSandbox } from "@tautan/sandbox/vitest";
import { createWebhookHandler } from "@tautan/webhooks/node";
import { expect, onTestFinished } from "vitest";
import { openShop, type Shop } from "../src/shop.ts";

const MINUTE_MS = 60 * 1000;

const test = testWithSandbox({ gateways: ["midtrans"], seed: 1, clock: { frozenAt: "2026-03-15T10:00:00+07:00" } });

/** The shop with its webhook endpoint on a free port. All of them have the sandbox's clock. */
const openTestShop = async (sandbox: Sandbox<"midtrans">): Promise<Shop> => {
  const { clock, midtrans } = sandbox;
  const driver = createMidtransDriver({ environment: "sandbox", baseUrl: midtrans.url, ...midtrans.credentials });
  const shop = openShop(createPaymentLinks({ default: "midtrans", gateways: { midtrans: driver }, clock }), clock);
  const server = createServer(createWebhookHandler({ ledger: shop.ledger }, { onProblem: () => {} }));
  await once(server.listen(0, "127.0.0.1"), "listening");
  sandbox.setWebhookUrl("midtrans", `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/midtrans`);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await shop.close();
  });
  return shop;
};

/** The pay pages that exist at the gateway. */
const linksAt = async ({ control }: Sandbox<"midtrans">): Promise<readonly string[]> => {
  const links = (await (await fetch(`${control.url}/links`)).json()) as readonly { readonly link: string }[];
  return links.map(({ link }) => link);
};

test("an order is paid", async ({ sandbox }) => {
  const shop = await openTestShop(sandbox);
  await sandbox.pay(await shop.buy("INV-001"), { method: "bca_va" });
  await shop.work();
  expect(shop.order("INV-001")).toEqual({ status: "paid", reason: null, parcels: 1 });
});

test("the answer to a create is lost: there is one link", async ({ sandbox }) => {
  const shop = await openTestShop(sandbox);
  sandbox.chaos.set("midtrans", "reset_after_commit", { next: 1 });
  const payPage = await shop.buy("INV-001");
  expect(sandbox.requests.flatMap(({ faults }) => faults)).toEqual(["reset_after_commit"]);
  expect(await linksAt(sandbox)).toEqual([payPage]);
  expect(await shop.buy("INV-001")).toBe(payPage);
  expect(await linksAt(sandbox)).toEqual([payPage]);
});

test("the gateway is down: no link, and buying again makes one", async ({ sandbox }) => {
  const shop = await openTestShop(sandbox);
  sandbox.chaos.set("midtrans", "server_error", { probability: 1 });
  await expect(shop.buy("INV-001")).rejects.toThrow("Midtrans returned HTTP 500");
  expect(await linksAt(sandbox)).toEqual([]);
  sandbox.chaos.clear();
  const payPage = await shop.buy("INV-001");
  expect(await linksAt(sandbox)).toEqual([payPage]);
});

test("every webhook is sent twice: one parcel", async ({ sandbox }) => {
  const shop = await openTestShop(sandbox);
  sandbox.chaos.set("midtrans", "duplicate_webhook", { probability: 1 });
  await sandbox.pay(await shop.buy("INV-001"), { method: "bca_va" });
  await shop.work();
  expect(sandbox.deliveries.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

test("webhooks come an hour late: nothing before, one parcel afterwards", async ({ sandbox }) => {
  const shop = await openTestShop(sandbox);
  sandbox.chaos.set("midtrans", "delay_webhook", { next: 2, delayMs: 60 * MINUTE_MS });
  await sandbox.pay(await shop.buy("INV-001"), { method: "bca_va" });
  await sandbox.advance(59 * MINUTE_MS);
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "new", parcels: 0 });
  await sandbox.advance(MINUTE_MS);
  await shop.work();
  expect(shop.order("INV-001")).toMatchObject({ status: "paid", parcels: 1 });
});

test("webhooks that are signed with another key are refused", async ({ sandbox }) => {
  const shop = await openTestShop(sandbox);
  sandbox.chaos.set("midtrans", "wrong_key", { probability: 1 });
  await sandbox.pay(await shop.buy("INV-001"), { method: "bca_va" });
  await shop.work();
  expect(sandbox.deliveries.map(({ status }) => status)).toEqual([401, 401]);
  expect(shop.order("INV-001")).toMatchObject({ status: "new", parcels: 0 });
});
