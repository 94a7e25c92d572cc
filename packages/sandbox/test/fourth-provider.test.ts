// The proof that a provider is one folder and one line: ./acme, made of the simulator kit, with a currency of two decimals.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../src/sandbox.ts";
import type { SandboxOf } from "../src/types.ts";
import { acme } from "./acme/definition.ts";
import { columnIn, look, submit, valueOf } from "./inspect.ts";
import { openPage } from "./page.ts";
import {
  basic,
  call,
  dayMs,
  hourMs,
  type Json,
  minuteMs,
  PROVIDER_NAMES,
  pick,
  providers,
  type Reply,
  startedProviders,
  startMerchant,
  startMs,
} from "./support.ts";

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

type Fields = Readonly<Record<string, string>>;

const newStateFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-acme-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, "state.db");
};

/** The fields of a link for €1,234.50. */
const fieldsOf = (reference: string): Fields => ({
  reference,
  currency: "eur",
  "line_items[0][price_data][name]": "Chair",
  "line_items[0][price_data][unit_amount]": "61725",
  "line_items[0][quantity]": "2",
});

const get = ({ acme: { url, credentials } }: AcmeSandbox, path: string): Promise<Reply> =>
  call(url + path, { headers: { Authorization: `Bearer ${credentials.key}` } });

