import { idr, money } from "@tautan/core";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { CUSTOMER, OPTIONS, openShop, REQUEST, START } from "./support.ts";

const DAY_S = 24 * 60 * 60;

describe("create", () => {
  test("the exact request: address, key, idempotency key, and amounts in minor units", async () => {
    const { links, received } = await openShop();
    const created = await links.create({
      ...REQUEST,
      title: "Concert, day 1",
      usage: { limit: 3 },
      expiresAt: "2026-01-02T00:00:00.999Z",
      methods: [{ kind: "virtual_account" }, { kind: "qris" }],
      customer: CUSTOMER,
      redirect: { url: "https://shop.example/thanks" },
      metadata: { seat: "7A" },
    });
    expect(created.isOk()).toBe(true);
    expect(received).toHaveLength(1);
    const [{ method, path, headers, body } = expect.fail()] = received;
    expect([method, path]).toEqual(["POST", "/v1/links"]);
    expect(headers.get("authorization")).toBe(`Bearer ${OPTIONS.secretKey}`);
    expect(headers.get("idempotency-key")).toBe("INV-001");
    expect(body).toBe(
      '{"reference":"INV-001","title":"Concert, day 1","amount":19000000,"currency":"IDR","max_payments":3,' +
        '"methods":["qris","va_bca","va_mandiri"],"customer":{"email":"sari@shop.example","name":"Sari Dewi",' +
        '"phone":"+628110000001"},"return_url":"https://shop.example/thanks","metadata":{"seat":"7A"},' +
        '"expires_at":1767312000}',
    );
  });

  test("what is left out is not sent, but for the limit of one and the expiry", async () => {
    const { links, received } = await openShop();
    const link = (await links.create(REQUEST))._unsafeUnwrap();
    expect(JSON.parse(received[0]?.body ?? "")).toEqual({
      reference: "INV-001",
      amount: 19_000_000,
      currency: "IDR",
      max_payments: 1,
      expires_at: START / 1000 + DAY_S,
    });
    expect(link).toMatchObject({
      id: "contoh:lnk_000000000001",
      status: "active",
      amount: idr(190_000),
      usage: { limit: 1, used: 0, held: 0 },
      expiresAt: "2026-01-02T00:00:00.000Z",
      warnings: [],
    });
  });

  test("the same reference is the same link only where nothing is asked for that the first request did not ask for", async () => {
    const { links, time } = await openShop();
    const link = (await links.create(REQUEST))._unsafeUnwrap();
    time.now += 600_000;
    expect((await links.create(REQUEST))._unsafeUnwrap().id).toBe(link.id);
    const error = (await links.create({ ...REQUEST, title: "Concert, day 1", customer: CUSTOMER }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: link.id } });
    expect(error.hint).toContain("title, customer");
  });

  test("a link that never ends has no expiry", async () => {
    const { links, received } = await openShop();
    const link = (await links.create({ ...REQUEST, expiresAt: "never" }))._unsafeUnwrap();
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ expires_at: null });
    expect(link).not.toHaveProperty("expiresAt");
  });

  test.each([
    ["1000", "IDR", 100_000],
    ["9999999999", "IDR", 999_999_999_900],
    ["1", "JPY", 1],
    ["0.01", "SGD", 1],
    ["10.5", "SGD", 1050],
    ["9999999999.99", "SGD", 999_999_999_999],
  ])("%s %s is written as %d and read back", async (amount, currency, minorUnits) => {
    const { links, received } = await openShop();
    const link = (await links.create({ ...REQUEST, amount: money(amount, currency) }))._unsafeUnwrap();
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ amount: minorUnits, currency });
    expect(link.amount).toEqual({ amount, currency });
  });

  test.each([
    ["a hundredth of a rupiah", money("1000.5", "IDR"), "amount_unrepresentable"],
    ["less than the least", idr(999), "unsupported"],
    ["more than the most", money("10000000000", "SGD"), "unsupported"],
    ["a currency that is not documented", money("10", "USD"), "unsupported"],
  ])("%s is refused, and nothing is sent", async (_name, amount, kind) => {
    const { links, received } = await openShop();
    const error = (await links.create({ ...REQUEST, amount }))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual([kind, "not_sent"]);
    expect(received).toEqual([]);
  });

  test("options of its own are refused: there are none", async () => {
    const { links, received } = await openShop();
    const request = { ...REQUEST, providerOptions: { contoh: { colour: "red" } as never } };
    expect((await links.create(request))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      issues: [{ path: "providerOptions.contoh" }],
    });
    expect(received).toEqual([]);
  });

  test("one whose answer is lost is sent again under its key, and is one link", async () => {
    let isLost = false;
    const { links, received } = await openShop((inner) => ({
      send: async (request) => {
        const reply = await inner.send(request);
        if (isLost) return reply;
        isLost = true;
        return reply.andThen(() => err({ reason: "broken", sent: true } as const));
      },
    }));
    const created = await links.create(REQUEST);
    expect(created.map(({ id }) => id)).toEqual(ok("contoh:lnk_000000000001"));
    expect(received.map(({ headers }) => headers.get("idempotency-key"))).toEqual(["INV-001", "INV-001"]);
    expect(received[1]?.body).toBe(received[0]?.body);
    expect((await links.list({}))._unsafeUnwrap().items).toHaveLength(1);
  });

  test.each([
    ["while the first answer is kept", 0],
    ["once it is forgotten", 25 * 60 * 60 * 1000],
  ])("another link under the same reference is a duplicate, %s", async (_name, laterMs) => {
    const { links, time } = await openShop();
    await links.create(REQUEST);
    time.now += laterMs;
    const error = (await links.create({ ...REQUEST, amount: idr(75_000) }))._unsafeUnwrapErr();
    expect([error.kind, error.outcome]).toEqual(["duplicate_reference", "refused"]);
  });
});

