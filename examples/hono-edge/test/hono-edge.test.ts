// The shop on workerd: a ticket is bought and paid at the sandbox, and its webhook arrives more than once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Shop, type ShopOptions, startShop } from "../run/shop.ts";
import { workerdPath } from "../run/workerd.ts";

const opened: Shop[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});

const open = async (options: ShopOptions = {}): Promise<Shop> => {
  const shop = await startShop(options);
  opened.push(shop);
  return shop;
};

const shown = (page: string, id: string): string | undefined => new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(page)?.[1];

const orderAt = async (url: string) => {
  const page = await (await fetch(url)).text();
  const pay = /id="pay" href="([^"]*)"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
  return { status: shown(page, "status"), tickets: shown(page, "tickets"), pay };
};

const buy = async ({ url }: Shop) => {
  const response = await fetch(`${url}/orders`, { method: "POST" });
  expect(response.status).toBe(200);
  const order = await orderAt(response.url);
  expect(order).toEqual({ status: "Not paid yet", tickets: "0", pay: expect.stringContaining("http") });
  return { page: response.url, pay: order.pay ?? "" };
};

const lastDelivery = ({ sandbox }: Shop) => {
  const delivery = sandbox.deliveries.at(-1);
  if (delivery === undefined) throw new Error("the sandbox has sent nothing");
  return delivery;
};

const send = async ({ url }: Shop, { headers, body }: { headers: Readonly<Record<string, string>>; body: string }) =>
  (await fetch(`${url}/webhooks/midtrans`, { method: "POST", headers, body })).status;

if (workerdPath() === undefined) console.warn("SKIPPED the shop on workerd: npm has no binary for this system");

describe.runIf(workerdPath() !== undefined)("the shop on workerd", () => {
  test("a paid link gives one ticket, however often the webhook comes, also after a restart", async () => {
    const storage = mkdtempSync(join(tmpdir(), "tautan-orders-"));
    folders.push(storage);
    const shop = await open({ storage });
    const { page, pay } = await buy(shop);
    await shop.sandbox.pay(pay);
    await shop.sandbox.idle();
    const delivery = lastDelivery(shop);
    expect(delivery.status).toBe(200);
    expect(await orderAt(page)).toEqual({ status: "Paid", tickets: "1", pay: undefined });

    const copies = Array.from({ length: 10 }, () => send(shop, delivery));
    expect(new Set(await Promise.all(copies))).toEqual(new Set([200]));
    expect(await orderAt(page)).toMatchObject({ status: "Paid", tickets: "1" });

    await shop.restart();
    expect(await send(shop, delivery)).toBe(200);
    expect(await orderAt(page)).toMatchObject({ status: "Paid", tickets: "1" });
  });

  test("what the gateway did not sign changes nothing", async () => {
    const shop = await open();
    const { page, pay } = await buy(shop);
    await shop.sandbox.pay(pay);
    await shop.sandbox.idle();
    const { headers, body } = lastDelivery(shop);
    const other = await buy(shop);
    const [paid, unpaid] = [page, other.page].map((url) => url.split("/").at(-1) ?? "") as [string, string];
    expect(body).toContain(paid);
    expect(await send(shop, { headers, body: body.replaceAll(paid, unpaid) })).toBe(401);
    expect(await orderAt(other.page)).toMatchObject({ status: "Not paid yet", tickets: "0" });
    expect(await orderAt(page)).toMatchObject({ status: "Paid", tickets: "1" });
    expect((await fetch(`${shop.url}/orders/INV-none`)).status).toBe(404);
    expect((await fetch(`${shop.url}/webhooks/midtrans`)).status).toBe(404);
  });

  test("a gateway that refuses the key: nothing to pay, and the reason is in the log", async () => {
    const shop = await open({ serverKey: "SB-Mid-server-unknown" });
    const response = await fetch(`${shop.url}/orders`, { method: "POST" });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("Nothing was charged");
    expect(shop.output()).not.toContain("SB-Mid-server-unknown");
    expect(shop.output()).toContain("Midtrans");
  });

  test("without nodejs_compat, a delivery is requested again, and the log names it", async () => {
    const shop = await open({ compatibilityDate: "2024-11-11" });
    const signed = { order_id: "INV-1-1", status_code: "200", gross_amount: "10.00", signature_key: "0".repeat(128) };
    const delivery = { headers: { "content-type": "application/json" }, body: JSON.stringify(signed) };
    expect(await send(shop, delivery)).toBe(429);
    expect(shop.output()).toContain("nodejs_compat");
  });
});
