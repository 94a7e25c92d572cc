import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { account, events, histories, links, setUp } from "./singapay-setting.ts";
import {
  dayMs,
  hourMs,
  type Json,
  minuteMs,
  pick,
  type ReceivedWebhook,
  startMerchant,
  startMs,
  textAt,
} from "./support.ts";

/** Written from the documents a second time, so that a slip in the sandbox would show. */
const expectedSignature = (webhook: ReceivedWebhook | undefined, clientSecret: string): string => {
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered);
    if (typeof value !== "object" || value === null) return value;
    const names = Object.keys(value).toSorted();
    return names.length === 0 ? [] : Object.fromEntries(names.map((name) => [name, ordered(pick(value, name))]));
  };
  const canonical = JSON.stringify(ordered(JSON.parse(String(webhook?.body))));
  const bodyHash = createHash("sha256").update(canonical).digest("hex");
  const bearer = String(webhook?.headers.authorization).replace("Bearer ", "");
  const message = ["POST", webhook?.url, bearer, bodyHash, String(webhook?.headers["x-timestamp"])].join(":");
  return createHmac("sha512", clientSecret).update(message).digest("hex");
};

describe("SingaPay webhooks", () => {
  test("the inquiry names the method, the paid one does not; the payment's reference joins them", async () => {
    const merchant = await startMerchant();
    const { sandbox, clock, create } = await setUp(`${merchant.url}/webhooks/singapay?src=pl`);
    const link = await create("ORD-1001");
    const opened = await sandbox.open(link, { method: "VA_BRI" });
    clock.advance(330_000);
    const paid = await sandbox.pay(link);
    expect(paid).toEqual({ ...opened, status: "paid" });

    expect(merchant.received).toHaveLength(2);
    const [inquiry, transaction] = merchant.received;
    expect(JSON.parse(String(inquiry?.body))).toEqual({
      status: 200,
      success: true,
      event: "payment-link-inquiry",
      timestamp: "15 Mar 2026 10:00:00",
      data: {
        payment_link_history: {
          reff_no: paid.id,
          status: "pending",
          payment_method_name: "VA BRI",
          payment_method_value: expect.stringMatching(/^\d{16}$/),
          payment_method_additional: null,
          amount: 75_000,
          vendor_fee: expect.any(Number),
          our_margin: expect.any(Number),
          merchant_fee: expect.any(Number),
          net_amount: expect.any(Number),
        },
      },
    });
    expect(JSON.parse(String(transaction?.body))).toEqual({
      status: 200,
      success: true,
      event: "payment-link-transaction",
      timestamp: "15 Mar 2026 10:05:30",
      data: {
        transaction: {
          reff_no: paid.id,
          type: "pl",
          status: "paid",
          amount: { value: "75000.00", currency: "IDR" },
          tip: null,
          post_timestamp: "15 Mar 2026 10:00:00",
          processed_timestamp: "15 Mar 2026 10:05:30",
        },
        customer: { id: null, name: "", email: "", phone: "" },
        payment: {
          method: "payment_link",
          additional_info: {
            payment_link: {
              id: expect.any(Number),
              reff_no: "ORD-1001",
              title: "Order 1001",
              payment_date: "2026-03-15T03:00:00.000000Z",
              payment_url: link,
              status: "open",
              required_customer_detail: false,
              max_usage: 3,
              current_usage: 1,
              expired_at: null,
              total_amount: "75000.00",
              account_id: 35,
              created_at: "2026-03-15T03:00:00.000000Z",
              updated_at: "2026-03-15T03:05:30.000000Z",
            },
          },
        },
      },
    });
    for (const webhook of merchant.received) {
      expect(webhook).toMatchObject({ method: "POST", url: "/webhooks/singapay?src=pl" });
      expect(webhook.headers).toEqual({
        "content-type": "application/json",
        accept: "application/json",
        "x-partner-id": sandbox.singapay.credentials.apiKey,
        "x-signature": expectedSignature(webhook, sandbox.singapay.credentials.clientSecret),
        "x-timestamp": expect.stringMatching(/^\d{10}$/),
        authorization: expect.stringMatching(/^Bearer \S+$/),
        "user-agent": "SingaPaymentGateway/1.0",
        "content-length": String(webhook.body.byteLength),
        host: new URL(merchant.url).host,
        connection: "close",
      });
    }
    expect(transaction?.headers["x-timestamp"]).toBe(String(Math.floor((startMs + 330_000) / 1000)));
    expect(inquiry?.headers.authorization).not.toBe(transaction?.headers.authorization);
  });

  test("stores have a code, and more about it as JSON in a string; cards repeat the reference", async () => {
    const { sandbox, create, webhooks } = await setUp();
    const link = await create("ORD-1");
    await sandbox.open(link, { method: "ALFAMART" });
    const card = await sandbox.open(link, { method: "NICEPAY_CARD" });
    const [store, other] = webhooks().map((body) => pick(body, "data", "payment_link_history"));
    expect(store).toMatchObject({
      payment_method_name: "Alfamart (Linkqu)",
      payment_method_value: expect.stringMatching(/^\d{15}$/),
      payment_method_additional: '{"retail_code":"ALFAMART","partner_reff":"20260315100000000301"}',
      merchant_fee: 3_000,
      vendor_fee: 1_800,
      our_margin: 1_200,
      net_amount: 72_000,
    });
    expect(other).toMatchObject({
      payment_method_name: "Credit Card",
      payment_method_value: card.id,
      payment_method_additional: null,
    });
  });

  test("payments that expire by the clock come in one batch", async () => {
    const { sandbox, clock, api, create, webhooks } = await setUp();
    const link = await create("ORD-1");
    const first = await sandbox.open(link, { method: "QRIS" });
    const second = await sandbox.open(link, { method: "EWALLET_OVO" });
    const lasting = await sandbox.open(link, { method: "VA_BCA" });
    clock.advance(15 * minuteMs);
    const listed = await api("GET", `${histories}?sort_order=asc`);
    expect((listed.json["data"] as readonly Json[]).map((row) => row["status"])).toEqual([
      "expired",
      "expired",
      "pending",
    ]);
    await sandbox.idle();
    const batch = webhooks().at(-1);
    expect(events(webhooks()).slice(3)).toEqual(["transaction-expiration"]);
    expect(batch).toMatchObject({ data: { virtual_account_transactions: [], qris_histories: [] } });
    const rows = pick(batch, "data", "payment_link_histories") as readonly Json[];
    expect(rows.map((row) => [row["reff_no"], row["status"]])).toEqual([
      [first.id, "expired"],
      [second.id, "expired"],
    ]);
    await expect(sandbox.pay(link, { payment: first.id })).rejects.toThrow("is expired; to be paid it must be pending");
    expect((await sandbox.pay(link, { payment: lasting.id })).status).toBe("paid");
  });

  test("one payment can be expired by hand; a failure sends nothing", async () => {
    const { sandbox, create, webhooks } = await setUp();
    const link = await create("ORD-1");
    const { id } = await sandbox.open(link);
    await sandbox.expire(link, { payment: id });
    expect((await sandbox.fail(link)).status).toBe("failed");
    expect(events(webhooks())).toEqual(["payment-link-inquiry", "transaction-expiration", "payment-link-inquiry"]);
  });
});