const post = (
  { acme: { url, credentials } }: AcmeSandbox,
  path: string,
  fields: Fields | string,
  headers: Fields = {},
): Promise<Reply> =>
  call(url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${credentials.key}`, ...headers },
    body: new URLSearchParams(fields),
  });

const create = async (sandbox: AcmeSandbox, reference = "A-1", others: Fields = {}): Promise<Json> =>
  (await post(sandbox, "/v1/payment_links", { ...fieldsOf(reference), ...others })).json;

const createUrl = async (sandbox: AcmeSandbox, reference?: string): Promise<string> =>
  String((await create(sandbox, reference))["url"]);

const refused = (message: string, param?: string): Json => ({
  error: { type: "invalid_request_error", message, ...(param !== undefined && { param }) },
});

describe("a fourth provider", () => {
  test("is started beside the others, with its credentials", async () => {
    const sandbox = await start();
    expect(sandbox.acme.credentials).toEqual({ key: "sk_test_acme", webhookSecret: "whsec_acme" });
    expect(sandbox.midtrans.credentials.serverKey).toBe("SB-Mid-server-tautan-sandbox");
    const index = (await call(sandbox.control.url)).json;
    expect(Object.keys(index)).toEqual(expect.arrayContaining([...startedProviders.map(({ name }) => name), "acme"]));
    await expect(startSandbox(withAcme, { gateways: ["nobody"] as never })).rejects.toThrow(
      `gateways[0] must be one of ${PROVIDER_NAMES}, acme`,
    );
  });

  test("is paid, and its merchant gets a signed webhook", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrl: merchant.url });
    const payment = await sandbox.pay(await createUrl(sandbox));
    expect(payment).toMatchObject({ provider: "acme", status: "paid", amount: 123_450, currency: "EUR" });
    expect(merchant.received.map(({ body }) => JSON.parse(String(body)))).toMatchObject([
      {
        type: "payment_link.paid",
        data: { object: { reference: "A-1", amount_total: 123_450, currency: "eur" } },
      },
    ]);
  });

  test("signs the time and the body, so that neither can be changed", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrl: merchant.url });
    await sandbox.pay(await createUrl(sandbox));
    const [received] = merchant.received;
    const seconds = Math.floor(startMs / 1000);
    const signature = createHmac("sha256", "whsec_acme").update(`${seconds}.${received?.body}`).digest("hex");
    expect(received?.headers["acme-signature"]).toBe(`t=${seconds},v1=${signature}`);
    const delivery = sandbox.deliveries[0]!;
    const later = { "Acme-Signature": `t=${seconds + 1},v1=${signature}` };
    const others = [
      delivery,
      { ...delivery, body: delivery.body.replace("123450", "1") },
      { ...delivery, headers: later },
      { ...delivery, headers: { "Acme-Signature": signature } },
      { ...delivery, headers: {} },
    ];
    expect(others.map((each) => acme.explainSignature(each).holds)).toEqual([true, false, false, false, false]);
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

  test("has a pay page in Indonesian, by the kind and the currency of its definition alone", async () => {
    const sandbox = await start();
    const page = await openPage(await createUrl(sandbox), { "Accept-Language": "id" });
    const main = page.get("main");
    expect(main.text).toContain("Total pembayaran €1.234,50");
    const group = main.get("group", "Transfer bank");
    expect(group.all("radio").map(({ element }) => element.getAttribute("value"))).toEqual(["sepa"]);
    const paid = await page.press("Bayar langsung", { "Bank transfer": true });
    expect([paid.get("status").text, paid.get("complementary").get("listitem").text]).toEqual([
      "Pembayaran berhasil. Terima kasih.",
      "€1.234,50 dengan Bank transfer: berhasil",
    ]);
    const refunded = await paid.press("Kembalikan seluruh dana (refund)");
    expect(refunded.get("status").text).toBe("Dana pembayaran ini sudah dikembalikan.");
  });

  test("is refunded in part and in full", async () => {
    const sandbox = await start();
    const url = await createUrl(sandbox);
    await sandbox.pay(url);
    await expect(sandbox.refund(url, { amount: 123_451 })).rejects.toThrow(
      "from €0.01 to €1,234.50, which is left of the payment.",
    );
    expect((await sandbox.refund(url, { amount: 50 })).status).toBe("paid");
    await expect(sandbox.refund(url, { amount: 123_401 })).rejects.toThrow(
      "from €0.01 to €1,234, which is left of the payment.",
    );
    expect((await sandbox.refund(url)).status).toBe("refunded");
    await expect(sandbox.refund(url)).rejects.toThrow("The link is refunded; to be refunded it must be paid.");
  });

  test("is refunded through its API", async () => {
    const sandbox = await start();
    const { id, url } = await create(sandbox);
    const refund = (fields: Fields): Promise<Reply> => post(sandbox, "/v1/refunds", fields);
    const link = { payment_link: String(id) };
    expect((await refund(link)).json).toEqual(refused("The link is open; to be refunded it must be paid."));
    await sandbox.pay(String(url));
    expect((await refund({ ...link, amount: "50" })).json).toMatchObject({ object: "refund", status: "succeeded" });
    expect((await refund({ ...link, amount: "123401" })).json).toEqual(
      refused("The amount must be euros and cents, from €0.01 to €1,234, which is left of the payment."),
    );
    expect((await refund({ ...link, amount: "1.5" })).json).toEqual(refused("amount must be an integer", "amount"));
    expect((await refund({})).json).toEqual(refused("payment_link is required", "payment_link"));
    expect((await refund({ payment_link: "other" })).status).toBe(404);
    expect((await get(sandbox, `/v1/payment_links/${id}`)).json).toMatchObject({ status: "paid", amount_refunded: 50 });
  });

  test("what it does not have is refused, and it is named where others do not have it", async () => {
    const sandbox = await start();
    const url = await createUrl(sandbox);
    await expect(sandbox.reverse(url)).rejects.toThrow(
      "Acme Pay documents no reversal of a payment; reverse is for Midtrans links.",
    );
    await expect(sandbox.pay(url, { amount: 1 })).rejects.toThrow("The amount of this link is fixed at €1,234.50.");
    const { json } = await call(`${sandbox.control.url}/chaos`);
    const faults = json as unknown as readonly { readonly name: string; readonly providers: readonly string[] }[];
    expect(faults.find(({ name }) => name === "wrong_key")?.providers).toEqual([
      ...providers.map(({ name }) => name),
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
    expect(delivery).toContain("Webhook 1: payment_link.paid A-1");
    expect(delivery).toContain("The signature is valid.");
    const typed = (amount: string): Promise<{ readonly status: number; readonly text: string }> =>
      submit(sandbox, "/link", { link: url, do: "refund", payment: id, amount });
    const refusal = await typed("0.555");
    expect([refusal.status, refusal.text.includes("euros and cents, as 5000.00 or 5,000.00")]).toEqual([400, true]);
    expect((await typed("1,234.50")).status).toBe(303);
    expect((await look(sandbox, path)).text).toContain("refunded");
  });

  test("has filters, a timeline, documented webhooks and cURL commands, all by its definition", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrl: merchant.url });
    const url = await createUrl(sandbox);
    const page = await look(sandbox, `/link?url=${encodeURIComponent(url)}`);
    const picker = await page.follow("Send a webhook about this link");
    const shown = await picker.press("Show the body", { Event: "payment_link.paid: the link is paid" });
    expect(valueOf(shown, "textbox", "Body")).toContain('"status":"paid"');
    expect((await shown.press("Sign and send")).text).toContain("The signature is valid.");
    expect(merchant.received).toHaveLength(1);
    await sandbox.pay(url);
    await sandbox.refund(url);
    const links = await look(sandbox, "/links?gateway=acme&status=refunded");
    expect(columnIn(links, "Payments")).toEqual(["1 payment, refunded"]);
    expect((await look(sandbox, "/deliveries?event=payment_link.refunded")).all("row")).toHaveLength(2);
    const entries = (await look(sandbox, `/link?url=${encodeURIComponent(url)}`))
      .get("list", "Timeline")
      .all("listitem");
    const kinds = entries.map(({ text }) => /^(?:API call|Webhook|Simulation)/.exec(text)?.[0]);
    expect(kinds.join(", ")).toBe("Webhook, Simulation, Webhook, Simulation, Webhook, API call");
    const command = valueOf(await look(sandbox, "/requests/1"), "textbox", "Command for a shell");
    expect(command).toContain("--header 'authorization: Bearer sk_test_acme'");
  });

  test("misbehaves: errors in its own shape, forged and old webhooks, and retries on its own schedule", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(500);
    const sandbox = await start({ webhookUrl: merchant.url });
    sandbox.chaos.set("acme", "server_error", { next: 1 });
    expect(await create(sandbox)).toEqual({
      error: { type: "api_error", message: "Something went wrong, try again later" },
    });
    const url = await createUrl(sandbox);
    sandbox.chaos.set("acme", "wrong_key", { next: 1 });
    await sandbox.pay(url);
    sandbox.chaos.set("acme", "stale_timestamp", { next: 1, ageSeconds: 600 });
    await sandbox.advance(7 * dayMs);
    const minutes = [0, 5, 30, 2 * 60, 5 * 60, 10 * 60, 24 * 60, 30 * 60];
    const sums = minutes.map((_, index) => minutes.slice(0, index + 1).reduce((sum, each) => sum + each, 0));
    const { deliveries } = sandbox;
    expect(deliveries.map(({ sending, atMs }) => [sending, (atMs - startMs) / minuteMs])).toEqual(
      sums.map((sum, index) => [index + 1, sum]),
    );
    expect(deliveries.map((delivery) => acme.explainSignature(delivery).holds)).toEqual([
      false,
      ...Array.from({ length: 7 }, () => true),
    ]);
    // Each retry has a time of its own.
    const ages = deliveries.map(
      ({ headers, atMs }) => Math.floor(atMs / 1000) - Number(/t=(\d+)/.exec(headers["Acme-Signature"] ?? "")?.[1]),
    );
    expect(ages).toEqual([0, 600, 0, 0, 0, 0, 0, 0]);
  });

  test("is not told again what it said is gone", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(410);
    const sandbox = await start({ webhookUrl: merchant.url });
    await sandbox.pay(await createUrl(sandbox));
    await sandbox.advance(7 * dayMs);
    expect(sandbox.deliveries.length).toBe(1);
  });
});

describe("its forms with paths", () => {
  test("are read with plain and with escaped brackets", async () => {
    const sandbox = await start();
    const { url } = sandbox.acme;
    const headers = { Authorization: "Bearer sk_test_acme", "Content-Type": "application/x-www-form-urlencoded" };
    const escaped = new URLSearchParams({ ...fieldsOf("A-1"), "metadata[order]": "7 & 8" }).toString();
    const plain = escaped.replaceAll("%5B", "[").replaceAll("%5D", "]").replace("A-1", "A-2");
    for (const body of [escaped, plain]) {
      const { status, json } = await call(`${url}/v1/payment_links`, { method: "POST", headers, body });
      expect([status, json["amount_total"], json["metadata"]]).toEqual([200, 123_450, { order: "7 & 8" }]);
    }
  });

  test.each<[string, Fields, string, string]>([
    ["no currency", { currency: "" }, "currency", "is required"],
    ["another currency", { currency: "usd" }, "currency", "must be one of eur"],
    ["no reference", { reference: "" }, "reference", "is required"],
    [
      "an amount with a point",
      { "line_items[0][price_data][unit_amount]": "1.5" },
      "line_items[0][price_data][unit_amount]",
      "must be an integer",
    ],
    ["no quantity", { "line_items[0][quantity]": "0" }, "line_items[0][quantity]", "must be at least 1"],
    ["a second item without a price", { "line_items[1][quantity]": "1" }, "line_items[1][price_data]", "is required"],
    ["items that are no list", { "line_items[x][quantity]": "1" }, "line_items", "must be an array"],
    ["metadata that is a text", { metadata: "x" }, "metadata", "must be an object"],
    ["an expiry in the past", { expires_at: "1" }, "expires_at", "must be at least 1773543602"],
  ])("are refused with %s, and the field is named", async (_what, others, param, problem) => {
    const reply = await post(await start(), "/v1/payment_links", { ...fieldsOf("A-1"), ...others });
    expect([reply.status, reply.json]).toEqual([400, refused(`${param} ${problem}`, param)]);
  });

  test("are refused if they are malformed, or JSON", async () => {
    const sandbox = await start();
    const malformed = await post(sandbox, "/v1/payment_links", "line_items[0=1");
    expect([malformed.status, malformed.json]).toEqual([400, refused("Invalid request body.")]);
    const { url } = sandbox.acme;
    const headers = { Authorization: "Bearer sk_test_acme", "Content-Type": "application/json" };
    const json = await call(`${url}/v1/payment_links`, { method: "POST", headers, body: '{"reference":"A-1"}' });
    expect(json.status).toBe(400);
  });
});

describe("its keys", () => {
  test.each<[string, string, boolean]>([
    ["the key as a bearer", "Bearer sk_test_acme", true],
    ["the key as a user without a password", basic("sk_test_acme", ""), true],
    ["another key", "Bearer sk_test_other", false],
    ["the key with a password", basic("sk_test_acme", "x"), false],
    ["nothing", "", false],
  ])("%s", async (_what, authorization, isAllowed) => {
    const { url } = (await start()).acme;
    const { status, json } = await call(`${url}/v1/payment_links`, { headers: { Authorization: authorization } });
    if (isAllowed) expect([status, json]).toEqual([200, { object: "list", has_more: false, data: [] }]);
    else expect([status, json]).toEqual([401, refused("Invalid API key provided.")]);
  });

  test("a path that leads nowhere, and what is too large, are refused in its shape", async () => {
    const sandbox = await start();
    expect((await get(sandbox, "/v1/other")).json).toEqual(refused("Unrecognized request URL."));
    const large = await post(sandbox, "/v1/payment_links", { reference: "x".repeat(2 ** 20) });
    expect([large.status, large.json]).toEqual([413, refused("The request is too large.")]);
  });
});

describe("its idempotency keys", () => {
  const key = { "Idempotency-Key": "k-1" };

  const createWith = (sandbox: AcmeSandbox, reference: string, headers: Fields = key): Promise<Reply> =>
    post(sandbox, "/v1/payment_links", fieldsOf(reference), headers);

  test("a repeated create has the first reply, byte for byte, and makes one link", async () => {
    const sandbox = await start();
    const first = await createWith(sandbox, "A-1");
    await sandbox.pay(String(first.json["url"]));
    const again = await createWith(sandbox, "A-1");
    expect([again.status, again.text, again.headers.get("content-type")]).toEqual([
      200,
      first.text,
      first.headers.get("content-type"),
    ]);
    expect(pick((await get(sandbox, "/v1/payment_links")).json, "data")).toHaveLength(1);
    // Without a key it is a request of its own, and its reference is taken.
    expect((await createWith(sandbox, "A-1", {})).json).toEqual(refused("reference has been used", "reference"));
  });

  test("a create whose answer is lost is repeated", async () => {
    const sandbox = await start();
    sandbox.chaos.set("acme", "reset_after_commit", { next: 1 });
    await expect(createWith(sandbox, "A-1")).rejects.toThrow("fetch failed");
    const again = await createWith(sandbox, "A-1");
    expect([again.status, again.json["reference"]]).toEqual([200, "A-1"]);
  });

  test("a repeated refund gives back once", async () => {
    const sandbox = await start();
    const { id, url } = await create(sandbox);
    await sandbox.pay(String(url));
    const fields = { payment_link: String(id), amount: "50" };
    for (const _ of [1, 2]) expect((await post(sandbox, "/v1/refunds", fields, key)).status).toBe(200);
    expect((await get(sandbox, `/v1/payment_links/${id}`)).json["amount_refunded"]).toBe(50);
  });

  test("the key with another body, or for another call, is refused", async () => {
    const sandbox = await start();
    await createWith(sandbox, "A-1");
    const error = { type: "idempotency_error", message: "This key was used with another request." };
    const otherBody = await createWith(sandbox, "A-2");
    const otherCall = await post(sandbox, "/v1/refunds", fieldsOf("A-1"), key);
    for (const { status, json } of [otherBody, otherCall]) expect([status, json]).toEqual([400, { error }]);
  });

  test("a call that reads has no use for them", async () => {
    const sandbox = await start();
    const count = async (): Promise<number> => {
      const headers = { ...key, Authorization: "Bearer sk_test_acme" };
      const { json } = await call(`${sandbox.acme.url}/v1/payment_links`, { headers });
      return (json["data"] as readonly Json[]).length;
    };
    expect(await count()).toBe(0);
    await create(sandbox);
    expect(await count()).toBe(1);
  });

  test("a request that was refused leaves its key free", async () => {
    const sandbox = await start();
    expect((await post(sandbox, "/v1/payment_links", {}, key)).status).toBe(400);
    expect((await createWith(sandbox, "A-1")).status).toBe(200);
  });

  test("are kept for 24 hours by the clock, and are free afterwards", async () => {
    const sandbox = await start();
    const first = await createWith(sandbox, "A-1");
    await sandbox.advance(dayMs - 1);
    expect((await createWith(sandbox, "A-1")).text).toBe(first.text);
    await sandbox.advance(1);
    const next = await createWith(sandbox, "A-2");
    expect([next.status, next.json["reference"]]).toEqual([200, "A-2"]);
  });

  test("are kept in the state file, and gone after a reset", async () => {
    const stateFile = newStateFile();
    const earlier = await start({ stateFile });
    const first = await createWith(earlier, "A-1");
    await earlier.close();
    const sandbox = await start({ stateFile });
    expect((await createWith(sandbox, "A-1")).text).toBe(first.text);
    expect((await createWith(sandbox, "A-2")).status).toBe(400);
    await sandbox.reset();
    expect((await createWith(sandbox, "A-2")).status).toBe(200);
  });
});

describe("its links", () => {
  test("have a reference of their own, after a restart, too", async () => {
    const stateFile = newStateFile();
    const earlier = await start({ stateFile });
    expect((await create(earlier))["reference"]).toBe("A-1");
    expect(await create(earlier)).toEqual(refused("reference has been used", "reference"));
    await earlier.close();
    const sandbox = await start({ stateFile });
    expect(await create(sandbox)).toEqual(refused("reference has been used", "reference"));
    expect((await create(sandbox, "A-2"))["reference"]).toBe("A-2");
  });

  test("are listed newest first, page by page, each one once while others are made", async () => {
    const sandbox = await start();
    for (const number of [1, 2, 3, 4, 5]) await create(sandbox, `A-${number}`);
    const references: unknown[] = [];
    for (let after = "", hasMore = true, page = 0; hasMore; page += 1) {
      const { json } = await get(sandbox, `/v1/payment_links?limit=2${after}`);
      const data = json["data"] as readonly Json[];
      references.push(data.map(({ reference }) => reference));
      hasMore = json["has_more"] === true;
      after = `&starting_after=${data.at(-1)?.["id"]}`;
      await create(sandbox, `B-${page}`);
    }
    expect(references).toEqual([["A-5", "A-4"], ["A-3", "A-2"], ["A-1"]]);
  });

  test("are listed by status, ten at a time", async () => {
    const sandbox = await start();
    const urls: string[] = [];
    for (let number = 1; number <= 12; number += 1) urls.push(await createUrl(sandbox, `A-${number}`));
    await sandbox.pay(urls[2] ?? "");
    const { json } = await get(sandbox, "/v1/payment_links?status=paid");
    expect([json["has_more"], pick(json, "data", 0, "reference")]).toEqual([false, "A-3"]);
    const open = (await get(sandbox, "/v1/payment_links?status=open")).json;
    expect([open["has_more"], (open["data"] as readonly Json[]).length]).toEqual([true, 10]);
  });

  test.each([
    ["limit=0", "limit", "must be at least 1"],
    ["limit=101", "limit", "must be at most 100"],
    ["limit=x", "limit", "must be an integer"],
    ["status=gone", "status", "must be one of open, paid, failed, expired, refunded"],
    ["starting_after=plink_0", "starting_after", "is not in this list"],
  ])("are not listed with %s", async (query, param, problem) => {
    const { status, json } = await get(await start(), `/v1/payment_links?${query}`);
    expect([status, json]).toEqual([400, refused(`${param} ${problem}`, param)]);
  });

  test("expire by the clock, after a day or at a time of their own, and the merchant is told", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrl: merchant.url });
    const [url] = [await createUrl(sandbox), await createUrl(sandbox, "A-2")];
    const soon = String(Math.floor(startMs / 1000) + 3600);
    const { id } = await create(sandbox, "A-3", { expires_at: soon });
    await sandbox.pay(url);
    await sandbox.advance(hourMs - 1_000);
    expect((await get(sandbox, `/v1/payment_links/${id}`)).json["status"]).toBe("open");
    await sandbox.advance(1_000);
    expect((await get(sandbox, `/v1/payment_links/${id}`)).json["status"]).toBe("expired");
    await sandbox.advance(dayMs);
    const events = merchant.received.map(({ body }): unknown => JSON.parse(String(body)));
    expect(
      events.map((event) => [pick(event, "type"), pick(event, "data", "object", "reference"), pick(event, "created")]),
    ).toEqual([
      ["payment_link.paid", "A-1", Math.floor(startMs / 1000)],
      ["payment_link.expired", "A-3", Number(soon)],
      ["payment_link.expired", "A-2", Math.floor((startMs + dayMs) / 1000)],
    ]);
  });

  test("that have expired are not paid", async () => {
    const sandbox = await start();
    const url = await createUrl(sandbox);
    await sandbox.advance(dayMs);
    await expect(sandbox.pay(url)).rejects.toThrow("The link is expired; to be paid it must be open.");
    expect((await call(url)).status).toBe(410);
  });
});
