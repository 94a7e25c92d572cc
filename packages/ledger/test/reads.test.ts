import { idr, type PaymentLink, type ResultAsync } from "@tautan/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HistoryQuery, LedgerError, LinkQuery, Total } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const MINUTE_MS = 60_000;

describe.each(await databaseKinds())("reads on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const pay = async (reference: string, choice?: Parameters<Shop["gateway"]["simulate"]["pay"]>[1]): Promise<void> => {
    await shop.receive((await shop.gateway.simulate.pay(reference, choice)).webhook);
  };
  const listed = async (query: LinkQuery = {}): Promise<readonly string[]> =>
    (await shop.ledger.list(query))._unsafeUnwrap().items.map(({ reference }) => reference);
  /** All pages of a list, with something done after each. */
  const pagesOf = async (query: LinkQuery, between: () => Promise<unknown> = async () => {}): Promise<string[]> => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await shop.ledger.list({ ...query, cursor }))._unsafeUnwrap();
      expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 25);
      seen.push(...page.items.map(({ reference }) => reference));
      cursor = page.nextCursor;
      await between();
    } while (cursor !== undefined);
    return seen;
  };
  /** Links a minute apart. */
  const several = async (references: readonly string[]): Promise<PaymentLink[]> => {
    const made: PaymentLink[] = [];
    for (const reference of references) {
      made.push(await shop.link({ reference }));
      shop.clock.advance(MINUTE_MS);
    }
    return made;
  };

  describe("get", () => {
    test("returns a link by its id and by its reference", async () => {
      const link = await shop.link({ reference: "INV-001" });
      expect((await shop.ledger.get(link.id))._unsafeUnwrap()).toEqual(link);
      expect((await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap()).toEqual(link);
    });

    test("returns it with the payments and the status that it has now", async () => {
      const link = await shop.link({ reference: "INV-001" });
      await pay("INV-001");
      expect((await shop.ledger.get(link.id))._unsafeUnwrap()).toMatchObject({
        status: "exhausted",
        usage: { used: 1 },
      });
    });

    test("returns it as expired once its time has passed, although nobody has reported that", async () => {
      const { id } = await shop.link({ reference: "INV-001", expiresAt: "2026-01-01T01:00:00Z" });
      expect((await shop.ledger.get(id))._unsafeUnwrap().status).toBe("active");
      shop.clock.advance(60 * MINUTE_MS);
      expect((await shop.ledger.get(id))._unsafeUnwrap()).toMatchObject({ status: "expired", acceptsPayments: false });
    });

    test.each([
      ["an id", "memory:NONE"],
      ["an id of a gateway that is not configured", "other:INV-001"],
      ["a text that is no id", "INV-001"],
      ["a reference", { reference: "NONE" }],
      ["nothing", undefined],
    ])("has no link for %s that it does not know", async (_, link) => {
      await shop.link({ reference: "INV-001" });
      const refused = (await shop.ledger.get(link as "memory:NONE"))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "unknown_link", retryable: false });
      expect(refused.hint).not.toBe("");
    });

    test("has no link for a create that has not made one", async () => {
      await shop.ledger.migrate();
      await shop.database.query(
        "INSERT INTO tautan_links (reference, state, created_at) VALUES (?, ?, ?)",
        "INV-001",
        "sent",
        "2026-01-01T00:00:00.000Z",
      );
      const refused = (await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "unknown_link" });
      expect(refused.message).toContain("sent");
      expect(await listed()).toEqual([]);
    });
  });

  describe("list", () => {
    test("returns the newest first, or the oldest", async () => {
      await several(["INV-001", "INV-002", "INV-003"]);
      expect(await listed()).toEqual(["INV-003", "INV-002", "INV-001"]);
      expect(await listed({ order: "oldest_first" })).toEqual(["INV-001", "INV-002", "INV-003"]);
    });

    test("returns those of each filter, and of all together", async () => {
      await several(["INV-001", "INV-002"]);
      await shop.link({ reference: "INV-003", customer: { email: "budi@example.com" } });
      await shop.link({ reference: "INW-004", customer: { email: "budi@example.com" } });
      await pay("INV-003");
      expect(await listed({ gateway: "memory" })).toHaveLength(4);
      expect(await listed({ status: "exhausted" })).toEqual(["INV-003"]);
      expect(await listed({ status: "active" })).toEqual(["INW-004", "INV-002", "INV-001"]);
      expect(await listed({ referencePrefix: "INV-" })).toEqual(["INV-003", "INV-002", "INV-001"]);
      expect(await listed({ referencePrefix: "INV-", order: "oldest_first" })).toEqual([
        "INV-001",
        "INV-002",
        "INV-003",
      ]);
      expect(await listed({ customerEmail: " Budi@example.com" })).toEqual(["INW-004", "INV-003"]);
      expect(await listed({ customerEmail: "siti@example.com" })).toEqual([]);
      expect(await listed({ createdFrom: "2026-01-01T07:01:00+07:00" })).toEqual(["INW-004", "INV-003", "INV-002"]);
      expect(await listed({ createdTo: new Date("2026-01-01T00:01:00Z") })).toEqual(["INV-001"]);
      expect(
        await listed({
          gateway: "memory",
          status: "exhausted",
          referencePrefix: "INV",
          customerEmail: "budi@example.com",
          createdFrom: "2026-01-01T00:00:00Z",
          createdTo: "2026-01-02T00:00:00Z",
        }),
      ).toEqual(["INV-003"]);
    });

    test("of a status has no link whose status is another one by now", async () => {
      await shop.link({ reference: "INV-001", expiresAt: "2026-01-01T01:00:00Z" });
      await shop.link({ reference: "INV-002", expiresAt: "2026-01-02T00:00:00Z" });
      expect(await listed({ status: "active" })).toEqual(["INV-002", "INV-001"]);
      shop.clock.advance(60 * MINUTE_MS);
      expect(await listed({ status: "active" })).toEqual(["INV-002"]);
    });

    test("fills the pages of a status although others have changed by the time", async () => {
      for (let number = 10; number < 20; number += 1) {
        const expiresAt = number % 2 === 0 ? "2026-01-01T01:00:00Z" : "2026-01-02T00:00:00Z";
        await shop.link({ reference: `INV-${number}`, expiresAt });
      }
      shop.clock.advance(60 * MINUTE_MS);
      expect(await listed({ status: "active", limit: 2 })).toEqual(["INV-19", "INV-17"]);
      expect(await pagesOf({ status: "active", limit: 2 })).toEqual(["INV-19", "INV-17", "INV-15", "INV-13", "INV-11"]);
    });

    test("has each link once, whatever the filters and the order, while others are added", async () => {
      const first = (await several(["INV-1", "INV-2", "INV-3", "INV-4", "INV-5", "INV-6", "INV-7"])).map(
        ({ reference }) => reference,
      );
      let added = 0;
      const queries: readonly LinkQuery[] = [
        {},
        { order: "oldest_first" },
        { status: "active" },
        { gateway: "memory", order: "oldest_first" },
        { referencePrefix: "INV" },
        { referencePrefix: "INV", order: "oldest_first" },
      ];
      for (const query of queries) {
        const until = added + 4;
        const seen = await pagesOf({ ...query, limit: 2 }, async () => {
          if (added < until) await shop.link({ reference: `INV-0${++added}` });
        });
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((reference) => first.includes(reference)).sort()).toEqual(first);
      }
    });

    test("links of one moment are not lost between pages", async () => {
      for (let number = 0; number < 7; number += 1) await shop.link({ reference: `INV-${number}` });
      for (const order of ["newest_first", "oldest_first"] as const) {
        expect((await pagesOf({ limit: 3, order })).toSorted()).toEqual(
          [0, 1, 2, 3, 4, 5, 6].map((each) => `INV-${each}`),
        );
      }
    });

    test("prefixes are compared as they are, without wildcards", async () => {
      await several(["a_b", "axb", "A_b", "a_"]);
      expect(await listed({ referencePrefix: "a_" })).toEqual(["a_b", "a_"]);
      expect(await listed({ referencePrefix: "A" })).toEqual(["A_b"]);
      expect(await listed({ referencePrefix: "%" })).toEqual([]);
    });

    test("prefixes of any characters find what begins with them, in the order of each database", async () => {
      const references = ["a\u{D7FF}x", "a\u{E000}", "a\u{1F600}", "a\u{10FFFF}z", "b"];
      for (const [index, link] of (await several(references.map((_, index) => `INV-${index}`))).entries()) {
        await shop.database.query(
          "UPDATE tautan_links SET reference = ? WHERE reference = ?",
          references[index] ?? "",
          link.reference,
        );
      }
      for (const [index, prefix] of ["a\u{D7FF}", "a\u{E000}", "a\u{1F600}", "a\u{10FFFF}", "b"].entries()) {
        expect(await listed({ referencePrefix: prefix })).toEqual([`INV-${index}`]);
      }
      expect(await listed({ referencePrefix: "a", order: "oldest_first" })).toEqual([
        "INV-0",
        "INV-1",
        "INV-2",
        "INV-3",
      ]);
    });

    test("refuses a cursor that is damaged, of other filters, of another order, list or ledger", async () => {
      await several(["INV-001", "INV-002"]);
      const cursor = (await shop.ledger.list({ limit: 1 }))._unsafeUnwrap().nextCursor ?? "";
      const other = await openShop(kind);
      await other.link({ reference: "INV-001" });
      const flipped = `${cursor.slice(0, 3)}${cursor[3] === "A" ? "B" : "A"}${cursor.slice(4)}`;
      expect((await shop.ledger.list({ limit: 2, cursor }))._unsafeUnwrap().items).toHaveLength(1);
      for (const refused of [
        await shop.ledger.list({ cursor: flipped }),
        await shop.ledger.list({ cursor: cursor.slice(0, -1) }),
        await shop.ledger.list({ cursor: `${cursor}.` }),
        await shop.ledger.list({ cursor: "" }),
        await shop.ledger.list({ cursor, status: "active" }),
        await shop.ledger.list({ cursor, order: "oldest_first" }),
        await shop.ledger.histories({ cursor }),
        await shop.ledger.events.list({ cursor }),
        await other.ledger.list({ cursor }),
      ]) {
        expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_query" });
      }
      await other.close();
    });
  });

  describe("histories", () => {
    const ids = async (query: HistoryQuery = {}): Promise<readonly string[]> =>
      (await shop.ledger.histories(query))
        ._unsafeUnwrap()
        .items.map(({ reference, history }) => `${reference} ${history.status}`);

    test("returns what is known of payments, by each filter", async () => {
      const [first] = await several(["INV-001", "INV-002", "INV-003"]);
      await pay("INV-001");
      shop.clock.advance(MINUTE_MS);
      await pay("INV-002", { amount: idr(1) });
      shop.clock.advance(MINUTE_MS);
      await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
      const page = (await shop.ledger.histories({ link: first?.id }))._unsafeUnwrap();
      expect(page).toMatchObject({
        items: [
          {
            linkId: first?.id,
            reference: "INV-001",
            firstSeenAt: "2026-01-01T00:03:00.000Z",
            changedAt: "2026-01-01T00:05:00.000Z",
            learntBy: "webhook",
            history: { status: "settled", isPaid: true, amount: idr(190_000) },
          },
        ],
      });
      expect(page).not.toHaveProperty("nextCursor");
      expect(page.items[0]).not.toHaveProperty("mark");
      expect(await ids()).toEqual(["INV-001 settled", "INV-002 paid"]);
      expect(await ids({ order: "oldest_first" })).toEqual(["INV-002 paid", "INV-001 settled"]);
      expect(await ids({ status: "paid" })).toEqual(["INV-002 paid"]);
      expect(await ids({ mark: "mismatched" })).toEqual(["INV-002 paid"]);
      expect(await ids({ mark: "late" })).toEqual([]);
      expect(await ids({ gateway: "memory" })).toHaveLength(2);
      expect(await ids({ changedFrom: "2026-01-01T00:05:00Z" })).toEqual(["INV-001 settled"]);
      expect(await ids({ changedTo: "2026-01-01T00:05:00Z" })).toEqual(["INV-002 paid"]);
      expect(
        await ids({ link: first?.id, gateway: "memory", status: "settled", changedFrom: "2026-01-01T00:00:00Z" }),
      ).toEqual(["INV-001 settled"]);
      expect(await ids({ link: first?.id, status: "paid" })).toEqual([]);
    });

    test("come page by page, each once", async () => {
      const references = ["INV-1", "INV-2", "INV-3", "INV-4", "INV-5"];
      for (const reference of references) {
        await shop.link({ reference });
        await pay(reference);
      }
      const queries: readonly HistoryQuery[] = [
        {},
        { order: "oldest_first" },
        { status: "paid" },
        { gateway: "memory" },
      ];
      for (const query of queries) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = (await shop.ledger.histories({ ...query, limit: 2, cursor }))._unsafeUnwrap();
          seen.push(...page.items.map(({ reference }) => reference));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(seen.toSorted()).toEqual(references);
      }
    });

    test("of several gateways come in one order", async () => {
      const changed: string[] = [];
      for (let count = 1; count <= 8; count += 1) {
        await shop.link({ reference: `INV-${count}` });
        await pay(`INV-${count}`);
        if (count % 3 === 0) await shop.receive((await shop.gateway.simulate.settle(`INV-${count}`)).webhook);
        // Two change at the same time.
        if (count !== 4) shop.clock.advance(MINUTE_MS);
        changed.push(`INV-${count}`);
      }
      for (const key of ["second", "third"])
        await shop.database.query("INSERT INTO tautan_gateways (key) VALUES (?)", key);
      await shop.database.query(
        "UPDATE tautan_histories SET gateway_ref = (SELECT min(ref) FROM tautan_gateways) + ref % 3",
      );
      const isPaid = (reference: string): boolean => Number(reference.slice(-1)) % 3 !== 0;
      for (const limit of [1, 2, 3, 8]) {
        const pages = async (query: HistoryQuery): Promise<readonly string[]> => {
          const page = (await shop.ledger.histories({ ...query, limit }))._unsafeUnwrap();
          expect(page.items.length).toBeLessThanOrEqual(limit);
          const seen = page.items.map(({ reference }) => reference);
          return page.nextCursor === undefined
            ? seen
            : [...seen, ...(await pages({ ...query, cursor: page.nextCursor }))];
        };
        expect(await pages({ order: "oldest_first" })).toEqual(changed);
        expect(await pages({})).toEqual(changed.toReversed());
        expect(await pages({ status: "paid", order: "oldest_first" })).toEqual(changed.filter(isPaid));
        expect(await pages({ status: "settled" })).toEqual(changed.filter((each) => !isPaid(each)).toReversed());
        expect(await pages({ status: "disputed" })).toEqual([]);
      }
    });

    test("of a link come page by page in the order in which they were first seen", async () => {
      const { id } = await shop.link({ reference: "INV-001", usage: { limit: 5 } });
      for (let count = 0; count < 5; count += 1) await pay("INV-001");
      const all = (await shop.ledger.histories({ link: id, order: "oldest_first" }))._unsafeUnwrap().items;
      expect(all).toHaveLength(5);
      const first = (await shop.ledger.histories({ link: id, limit: 3 }))._unsafeUnwrap();
      const second = (await shop.ledger.histories({ link: id, limit: 3, cursor: first.nextCursor }))._unsafeUnwrap();
      expect([...first.items, ...second.items]).toEqual(all.toReversed());
      expect(second).not.toHaveProperty("nextCursor");
    });

    test("of a link that is not known are refused", async () => {
      const refused = (await shop.ledger.histories({ link: "memory:NONE" }))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "unknown_link" });
    });
  });

  describe("totals", () => {
    test("are exact for each gateway, status and currency", async () => {
      await several(["INV-001", "INV-002", "INV-003"]);
      await pay("INV-001");
      await pay("INV-002");
      await pay("INV-003", { amount: idr(1) });
      await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
      expect((await shop.ledger.totals({ from: "2026-01-01T00:00:00Z" }))._unsafeUnwrap()).toEqual([
        { gateway: "memory", status: "paid", count: 2, amount: idr(190_001) },
        { gateway: "memory", status: "settled", count: 1, amount: idr(190_000) },
      ]);
    });

    test("are of the moment of payment, from the first moment to before the last", async () => {
      await several(["INV-001", "INV-002"]);
      await pay("INV-001");
      const countOf = async (from: string, to?: string): Promise<number> =>
        (await shop.ledger.totals({ from, to, gateway: "memory" }))
          ._unsafeUnwrap()
          .reduce((sum, { count }) => sum + count, 0);
      expect(await countOf("2026-01-01T00:02:00.000Z", "2026-01-01T00:02:00.001Z")).toBe(1);
      expect(await countOf("2026-01-01T00:01:00.000Z", "2026-01-01T00:02:00.000Z")).toBe(0);
      expect(await countOf("2026-01-01T00:02:00.001Z")).toBe(0);
    });

    test("of a range that ends before it begins are refused, not empty", async () => {
      const range = { from: "2026-01-02T00:00:00+07:00", to: "2026-01-01T16:59:59Z" };
      expect((await shop.ledger.totals(range))._unsafeUnwrapErr()).toMatchObject({
        kind: "invalid_query",
        message: "to: expected a moment that is not before from",
      });
      expect((await shop.ledger.totals({ ...range, to: "2026-01-01T17:00:00Z" })).isOk()).toBe(true);
    });

    test("equal the sum of random amounts, which no float holds", async () => {
      const { id } = await shop.link({ reference: "INV-001" });
      const [link] = await shop.database.query("SELECT ref, gateway_ref FROM tautan_links");
      expect(id).toBeDefined();
      let number = 0;
      const payment = fc.record({
        status: fc.constantFrom("paid", "settled", "refunded"),
        currency: fc.constantFrom("IDR", "USD"),
        // Hundredths: many of them are equal, some are beyond 2^53.
        cents: fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 20n)),
        minute: fc.integer({ min: 0, max: 9 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(payment, { maxLength: 40 }),
          fc.integer({ min: 0, max: 10 }),
          async (payments, cut) => {
            await shop.database.query("DELETE FROM tautan_histories");
            for (const { status, currency, cents, minute } of payments) {
              const at = `2026-01-01T00:0${minute}:00.000Z`;
              await shop.database.query(
                `INSERT INTO tautan_histories (link_ref, gateway_ref, provider_id, record, status, is_paid, takes_use, event_names, amount, currency, first_seen_at, changed_at, learnt_by, paid_at)
               VALUES (?, ?, ?, '{}', ?, 1, 1, '[]', ?, ?, '2025-01-01T00:00:00.000Z', ?, 'webhook', ?)`,
                link?.["ref"] as number,
                link?.["gateway_ref"] as number,
                `P${++number}`,
                status,
                decimal(cents),
                currency,
                at,
                at,
              );
            }
            const cutAt = `2026-01-01T00:${String(cut).padStart(2, "0")}:00.000Z`;
            const before = (await shop.ledger.totals({ from: "2026-01-01T00:00:00Z", to: cutAt }))._unsafeUnwrap();
            const after = (await shop.ledger.totals({ from: cutAt, to: "2026-01-01T01:00:00Z" }))._unsafeUnwrap();
            expect(plain(before)).toEqual(sums(payments.filter(({ minute }) => minute < cut)));
            expect(plain(after)).toEqual(sums(payments.filter(({ minute }) => minute >= cut)));
          },
        ),
        { numRuns: 15 },
      );
    });

    test("count payments without an amount apart", async () => {
      await shop.link({ reference: "INV-001" });
      await pay("INV-001");
      await shop.database.query("UPDATE tautan_histories SET amount = NULL, currency = NULL");
      expect((await shop.ledger.totals({ from: "2026-01-01T00:00:00Z" }))._unsafeUnwrap()).toEqual([
        { gateway: "memory", status: "paid", count: 1 },
      ]);
    });
  });

  test("a row that the ledger cannot have written is an error, not an exception", async () => {
    const { id } = await shop.link({ reference: "INV-001" });
    await pay("INV-001");
    await shop.database.query("UPDATE tautan_links SET link = '{}'");
    expect((await shop.ledger.get(id))._unsafeUnwrapErr()).toMatchObject({ kind: "database_corrupt" });
    expect((await shop.ledger.list())._unsafeUnwrapErr()).toMatchObject({ kind: "database_corrupt" });
    expect((await shop.ledger.events.list())._unsafeUnwrapErr()).toMatchObject({ kind: "database_corrupt" });
  });
});

