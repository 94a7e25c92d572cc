// The shop as its users start it: a process of its own, reached over HTTP, and paid at the sandbox that it starts.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Payment, RecordedDelivery } from "@tautan/sandbox";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tautan-express-shop-"));
let shop: ChildProcess;
let shopUrl = "";
let sandboxUrl = "";
let printed = "";

beforeAll(async () => {
  const start = resolve(import.meta.dirname, "../src/start.ts");
  shop = spawn(process.execPath, ["--conditions=@tautan/source", start], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  shop.stderr?.on("data", (chunk) => (printed += String(chunk)));
  shop.stdout?.on("data", (chunk) => (printed += String(chunk)));
  await vi.waitFor(
    () => {
      shopUrl = /Shop: +(\S+)/.exec(printed)?.[1] ?? "";
      sandboxUrl = /Inspector: +(\S+)/.exec(printed)?.[1] ?? "";
      if (sandboxUrl === "") throw new Error(`not started yet: ${printed}`);
    },
    { timeout: 30_000 },
  );
});

afterAll(() => {
  shop.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Presses the button, and returns the pay page to which the browser is sent. */
const buy = async (): Promise<{ readonly reference: string; readonly payPage: string }> => {
  const response = await fetch(`${shopUrl}/orders`, { method: "POST", redirect: "manual" });
  expect(response.status).toBe(303);
  const payPage = response.headers.get("location") ?? "";
  const links = (await (await fetch(`${sandboxUrl}/links`)).json()) as { link: string; reference: string }[];
  const reference = links.find(({ link }) => link === payPage)?.reference ?? "";
  return { reference, payPage };
};

/** An action of the payer or of the gateway. */
const act = async (action: string, body: object): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${sandboxUrl}/${action}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};

const deliveries = async (): Promise<readonly RecordedDelivery[]> =>
  (await (await fetch(`${sandboxUrl}/deliveries`)).json()) as readonly RecordedDelivery[];

const textOf = async (path: string): Promise<string> => (await fetch(`${shopUrl}${path}`)).text();

/** The line of an order on the merchant's page: status and parcels. */
const orderLine = async (reference: string): Promise<string | undefined> =>
  new RegExp(`${reference}</td><td>[^<]*</td><td>(.*?)</td></tr>`).exec(await textOf("/orders"))?.[1];
const isPaid = (reference: string): Promise<void> =>
  vi.waitFor(async () => expect(await orderLine(reference)).toBe("paid</td><td>1"), { timeout: 30_000 });

const post = (body: object): Promise<Response> =>
  fetch(`${shopUrl}/webhooks/midtrans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("the product page has a button that buys", async () => {
  expect(await textOf("/")).toMatch(/Gayo coffee, 1 kg.*<form method="post" action="\/orders">/s);
});

test("an order whose webhook is delivered three times is paid once", async () => {
  const { reference, payPage } = await buy();
  expect(await orderLine(reference)).toBe("new</td><td>0");
  const payment = (await act("pay", { link: payPage })) as Payment;
  expect(payment.status).toBe("settlement");
  await isPaid(reference);
  const { webhook, body } = (await deliveries()).findLast((each) => each.body.includes(payment.id))!;
  for (const _again of [2, 3]) await act("resend", { webhook });
  const sent = (await deliveries()).filter((each) => each.body === body);
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await textOf(`/thanks?reference=${reference}`)).toContain("<h1>Paid</h1>");

  // What a duplicate had caused would be handled before this one.
  const next = await buy();
  await act("pay", { link: next.payPage });
  await isPaid(next.reference);
  await isPaid(reference);
});

test("a return without a payment shows that it is not paid yet, and the link", async () => {
  const { reference, payPage } = await buy();
  const page = await textOf(`/thanks?reference=${reference}&transaction_status=settlement&status_code=200`);
  expect(page).toContain("<h1>Not paid yet</h1>");
  expect(page).toContain(payPage);
  expect(await orderLine(reference)).toBe("new</td><td>0");
});

test("a return for an order that nobody made is a 404", async () => {
  expect((await fetch(`${shopUrl}/thanks?reference=INV-of-a-dream`)).status).toBe(404);
  expect((await fetch(`${shopUrl}/thanks`)).status).toBe(404);
});

test("a forged webhook is refused, and one with an edited status is not believed", async () => {
  const { reference, payPage } = await buy();
  await act("open", { link: payPage });
  const { body } = (await deliveries()).findLast((each) => each.body.includes(reference))!;
  const pending = JSON.parse(body) as { readonly transaction_status: string };
  expect(pending.transaction_status).toBe("pending");
  const settled = { ...pending, transaction_status: "settlement" };

  const forged = await post({ ...settled, status_code: "200" });
  expect(forged.status).toBe(401);
  // Midtrans does not sign the status, so this signature is genuine: the ledger asks the gateway.
  expect((await post(settled)).status).toBe(200);
  expect(await textOf(`/thanks?reference=${reference}`)).toContain("<h1>Waiting for your payment</h1>");

  await act("pay", { link: payPage });
  await isPaid(reference);
});

test("an order that is shown as paid by the return is paid, although no webhook came", async () => {
  const { reference, payPage } = await buy();
  await fetch(`${sandboxUrl}/chaos/midtrans/drop_webhook`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ probability: 1 }),
  });
  await act("pay", { link: payPage });
  expect(await orderLine(reference)).toBe("new</td><td>0");
  expect(await textOf(`/thanks?reference=${reference}`)).toContain("<h1>Paid</h1>");
  await isPaid(reference);
  await fetch(`${sandboxUrl}/chaos`, { method: "DELETE" });
});

test("it stops when asked twice, and its file has one parcel for each paid order", async () => {
  const exited = once(shop, "exit");
  shop.kill("SIGINT");
  shop.kill("SIGINT");
  expect(await exited).toEqual([0, null]);
  const database = new DatabaseSync(join(folder, "shop.db"), { readOnly: true });
  const statuses = "SELECT status, count(*) AS orders FROM orders GROUP BY status ORDER BY status";
  expect(
    database
      .prepare(statuses)
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { status: "new", orders: 1 },
    { status: "paid", orders: 4 },
  ]);
  const parcels = "SELECT count(*) AS parcels, count(DISTINCT reference) AS orders FROM parcels";
  expect({ ...database.prepare(parcels).get() }).toEqual({ parcels: 4, orders: 4 });
  database.close();
});