describe("get, find and list", () => {
  test("a link is told in full, with the provider's own object beside it", async () => {
    const { links } = await openShop();
    const fields = {
      title: "Concert, day 1",
      methods: [{ kind: "virtual_account", channel: "bca" }],
      customer: CUSTOMER,
      redirect: { url: "https://shop.example/thanks" },
      metadata: { seat: "7A" },
    } as const;
    const { id } = (await links.create({ ...REQUEST, ...fields }))._unsafeUnwrap();
    const link = (await links.get(id))._unsafeUnwrap();
    expect(link).toMatchObject({
      ...fields,
      url: "https://contohpay.example/pay/lnk_000000000001",
      createdAt: "2026-01-01T00:00:00.000Z",
      updatedAt: "2026-01-01T00:00:00.000Z",
    });
    expect(link.raw).toMatchObject({ id: "lnk_000000000001", amount: 19_000_000 });
  });

  test("an unknown link is not found", async () => {
    const { links, received } = await openShop();
    for (const found of [links.get("contoh:../payments"), links.find({ reference: "INV-404" })]) {
      expect((await found)._unsafeUnwrapErr().kind).toBe("not_found");
    }
    expect(received.map(({ path }) => path)).toEqual(["/v1/links/..%2Fpayments", "/v1/links?reference=INV-404"]);
  });

  test("links are listed newest first, in as many pages as it takes", async () => {
    const { links } = await openShop();
    for (const reference of ["INV-1", "INV-2", "INV-3"]) await links.create({ ...REQUEST, reference });
    const first = (await links.list({ limit: 2 }))._unsafeUnwrap();
    const second = (await links.list({ limit: 2, cursor: first.nextCursor }))._unsafeUnwrap();
    expect([first, second].map(({ items }) => items.map(({ reference }) => reference))).toEqual([
      ["INV-3", "INV-2"],
      ["INV-1"],
    ]);
    expect(second).not.toHaveProperty("nextCursor");
  });

  test("a cursor that Contoh Pay did not give is an invalid request", async () => {
    const { links } = await openShop();
    const error = (await links.list({ cursor: "contoh:lnk_404" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "refused", providerCode: "invalid_field" });
  });
});

describe("close and reopen", () => {
  test("a closed link takes nobody, its open attempts end, and it can be opened again", async () => {
    const { links, provider, linkOf } = await openShop();
    const link = (await links.create(REQUEST))._unsafeUnwrap();
    provider.open(linkOf(link));
    expect((await links.close(link.id))._unsafeUnwrap().status).toBe("closed");
    expect((await links.get(link.id))._unsafeUnwrap().acceptsPayments).toBe(false);
    const [attempt] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    expect(attempt).toMatchObject({ status: "cancelled", isPaid: false });
    expect((await links.reopen(link.id))._unsafeUnwrap()).toMatchObject({ status: "active", acceptsPayments: true });
  });

  test("closing what is closed and opening what is open are invalid_state", async () => {
    const { links } = await openShop();
    const { id } = (await links.create(REQUEST))._unsafeUnwrap();
    expect((await links.reopen(id))._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_state", outcome: "refused" });
    await links.close(id);
    expect((await links.close(id))._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_state", outcome: "refused" });
  });

  test("what Contoh Pay does not offer is not there, and refused on the facade before anything is sent", async () => {
    const { links, received } = await openShop();
    expect(links.gateway("contoh")).not.toHaveProperty("delete");
    const error = (await links.delete("contoh:lnk_1"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", features: [{ feature: "delete", instead: "close it" }] });
    expect(received).toEqual([]);
  });
});

describe("payments", () => {
  test("a payment is one history, paid and then settled", async () => {
    const { links, provider, linkOf, time } = await openShop();
    const link = (await links.create(REQUEST))._unsafeUnwrap();
    provider.pay(linkOf(link));
    const [paid] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    expect(paid).toMatchObject({
      linkId: link.id,
      reference: "INV-001",
      status: "paid",
      isPaid: true,
      amount: idr(190_000),
      method: { kind: "virtual_account", channel: "bca" },
      paidAt: "2026-01-01T00:00:00.000Z",
    });
    time.now += 60_000;
    provider.settle(linkOf(link));
    const settled = (await links.getHistory(paid!.id))._unsafeUnwrap();
    expect(settled).toMatchObject({ status: "settled", isPaid: true, settledAt: "2026-01-01T00:01:00.000Z" });
    expect((await links.get(link.id))._unsafeUnwrap()).toMatchObject({ status: "exhausted", usage: { used: 1 } });
  });

  test.each([
    ["refused", "failed", false],
    ["given back in part", "partially_refunded", true],
    ["given back in full", "refunded", false],
    ["taken back by the bank", "reversed", false],
  ])("a payment that was %s is %s", async (what, status, isPaid) => {
    const { links, provider, linkOf } = await openShop();
    const link = (await links.create(REQUEST))._unsafeUnwrap();
    const told = linkOf(link);
    if (what === "refused") provider.fail(told);
    else provider.pay(told);
    if (what === "given back in part") provider.refund(told, 1_000_000);
    if (what === "given back in full") provider.refund(told, 19_000_000);
    if (what === "taken back by the bank") provider.reverse(told);
    const [history] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    expect(history).toMatchObject({ status, isPaid });
  });

  test("an attempt that nobody pays has expired two days later", async () => {
    const { links, provider, linkOf, time } = await openShop();
    const link = (await links.create(REQUEST))._unsafeUnwrap();
    provider.open(linkOf(link));
    const [open] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    expect(open).toMatchObject({ status: "pending", isPaid: false, expiresAt: "2026-01-03T00:00:00.000Z" });
    time.now += 2 * DAY_S * 1000;
    expect((await links.getHistory(open!.id))._unsafeUnwrap()).toMatchObject({ status: "expired", isPaid: false });
  });
});