describe("SingaPay histories", () => {
  test("a paid one has the documented fields, decimal strings and times", async () => {
    const { sandbox, clock, api, create } = await setUp();
    const link = await create("ORD-1001", { required_customer_detail: true });
    clock.advance(15 * minuteMs);
    const opened = await sandbox.open(link, { method: "VA_BRI" });
    clock.advance(5 * minuteMs);
    await sandbox.pay(link);
    clock.advance(dayMs);
    const { status, json } = await api("GET", `${histories}/${opened.historyId}`);
    expect([status, json]).toEqual([
      200,
      {
        status: 200,
        success: true,
        data: {
          id: opened.historyId,
          reff_no: opened.id,
          payment_link_reff_no: "ORD-1001",
          payment_method_name: "VA BRI",
          payment_method_value: expect.stringMatching(/^\d{16}$/),
          payment_method_additional: null,
          expired_at: "2026-03-16T10:15:00+07:00",
          amount: "75000.00",
          payment_date: "2026-03-15T10:20:00+07:00",
          balance_after: "75000.00",
          status: "paid",
          status_computed: "paid",
          // Also of a paid one.
          is_expired: true,
          customer_name: "Sandbox Payer",
          customer_email: "payer@example.test",
          customer_phone: "081200000000",
          ip_address: "127.0.0.1",
          locations: {},
          processed_timestamp: "2026-03-15T10:20:00+07:00",
          has_settle: true,
          settle_at: "2026-03-15T12:00:00+07:00",
          optional_metadata: {},
          created_at: "2026-03-15T10:15:00+07:00",
          updated_at: "2026-03-15T12:00:00+07:00",
        },
      },
    ]);
  });

  test("a pending one has no payment yet", async () => {
    const { sandbox, api, create } = await setUp();
    const { historyId } = await sandbox.open(await create("ORD-1"));
    expect((await api("GET", `${histories}/${historyId}`)).json["data"]).toMatchObject({
      status: "pending",
      payment_date: null,
      processed_timestamp: null,
      balance_after: null,
      has_settle: false,
      settle_at: null,
      is_expired: false,
      customer_name: "",
    });
  });

  test("an unknown id: 404 with the message that was seen live", async () => {
    const { api } = await setUp();
    expect(await api("GET", `${histories}/12`)).toMatchObject({
      status: 404,
      json: { error: { code: 404, message: `No result for account_id: ${account} with history_id: 12` } },
    });
  });

  test("the list is newest first, in pages, and takes every documented filter", async () => {
    const { sandbox, clock, api, create } = await setUp();
    const cheap = await create("CHEAP", {
      total_amount: 10_000,
      items: [{ name: "a", quantity: 1, unit_price: 10_000 }],
    });
    const dear = await create("DEAR");
    const a = await sandbox.pay(cheap, { method: "QRIS" });
    clock.advance(hourMs);
    const b = await sandbox.fail(dear, { method: "VA_BCA" });
    clock.advance(hourMs);
    const c = await sandbox.pay(dear, { method: "VA_BRI" });
    await sandbox.settle(dear);
    const d = await sandbox.open(dear, { method: "ALFAMART" });
    const names = new Map([a, b, c, d].map(({ historyId }, index) => [historyId, "abcd"[index]]));
    const list = async (query: string): Promise<string> => {
      const reply = await api("GET", `${histories}?${query}`);
      expect(reply.status).toBe(200);
      return (reply.json["data"] as readonly Json[]).map((row) => names.get(row["id"] as number)).join("");
    };
    const at = (hours: number): string => encodeURIComponent(new Date(startMs + hours * hourMs).toISOString());
    const value = textAt(
      JSON.parse(sandbox.deliveries.at(-1)?.body ?? ""),
      "data",
      "payment_link_history",
      "payment_method_value",
    );
    const answers: Readonly<Record<string, string>> = {
      "": "dcba",
      "sort_order=asc": "abcd",
      "sort_by=amount&sort_order=asc": "abcd",
      "sort_by=created_at": "dcba",
      "sort_by=payment_date": "cadb",
      "per_page=2": "dc",
      "per_page=3&page=2": "a",
      "status=paid": "ca",
      "status=failed": "b",
      "status=expired": "",
      [`reff_no=${b.id}`]: "b",
      // Partial, and of the payment: the link's reference finds nothing.
      [`reff_no=${a.id.slice(0, 17)}`]: "a",
      "reff_no=DEAR": "",
      "payment_method_name=va": "cb",
      [`payment_method_value=${value.slice(2)}`]: "d",
      "amount=10000": "a",
      "amount=75000.00": "dcb",
      "amount_min=10001": "dcb",
      "amount_max=10000": "a",
      // That of the first link was settled at noon.
      "has_settle=true": "ca",
      "has_settle=0": "db",
      [`created_at_from=${at(1)}`]: "dcb",
      [`created_at_to=${at(1)}`]: "ba",
      [`payment_date_from=${at(1)}`]: "c",
      [`processed_timestamp_to=${at(1)}`]: "a",
      [`settle_at_from=${at(0)}&settle_at_to=${at(2)}`]: "ca",
      [`settle_at_from=${at(2)}&settle_at_to=${at(3)}`]: "c",
      "created_at_from=2026-03-16": "",
      // Without an offset it is a time in Jakarta, wherever this machine is.
      "created_at_from=2026-03-15T10:00": "dcba",
      "created_at_to=2026-03-15T10:00": "",
      "created_at_to=2026-03-15T09:59:59.999%2B07:00": "",
      "status=paid&amount=75000": "c",
    };
    const found: Record<string, string> = {};
    for (const query of Object.keys(answers)) found[query] = await list(query);
    expect(found).toEqual(answers);
    expect((await api("GET", `${histories}?per_page=3`)).json["pagination"]).toEqual({
      total: 4,
      count: 3,
      per_page: 3,
      current_page: 1,
      total_pages: 2,
    });
  });

  test.each([
    "status=settled",
    "sort_by=title",
    "sort_order=up",
    "amount=ten",
    "has_settle=maybe",
    "created_at_from=yesterday",
    "created_at_from=2026-02-31",
    "created_at_from=2026-03-15T25:00",
    "created_at_from=2026-03-15T10:00%2B99:99",
    "per_page=0",
  ])("refuses %s", async (query) => {
    const { api } = await setUp();
    const reply = await api("GET", `${histories}?${query}`);
    expect(reply.status).toBe(422);
    expect(Object.keys(pick(reply.json, "error", "errors") as object)).toEqual([query.split("=")[0]]);
  });
});

