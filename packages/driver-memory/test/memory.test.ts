import { idr, OPERATIONS } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { HOUR, setUp } from "./support.ts";

describe("the whole domain, without a network", () => {
  test("does every operation there is", () => {
    const { links } = setUp();
    const gateway = links.gateway("memory");
    for (const operation of OPERATIONS) expect(typeof gateway[operation]).toBe("function");
  });

  test("a link with everything comes back as it was made", async () => {
    const { create, links } = setUp();
    const created = await create({
      title: "Concert",
      items: [{ id: "t", name: "Ticket", quantity: 2, unitPrice: idr(95_000) }],
      usage: { limit: 5 },
      startsAt: "2026-01-01T01:00:00Z",
      expiresAt: "2026-01-03T00:00:00Z",
      methods: [{ kind: "qris" }],
      customer: { name: "Sari" },
      collect: { email: "required" },
      redirect: { url: "https://shop.example/" },
      metadata: { cart: "9" },
      slug: "concert",
    });
    expect(created).toMatchObject({
      status: "scheduled",
      url: "https://pay.memory.example/concert",
      usage: { limit: 5, used: 0, held: 0 },
    });
    expect((await links.get(created.id))._unsafeUnwrap()).toEqual(created);
    expect((await links.find({ reference: "INV-001" }))._unsafeUnwrap()).toEqual(created);
  });

  test("a reference and a slug are used once", async () => {
    const { create, links } = setUp();
    const first = await create({ slug: "one" });
    const again = (await links.create({ reference: "INV-001", amount: idr(5) }))._unsafeUnwrapErr();
    expect(again).toMatchObject({ kind: "duplicate_reference", existing: { id: first.id } });
    const slug = (await links.create({ reference: "INV-002", amount: idr(5), slug: "one" }))._unsafeUnwrapErr();
    expect(slug).toMatchObject({ kind: "invalid_request", outcome: "refused", issues: [{ path: "slug" }] });
  });

  test.each<[string, unknown, string]>([
    ["a name", { a: 1 }, "providerOptions.memory.a"],
    ["a prototype's name", JSON.parse('{"__proto__":1}'), "providerOptions.memory.__proto__"],
    ["a list", ["a"], "providerOptions.memory.0"],
    ["a number", 7, "providerOptions.memory"],
    ["null", null, "providerOptions.memory"],
  ])("has no options of its own, and does not pretend to: %s", async (_name, options, path) => {
    const { links } = setUp();
    const result = await links.create({
      reference: "A",
      amount: idr(5),
      providerOptions: { memory: options as never },
    });
    expect(result._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      issues: [{ path }],
    });
    expect((await links.find({ reference: "A" }))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("an empty set of options is none", async () => {
    const { create } = setUp();
    expect((await create({ providerOptions: { memory: {} } })).reference).toBe("INV-001");
  });

  test("an answer is for the id that was asked, and for no other", async () => {
    const { create, links, memory } = setUp();
    const [one, two] = [await create({ reference: "ONE", usage: { limit: 2 } }), await create({ reference: "TWO" })];
    const payments = [];
    for (const link of [one, one, two]) payments.push((await memory.simulate.pay(link)).payment);
    for (const { id } of [one, two]) expect((await links.get(id))._unsafeUnwrap().id).toBe(id);
    for (const payment of payments) {
      const id = `memory:${payment}` as const;
      const hint = { kind: "notice", gateway: "memory", trust: "unsigned", resource: "history", id } as const;
      expect((await links.getHistory(id))._unsafeUnwrap().id).toBe(id);
      expect((await links.confirm(hint))._unsafeUnwrap()).toMatchObject({ kind: "history", history: { id } });
    }
    // The id of a link is no history's, and the other way round.
    expect((await links.getHistory(one.id as `${string}:${string}`))._unsafeUnwrapErr().kind).toBe("not_found");
    expect((await links.get(`memory:${payments[0]}`))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("what is read cannot be used to change what is kept", async () => {
    const { create, links, memory, read } = setUp();
    const link = await create({ metadata: { cart: "9" } });
    await memory.simulate.open(link);
    const raw = (await read()).raw as { payments: unknown[]; input: { reference: string } };
    expect(() => raw.payments.push({})).toThrow(TypeError);
    expect(() => Object.assign(raw.input, { reference: "other" })).toThrow(TypeError);
    const methods = (await links.listPaymentMethods())._unsafeUnwrap() as { kind: string }[];
    expect(() => methods.pop()).toThrow(TypeError);
    expect(() => Object.assign(methods[0] ?? {}, { kind: "other" })).toThrow(TypeError);
  });

  test.each([["get"], ["close"], ["reopen"], ["delete"], ["listHistories"], ["getHistory"]] as const)(
    "%s of what is not there is not_found",
    async (operation) => {
      const { links } = setUp();
      expect((await links[operation]("memory:nothing"))._unsafeUnwrapErr().kind).toBe("not_found");
    },
  );
});

describe("usage", () => {
  test("an open payment holds a use, its end frees it, a payment takes it", async () => {
    const { memory, create, read, clock } = setUp();
    await create({ usage: { limit: 2 }, expiresAt: "never" });
    await memory.simulate.open("INV-001");
    expect(await read()).toMatchObject({ usage: { used: 0, held: 1 }, status: "active" });
    await memory.simulate.open("INV-001");
    expect(await read()).toMatchObject({ usage: { used: 0, held: 2 }, status: "held", acceptsPayments: false });
    await expect(memory.simulate.open("INV-001")).rejects.toThrow("takes no new payer: it is held");
    clock.advance(24 * HOUR);
    expect(await read()).toMatchObject({ usage: { used: 0, held: 0 }, status: "active" });
    await memory.simulate.pay("INV-001");
    await memory.simulate.pay("INV-001");
    expect(await read()).toMatchObject({ usage: { used: 2, held: 0 }, status: "exhausted" });
    await expect(memory.simulate.pay("INV-001")).rejects.toThrow("it is exhausted");
  });

  test("a late payment beyond the limit is recorded, never hidden", async () => {
    const { memory, create, read, clock } = setUp();
    await create({ expiresAt: "never" });
    const { payment } = await memory.simulate.open("INV-001");
    clock.advance(25 * HOUR);
    await memory.simulate.pay("INV-001");
    await memory.simulate.pay("INV-001", { payment });
    expect(await read()).toMatchObject({ usage: { limit: 1, used: 2 }, status: "exhausted" });
  });

  test.each([[1], [3], [7]])("ten payers at once never take and hold more than the limit of %d", async (limit) => {
    const { memory, create, read } = setUp();
    await create({ usage: { limit } });
    const opened = await Promise.allSettled(Array.from({ length: 10 }, () => memory.simulate.open("INV-001")));
    expect(opened.filter((each) => each.status === "fulfilled")).toHaveLength(limit);
    expect(await read()).toMatchObject({ usage: { limit, used: 0, held: limit }, status: "held" });
    const paid = await Promise.allSettled(Array.from({ length: 10 }, () => memory.simulate.pay("INV-001")));
    expect(paid.filter((each) => each.status === "fulfilled")).toHaveLength(limit);
    expect(await read()).toMatchObject({ usage: { limit, used: limit, held: 0 }, status: "exhausted" });
  });

  test("of ten creates at once under one reference one makes a link, and all of the same request get it", async () => {
    const { links } = setUp();
    const request = { reference: "INV-001", amount: idr(190_000) };
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => links.create(index < 5 ? request : { ...request, title: "Other" })),
    );
    const made = new Set(results.filter((each) => each.isOk()).map((each) => each._unsafeUnwrap().id));
    expect(made.size).toBe(1);
    expect((await links.list())._unsafeUnwrap().items).toHaveLength(1);
    const refused = results.filter((each) => each.isErr()).map((each) => each._unsafeUnwrapErr());
    expect(refused).toHaveLength(5);
    for (const error of refused) {
      expect(error).toMatchObject({ kind: "duplicate_reference", existing: { id: [...made][0] } });
      expect(error.hint).toContain("differs in title");
    }
  });

  test("whatever happens in whatever order, only a payment that came late goes beyond the limit", async () => {
    const { memory, create, read, links, clock } = setUp({ paymentExpiryMs: HOUR });
    const link = await create({ usage: { limit: 3 }, expiresAt: "never" });
    const { simulate } = memory;
    const acts = [
      () => simulate.open(link),
      () => simulate.open(link),
      () => simulate.pay(link),
      () => simulate.fail(link),
      () => simulate.settle(link),
      () => simulate.reverse(link),
      () => simulate.refund(link),
      async () => links.update(link.id, { usage: { limit: 1 } }),
      async () => links.update(link.id, { usage: { limit: 4 } }),
      async () => links.close(link.id),
      async () => links.reopen(link.id),
      async () => clock.advance(HOUR / 2),
    ];
    // A fixed sequence that looks random: what fails once fails again.
    let state = 20_260_101;
    for (let step = 0; step < 2000; step += 1) {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      await Promise.allSettled([acts[(state >> 8) % acts.length]?.()]);
      const { usage } = await read();
      expect(usage.used + usage.held, `step ${step}`).toBeLessThanOrEqual(usage.limit ?? 0);
    }
  });

  test("a reversal gives a use back, a refund does not", async () => {
    const { memory, create, read } = setUp();
    await create({ usage: { limit: 2 } });
    await memory.simulate.pay("INV-001");
    await memory.simulate.refund("INV-001");
    expect((await read()).usage.used).toBe(1);
    const { payment } = await memory.simulate.pay("INV-001");
    await memory.simulate.reverse("INV-001", { payment });
    expect((await read()).usage.used).toBe(1);
  });

  test("no limit", async () => {
    const { memory, create, read } = setUp();
    await create({ usage: { limit: "unlimited" } });
    for (let count = 0; count < 5; count += 1) await memory.simulate.pay("INV-001");
    expect(await read()).toMatchObject({ usage: { used: 5, held: 0 }, status: "active" });
    expect((await read()).usage).not.toHaveProperty("limit");
  });
});

describe("time", () => {
  test("a link expires by the clock and takes no new payer, but an open payment can still be paid", async () => {
    const { memory, create, read, clock, observe } = setUp();
    await create({ expiresAt: "2026-01-01T02:00:00Z" });
    const { payment } = await memory.simulate.open("INV-001");
    clock.set("2026-01-01T02:00:00Z");
    expect((await read()).status).toBe("expired");
    await expect(memory.simulate.open("INV-001")).rejects.toThrow("it is expired");
    const { webhook } = await memory.simulate.pay("INV-001", { payment });
    expect(await observe(webhook)).toMatchObject({ status: "paid", paidAt: "2026-01-01T02:00:00.000Z" });
  });

  test("the last moment of a link and of a payment is the one before their expiry", async () => {
    const { memory, create, read, clock } = setUp({ paymentExpiryMs: HOUR });
    await create({ expiresAt: "2026-01-01T02:00:00Z", usage: { limit: 2 } });
    clock.set("2026-01-01T01:59:59.999Z");
    expect((await read()).status).toBe("active");
    await memory.simulate.open("INV-001");
    clock.advance(HOUR - 1);
    expect(await read()).toMatchObject({ status: "expired", usage: { held: 1 } });
    clock.advance(1);
    expect(await read()).toMatchObject({ status: "expired", usage: { held: 0 } });
  });

  test("a link that starts later takes its first payer at that moment, and not before", async () => {
    const { memory, create, read, clock } = setUp();
    await create({ startsAt: "2026-01-01T01:00:00Z" });
    clock.set("2026-01-01T00:59:59.999Z");
    expect((await read()).status).toBe("scheduled");
    await expect(memory.simulate.pay("INV-001")).rejects.toThrow("it is scheduled");
    clock.advance(1);
    expect((await read()).status).toBe("active");
    await memory.simulate.pay("INV-001");
  });

  test("a payment expires by the clock and is reported so", async () => {
    const { memory, create, links, clock } = setUp({ paymentExpiryMs: HOUR });
    const link = await create();
    await memory.simulate.open("INV-001");
    clock.advance(HOUR);
    const [history] = (await links.listHistories(link.id))._unsafeUnwrap().items;
    expect(history).toMatchObject({ status: "expired", isPaid: false, expiresAt: "2026-01-01T01:00:00.000Z" });
  });
});

describe("changes", () => {
  test("every field that can change", async () => {
    const { create, links } = setUp();
    const link = await create({ title: "Old", metadata: { a: "1" }, redirect: { url: "https://old.example/" } });
    const changed = await links.update(link.id, {
      title: "New",
      usage: { limit: 7 },
      expiresAt: "2026-02-01T00:00:00Z",
      methods: [{ kind: "card" }],
      collect: { phone: "required" },
      redirect: null,
      metadata: null,
    });
    expect(changed._unsafeUnwrap()).toMatchObject({
      title: "New",
      usage: { limit: 7 },
      expiresAt: "2026-02-01T00:00:00.000Z",
      methods: [{ kind: "card" }],
      collect: { phone: "required" },
    });
    expect(changed._unsafeUnwrap()).not.toHaveProperty("redirect");
    expect(changed._unsafeUnwrap()).not.toHaveProperty("metadata");
    expect(
      (
        await links.update(link.id, { expiresAt: "never", usage: { limit: "unlimited" }, methods: null })
      )._unsafeUnwrap(),
    ).not.toHaveProperty("expiresAt");
  });

  test("a limit below what was paid is invalid_state", async () => {
    const { memory, create, links } = setUp();
    const link = await create({ usage: { limit: 5 } });
    await memory.simulate.pay(link);
    await memory.simulate.pay(link);
    expect((await links.update(link.id, { usage: { limit: 1 } }))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_state",
      outcome: "refused",
    });
    expect((await links.update(link.id, { usage: { limit: 2 } })).isOk()).toBe(true);
  });

  test("a limit below what is paid and held is invalid_state: an open payment may still be paid", async () => {
    const { memory, create, links, clock } = setUp();
    const link = await create({ usage: { limit: 5 }, expiresAt: "never" });
    await memory.simulate.pay(link);
    await memory.simulate.open(link);
    const error = (await links.update(link.id, { usage: { limit: 1 } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_state", outcome: "refused" });
    expect(error.hint).toContain("at least 2");
    clock.advance(24 * HOUR);
    expect((await links.update(link.id, { usage: { limit: 1 } }))._unsafeUnwrap().status).toBe("exhausted");
  });

  test("an end before the start is refused, as it is at create", async () => {
    const { create, links } = setUp();
    const link = await create({ startsAt: "2026-01-02T00:00:00Z", expiresAt: "2026-01-03T00:00:00Z" });
    for (const expiresAt of ["2026-01-01T12:00:00Z", "2026-01-02T00:00:00Z"]) {
      expect((await links.update(link.id, { expiresAt }))._unsafeUnwrapErr()).toMatchObject({
        kind: "invalid_request",
        outcome: "refused",
        issues: [{ path: "expiresAt" }],
      });
    }
    expect((await links.update(link.id, { expiresAt: "2026-01-02T00:00:01Z" })).isOk()).toBe(true);
    expect((await links.update(link.id, { expiresAt: "never" })).isOk()).toBe(true);
  });

  test("a reference and a slug are free again once their link was deleted", async () => {
    const { create, links } = setUp();
    const first = await create({ slug: "one" });
    expect((await links.delete(first.id)).isOk()).toBe(true);
    const second = await create({ slug: "one" });
    expect(second.id).not.toBe(first.id);
    expect((await links.find({ reference: "INV-001" }))._unsafeUnwrap().id).toBe(second.id);
  });

  test("closed, reopened, deleted; one that was tried cannot be deleted", async () => {
    const { memory, create, links, read } = setUp();
    const link = await create();
    expect((await links.close(link.id))._unsafeUnwrap().status).toBe("closed");
    await expect(memory.simulate.pay(link)).rejects.toThrow("it is closed");
    expect((await read()).acceptsPayments).toBe(false);
    expect((await links.reopen(link.id))._unsafeUnwrap().status).toBe("active");
    await memory.simulate.fail(link);
    expect((await links.delete(link.id))._unsafeUnwrapErr().kind).toBe("has_histories");
    const other = await create({ reference: "INV-002" });
    expect((await links.delete(other.id))._unsafeUnwrap().status).toBe("deleted");
    expect((await links.get(other.id))._unsafeUnwrapErr().kind).toBe("not_found");
  });
});

describe("lists", () => {
  test("links and histories, newest first, in pages that neither skip nor repeat when others come and go", async () => {
    const { memory, create, links } = setUp();
    for (let count = 1; count <= 5; count += 1) await create({ reference: `INV-${count}` });
    const first = (await links.list({ limit: 2 }))._unsafeUnwrap();
    expect(first.items.map((link) => link.reference)).toEqual(["INV-5", "INV-4"]);
    await create({ reference: "INV-6" });
    const deleted = (await links.find({ reference: "INV-4" }))._unsafeUnwrap();
    await links.delete(deleted.id);
    const second = (await links.list({ limit: 2, cursor: first.nextCursor }))._unsafeUnwrap();
    expect(second.items.map((link) => link.reference)).toEqual(["INV-3", "INV-2"]);
    const third = (await links.list({ limit: 2, cursor: second.nextCursor }))._unsafeUnwrap();
    expect(third.items.map((link) => link.reference)).toEqual(["INV-1"]);
    expect(third).not.toHaveProperty("nextCursor");

    const link = await create({ reference: "MANY", usage: { limit: "unlimited" } });
    for (let count = 0; count < 3; count += 1) await memory.simulate.pay(link);
    const page = (await links.listHistories(link.id, { limit: 2 }))._unsafeUnwrap();
    const rest = (await links.listHistories(link.id, { limit: 2, cursor: page.nextCursor }))._unsafeUnwrap();
    expect(new Set([...page.items, ...rest.items].map((each) => each.id)).size).toBe(3);
  });

  test("the recent payments of all links: newest first, in pages, none that was opened before", async () => {
    const { create, links, memory, clock } = setUp();
    const [one, other] = [
      await create({ reference: "ONE", usage: { limit: 5 } }),
      await create({ reference: "OTHER" }),
    ];
    await memory.simulate.pay(one);
    clock.advance(1000);
    const since = new Date(clock.now());
    await memory.simulate.pay(one);
    await memory.simulate.pay(other);
    await memory.simulate.pay(one);
    const first = (await links.listRecentHistories({ since, limit: 2 }))._unsafeUnwrap();
    const query = { since, limit: 2, cursor: first.nextCursor };
    const second = (await links.listRecentHistories(query))._unsafeUnwrap();
    const references = [first, second].map(({ items }) => items.map((each) => each.reference));
    expect(references).toEqual([["ONE", "OTHER"], ["ONE"]]);
    expect(second).not.toHaveProperty("nextCursor");
  });

  test.each([["x"], ["link-1"], ["payment-000001"], ["link-000001.5"]])(
    "a cursor that this list did not give is refused: %s",
    async (cursor) => {
      const { create, links } = setUp();
      await create();
      const error = (await links.list({ cursor: `memory:${cursor}` }))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", issues: [{ path: "cursor" }] });
    },
  );

  test("a cursor for histories is not one for links", async () => {
    const { create, links } = setUp();
    const link = await create();
    const listed = await links.listHistories(link.id, { cursor: "memory:link-000001" });
    expect(listed._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", issues: [{ path: "cursor" }] });
  });

  test("a cursor is good however many ids there were", async () => {
    const { create, links } = setUp();
    await create();
    expect((await links.list({ cursor: "memory:link-1000000" }))._unsafeUnwrap().items).toHaveLength(1);
  });

  test("the methods", async () => {
    const { links } = setUp();
    expect((await links.listPaymentMethods())._unsafeUnwrap()).toContainEqual({ kind: "ewallet", channel: "gopay" });
  });
});