describe("queries that are not valid, on any database", async () => {
  const [kind] = await databaseKinds();
  let shop: Shop;
  beforeAll(async () => {
    if (kind) shop = await openShop(kind);
  });
  afterAll(() => shop.close());

  describe("of list", () => {
    test.each<[string, unknown, RegExp]>([
      ["a gateway that is not known", { gateway: "other" }, /gateway: expected the key of a gateway: memory/],
      ["a status that does not exist", { status: "open" }, /status: expected one of draft, /],
      ["a name of every object as a status", { status: "toString" }, /status: expected/],
      ["an empty prefix", { referencePrefix: "" }, /referencePrefix: expected a text/],
      ["a time without offset", { createdFrom: "2026-01-01T00:00:00" }, /createdFrom: expected a Date/],
      ["an order that does not exist", { order: "newest" }, /order: expected one of newest_first/],
      ["no limit", { limit: 0 }, /limit: expected a whole number from 1 to 100/],
      ["a limit above 100", { limit: 101 }, /limit/],
      ["a cursor that is none", { cursor: "2" }, /cursor: expected the nextCursor/],
      ["a cursor of another type", { cursor: 2 }, /cursor: expected the nextCursor/],
      ["a field that does not exist", { state: "active" }, /"state": expected a field of the query: gateway/],
      ["null", null, /query: expected an object/],
    ])("refuses %s", async (_, query, message) => {
      const refused = (await shop.ledger.list(query as LinkQuery))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "invalid_query", retryable: false });
      expect(refused.message).toMatch(message);
    });

    test("an error does not contain the customer's address", async () => {
      const refused = (
        await shop.ledger.list({ customerEmail: ["budi@example.com"] } as unknown as LinkQuery)
      )._unsafeUnwrapErr();
      expect(JSON.stringify(refused)).not.toContain("budi");
    });
  });

  test("of events: a state that does not exist", async () => {
    const refused = (await shop.ledger.events.list({ state: "open" as "dead" }))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "invalid_query" });
  });

  describe.each<[string, (options: never) => ResultAsync<unknown, LedgerError>, string]>([
    ["deliveries.get", (options) => shop.ledger.deliveries.get(`memory:${"0".repeat(64)}`, options), "raw"],
    ["events.replay", (options) => shop.ledger.events.replay("none", options), "force"],
  ])("of %s", (_, call, name) => {
    test.each<[string, unknown, RegExp]>([
      ["null", null, /expected an object/],
      ["an option that does not exist", { row: true }, /"row": expected a field of the query/],
      ["another type", { [name]: "yes" }, new RegExp(`${name}: expected true or false`)],
    ])("refuses %s", async (_form, options, message) => {
      const refused = (await call(options as never))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "invalid_query", retryable: false });
      expect(refused.message).toMatch(message);
    });

    test("takes its option, and none", async () => {
      for (const options of [undefined, {}, { [name]: undefined }, { [name]: true }]) {
        expect((await call(options as never))._unsafeUnwrapErr().kind).toMatch(/^unknown_/);
      }
    });
  });

  describe("of histories", () => {
    test.each<[string, unknown]>([
      ["a link that is no id", { link: "INV-001" }],
      ["a mark that does not exist", { mark: "paid" }],
      ["a status of a link", { status: "active" }],
    ])("refuses %s", async (_, query) => {
      expect((await shop.ledger.histories(query as HistoryQuery))._unsafeUnwrapErr()).toMatchObject({
        kind: "invalid_query",
      });
    });
  });

  describe("of totals", () => {
    test.each<[string, unknown]>([
      ["no range", {}],
      ["no query", undefined],
      ["a gateway that is not known", { from: "2026-01-01T00:00:00Z", gateway: "other" }],
      ["a date without time", { from: "2026-01-01" }],
    ])("refuse %s", async (_, query) => {
      const refused = (await shop.ledger.totals(query as { from: string }))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "invalid_query" });
    });
  });
});

const decimal = (cents: bigint): string => {
  const whole = cents / 100n;
  const rest = String(cents % 100n)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return rest === "" ? String(whole) : `${whole}.${rest}`;
};

interface Payment {
  readonly status: string;
  readonly currency: string;
  readonly cents: bigint;
}

const sums = (payments: readonly Payment[]): Readonly<Record<string, string>> => {
  const found = new Map<string, { count: number; cents: bigint }>();
  for (const { status, currency, cents } of payments) {
    const sum = found.get(`${status} ${currency}`) ?? { count: 0, cents: 0n };
    found.set(`${status} ${currency}`, { count: sum.count + 1, cents: sum.cents + cents });
  }
  return Object.fromEntries([...found].map(([key, { count, cents }]) => [key, `${count} ${decimal(cents)}`]));
};

const plain = (totals: readonly Total[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    totals.map(({ status, count, amount }) => [`${status} ${amount?.currency}`, `${count} ${amount?.amount}`]),
  );
