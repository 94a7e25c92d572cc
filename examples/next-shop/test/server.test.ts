// The shop as its users start it: Next, its worker and the gateway, each a process of its own, on PostgreSQL, and reached over HTTP.
// Next compiles for half a minute of processor time, so this is no part of npm test: npm run check:next does it, and .ci/run.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Payment, RecordedDelivery } from "@tautan/sandbox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createSchema, findPostgres, type PostgresAnswer, type Schema } from "./postgres.ts";

const answer: PostgresAnswer = process.env["NEXT_SERVER"]
  ? await findPostgres()
  : { reason: "npm run check:next starts it" };
if ("reason" in answer) console.warn(`The server of the shop on Next is not tested: ${answer.reason}`);

const folder = mkdtempSync(join(tmpdir(), "tautan-next-shop-"));
let schema: Schema;
let shop: ChildProcess;
let shopUrl = "";
let sandboxUrl = "";
let printed = "";

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

beforeAll(async () => {
  if ("reason" in answer) return;
  schema = await createSchema(answer.url);
  const { VITEST: _, NODE_OPTIONS: __, ...inherited } = process.env;
  shop = spawn(process.execPath, [resolve(import.meta.dirname, "../src/start.ts")], {
    cwd: folder,
    env: {
      ...inherited,
      NODE_ENV: "development",
      DATABASE_URL: schema.url,
      PORT: String(await freePort()),
      NEXT_TELEMETRY_DISABLED: "1",
    },
    // Its own group, so that it can be stopped as by a terminal.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  shop.stderr?.on("data", (chunk) => (printed += String(chunk)));
  shop.stdout?.on("data", (chunk) => (printed += String(chunk)));
  await vi.waitFor(
    () => {
      sandboxUrl = /Inspector: +(\S+)/.exec(printed)?.[1] ?? "";
      shopUrl = /Shop: +(\S+)/.exec(printed)?.[1] ?? "";
      if (!/Ready in/.test(printed)) throw new Error(`not started yet: ${printed}`);
    },
    { timeout: 120_000, interval: 100 },
  );
}, 150_000);

const signal = (name: NodeJS.Signals): void => {
  try {
    process.kill(-(shop?.pid ?? Number.NaN), name);
  } catch {
    // It has ended.
  }
};

afterAll(async () => {
  signal("SIGKILL");
  await schema?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = async (path: string): Promise<string> => (await fetch(`${shopUrl}${path}`)).text();

const headingOf = async (path: string): Promise<string | undefined> => /<h1>(.*?)<\/h1>/.exec(await textOf(path))?.[1];

/** Presses the button as a browser without JavaScript, and returns the pay page to which it is sent. */
const buy = async (): Promise<{ readonly reference: string; readonly payPage: string }> => {
  const [, action = ""] = /<input type="hidden" name="(\$ACTION_ID_\w+)"/.exec(await textOf("/")) ?? [];
  const body = new FormData();
  body.set(action, "");
  const response = await fetch(shopUrl, { method: "POST", body, redirect: "manual" });
  expect({ status: response.status, printed }).toMatchObject({ status: 303 });
  const payPage = response.headers.get("location") ?? "";
  const links = (await (await fetch(`${sandboxUrl}/links`)).json()) as { link: string; reference: string }[];
  return { reference: links.find(({ link }) => link === payPage)?.reference ?? "", payPage };
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

const post = (body: object): Promise<Response> =>
  fetch(`${shopUrl}/webhooks/midtrans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** The line of an order on the merchant's page: status and parcels. */
const orderLine = async (reference: string): Promise<string | undefined> =>
  new RegExp(`${reference}</td><td>[^<]*</td><td>(.*?)</td></tr>`).exec(await textOf("/orders"))?.[1];
const isPaid = (reference: string): Promise<void> =>
  vi.waitFor(async () => expect(await orderLine(reference)).toBe("paid</td><td>1"), { timeout: 60_000, interval: 200 });

describe.skipIf("reason" in answer)("the running shop", () => {
  test("an order whose webhook is delivered three times is paid once", { timeout: 120_000 }, async () => {
    const { reference, payPage } = await buy();
    expect(await orderLine(reference)).toBe("new</td><td>0");
    const payment = (await act("pay", { link: payPage })) as Payment;
    expect(payment.status).toBe("settlement");
    await isPaid(reference);
    const { webhook, body } = (await deliveries()).findLast((each) => each.body.includes(payment.id))!;
    for (const _again of [2, 3]) await act("resend", { webhook });
    const sent = (await deliveries()).filter((each) => each.body === body);
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await headingOf(`/thanks?reference=${reference}`)).toBe("Paid");

    // What a duplicate had caused would be handled before this one.
    const next = await buy();
    await act("pay", { link: next.payPage });
    await isPaid(next.reference);
    await isPaid(reference);
  });

  test("a forged webhook is refused, and a return without a payment shows the link", async () => {
    const { reference, payPage } = await buy();
    await act("open", { link: payPage });
    const { body } = (await deliveries()).findLast((each) => each.body.includes(reference))!;
    const forged = { ...JSON.parse(body), transaction_status: "settlement", status_code: "200" };
    expect((await post(forged)).status).toBe(401);
    expect(await headingOf(`/thanks?reference=${reference}&transaction_status=settlement`)).toBe(
      "Waiting for your payment",
    );
    expect(await orderLine(reference)).toBe("new</td><td>0");

    const unopened = await buy();
    const page = await textOf(`/thanks?reference=${unopened.reference}&transaction_status=settlement`);
    expect(page).toContain("<h1>Not paid yet</h1>");
    expect(page).toContain(unopened.payPage);
  });

  test("a return for an order that nobody made is a 404", async () => {
    expect((await fetch(`${shopUrl}/thanks?reference=INV-of-a-dream`)).status).toBe(404);
    expect((await fetch(`${shopUrl}/thanks`)).status).toBe(404);
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
    expect(await headingOf(`/thanks?reference=${reference}`)).toBe("Paid");
    await isPaid(reference);
  });

  test("Ctrl-C stops all of it, and each paid order has one parcel", async () => {
    const exited = once(shop, "exit");
    signal("SIGINT");
    expect(await exited).toEqual([0, null]);
    await expect(fetch(shopUrl)).rejects.toThrow("fetch failed");
    expect(
      await schema.query("SELECT status, count(*)::int AS orders FROM orders GROUP BY status ORDER BY status"),
    ).toEqual([
      { status: "new", orders: 2 },
      { status: "paid", orders: 3 },
    ]);
    const parcels = "SELECT count(*)::int AS parcels, count(DISTINCT reference)::int AS orders FROM parcels";
    expect(await schema.query(parcels)).toEqual([{ parcels: 3, orders: 3 }]);
  });
});
