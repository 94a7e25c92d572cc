// The proof that a provider is one folder and one line: ./acme, with a currency of two decimals.
import { describe, expect, onTestFinished, test } from "vitest";
import { providers } from "../src/providers.ts";
import { startSandbox } from "../src/sandbox.ts";
import type { SandboxOf } from "../src/types.ts";
import { acme } from "./acme/definition.ts";
import { look, submit } from "./inspect.ts";
import { call, type Json, minuteMs, startMerchant, startMs } from "./support.ts";

// The one line.
const withAcme = [...providers, acme] as const;

type AcmeSandbox = SandboxOf<(typeof withAcme)[number]>;

const start = async (
  options: { readonly webhookUrl?: string; readonly stateFile?: string } = {},
): Promise<AcmeSandbox> => {
  const { webhookUrl, ...others } = options;
  const webhookUrls = webhookUrl === undefined ? {} : { acme: webhookUrl };
  const sandbox = await startSandbox<(typeof withAcme)[number], (typeof withAcme)[number]["name"]>(withAcme, {
    seed: "acme",
    clock: { frozenAt: startMs },
    webhookUrls,
    ...others,
  });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const create = async ({ acme: server }: AcmeSandbox, reference = "A-1"): Promise<Json> => {
  const { json } = await call(`${server.url}/v1/links`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.credentials.key}` },
    body: JSON.stringify({ reference, amount: "1234.50" }),
  });
  return json;
};

const createUrl = async (sandbox: AcmeSandbox, reference?: string): Promise<string> =>
  String((await create(sandbox, reference))["url"]);

describe("a fourth provider", () => {
  test("is started beside the others, with its credentials", async () => {
    const sandbox = await start();
    expect(sandbox.acme.credentials).toEqual({ key: "acme-key" });
    expect(sandbox.midtrans.credentials.serverKey).toBe("SB-Mid-server-tautan-sandbox");
    const index = (await call(sandbox.control.url)).json;
    expect(Object.keys(index)).toEqual(expect.arrayContaining(["midtrans", "xfers", "singapay", "acme"]));
    await expect(startSandbox(withAcme, { gateways: ["stripe"] as never })).rejects.toThrow(
      "gateways[0] must be one of midtrans, xfers, singapay, acme",
    );
  });

  test("is paid, and its merchant gets a signed webhook", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrl: merchant.url });
    const payment = await sandbox.pay(await createUrl(sandbox));
    expect(payment).toMatchObject({ provider: "acme", status: "paid", amount: 123_450, currency: "EUR" });
    expect(merchant.received.map(({ body }) => JSON.parse(String(body)))).toMatchObject([
      { type: "payment.paid", data: { reference: "A-1", amount: "1234.50", currency: "EUR" } },
    ]);
    const [delivery] = sandbox.deliveries;
    expect(delivery === undefined ? undefined : acme.explainSignature(delivery).holds).toBe(true);
  });

  test("is paid by a form of its pay page, which shows euros and cents", async () => {
    const sandbox = await start();
    const url = await createUrl(sandbox);
    const page = await call(url);
    expect(page.text).toContain("Acme Pay sandbox");
    expect(page.text).toContain("€1,234.50");
    expect(page.text).toContain("Bank transfer");
    expect(page.text).not.toMatch(/sepa<|rupiah|Rp/);
    const form = new URLSearchParams({ do: "pay", method: "sepa" });
    const paid = await call(url, { method: "POST", headers: { Origin: sandbox.acme.url }, body: form });
    expect([paid.status, (await call(url)).text.includes("Paid. Thank you.")]).toEqual([303, true]);
  });

  test("is refunded in part and in full", async () => {
    const sandbox = await start();
    const url = await createUrl(sandbox);
    await sandbox.pay(url);
    await expect(sandbox.refund(url, { amount: 123_451 })).rejects.toThrow("At most €1,234.50 can be refunded.");
    expect((await sandbox.refund(url, { amount: 50 })).status).toBe("paid");
    await expect(sandbox.refund(url, { amount: 123_401 })).rejects.toThrow("At most €1,234 can be refunded.");
    expect((await sandbox.refund(url)).status).toBe("refunded");
  });

  test("what it does not have is refused, and it is named where others do not have it", async () => {
    const sandbox = await start();
    const url = await createUrl(sandbox);
    await expect(sandbox.reverse(url)).rejects.toThrow(
      "Acme Pay documents no reversal of a payment; reverse is for Midtrans links.",
    );
    const { json } = await call(`${sandbox.control.url}/chaos`);
    const faults = json as unknown as readonly { readonly name: string; readonly providers: readonly string[] }[];
    expect(faults.find(({ name }) => name === "wrong_key")?.providers).toEqual([
      "midtrans",
      "xfers",
      "singapay",
      "acme",
    ]);
    expect(() => {
      sandbox.chaos.set("acme", "expired_token", { next: 1 });
    }).toThrow("expired_token is for singapay only");
  });

  test("is inspected: its link, its webhook, its signature, and a refund typed in euros", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrl: merchant.url });
    const url = await createUrl(sandbox);
    const { id } = await sandbox.pay(url);
    const path = `/link?url=${encodeURIComponent(url)}`;
    expect((await look(sandbox, path)).text).toContain("€1,234.50");
    const delivery = (await look(sandbox, "/deliveries/1")).text;
    expect(delivery).toContain("Webhook 1: payment.paid A-1");
    expect(delivery).toContain("The signature holds.");
    const typed = (amount: string): Promise<{ readonly status: number; readonly text: string }> =>
      submit(sandbox, "/link", { link: url, do: "refund", payment: id, amount });
    const refused = await typed("0.555");
    expect([refused.status, refused.text.includes("euros and cents, as 5000.00 or 5,000.00")]).toEqual([400, true]);
    expect((await typed("1,234.50")).status).toBe(303);
    expect((await look(sandbox, path)).text).toContain("refunded");
  });

  test("misbehaves: errors in its own shape, forged webhooks, and retries on its own schedule", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(500);
    const sandbox = await start({ webhookUrl: merchant.url });
    sandbox.chaos.set("acme", "server_error", { next: 1 });
    expect(await create(sandbox)).toEqual({
      error: { status: 500, message: "Something went wrong, try again later" },
    });
    const url = await createUrl(sandbox);
    sandbox.chaos.set("acme", "wrong_key", { next: 1 });
    await sandbox.pay(url);
    await sandbox.advance(60 * minuteMs);
    expect(sandbox.deliveries.map(({ sending, atMs }) => [sending, (atMs - startMs) / minuteMs])).toEqual([
      [1, 0],
      [2, 10],
      [3, 20],
    ]);
    expect(sandbox.deliveries.map((delivery) => acme.explainSignature(delivery).holds)).toEqual([false, true, true]);
  });
});