describe("SingaPay quota and the end of a link", () => {
  test("payments count if paid, not while pending, so a link can be paid once more than it allows", async () => {
    const { sandbox, api, create } = await setUp();
    const link = await create("ORD-1", { max_usage: 1 });
    const usage = async (): Promise<unknown> => pick((await api("GET", links)).json, "data", 0, "current_usage");
    const first = await sandbox.open(link);
    const second = await sandbox.open(link);
    expect(await usage()).toBe(0);
    await sandbox.pay(link, { payment: first.id });
    expect(await usage()).toBe(1);
    await expect(sandbox.open(link)).rejects.toThrow("its only use is made");
    await sandbox.pay(link, { payment: second.id });
    expect(await usage()).toBe(2);
    await expect(sandbox.pay(link)).rejects.toThrow("its only use is made");
  });

  test("an expired or closed link opens nothing, but what was opened before can be paid", async () => {
    const { sandbox, api, create } = await setUp();
    const link = await create("ORD-1");
    const { id } = await sandbox.open(link);
    await sandbox.expire(link);
    expect(pick((await api("GET", links)).json, "data", 0, "status_computed")).toBe("expired");
    await expect(sandbox.open(link)).rejects.toThrow("it is expired");
    expect((await sandbox.pay(link, { payment: id })).status).toBe("paid");

    const closed = await create("ORD-2");
    const path = `${links}/${Number(pick((await api("GET", links)).json, "data", 0, "id"))}`;
    await api("PUT", path, { status: "closed", max_usage: 1, required_customer_detail: false });
    await expect(sandbox.pay(closed)).rejects.toThrow("it is closed");
  });

  test("actions that make no sense are refused", async () => {
    const { sandbox, create } = await setUp();
    const link = await create("ORD-1", { whitelisted_payment_method: ["QRIS"] });
    await expect(sandbox.settle(link)).rejects.toThrow("No payment on this link is paid and not settled yet");
    await expect(sandbox.open(link, { method: "VA_BRI" })).rejects.toThrow("it allows QRIS");
    await expect(sandbox.open(link, { payment: "x" })).rejects.toThrow("leave payment out");
    await expect(sandbox.open(link, { amount: 1 })).rejects.toThrow("fixed at Rp75.000");
    const { id } = await sandbox.pay(link);
    await expect(sandbox.pay(link, { payment: id })).rejects.toThrow("to be paid it must be pending");
    await expect(sandbox.pay(link, { payment: "x" })).rejects.toThrow("no payment x");
    await expect(sandbox.reverse(link)).rejects.toThrow("reverse is for Midtrans links");
    await expect(sandbox.refund(link)).rejects.toThrow("refund is for Midtrans");
    await sandbox.settle(link);
    await expect(sandbox.settle(link, { payment: id })).rejects.toThrow("is settled already");
    const pending = await sandbox.open(link);
    await expect(sandbox.pay(link, { amount: 1 })).rejects.toThrow("fixed at Rp75.000");
    await expect(sandbox.pay(link, { payment: pending.id, method: "VA_BRI" })).rejects.toThrow("was opened with QRIS");
  });

  test("a reference with signs that matter in URLs has a pay page that works", async () => {
    const { sandbox, create } = await setUp();
    const link = await create("100%25?#&é");
    expect((await fetch(link)).status).toBe(200);
    expect((await sandbox.pay(link)).link).toBe(link);
  });
});
