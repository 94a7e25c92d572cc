import { createPaymentLinks, err } from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import type { MemoryDriver } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ErasureSubject } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const TABLES = [
  "gateways",
  "links",
  "histories",
  "history_ids",
  "deliveries",
  "delivery_candidates",
  "events",
  "lanes",
  "handled",
];
const CUSTOMER = { name: "Budi Santoso", email: "Budi@example.com", phone: "+628123456789" };
const PERSONAL = /budi|santoso|628123456789/i;

describe.each(await databaseKinds())("erasing a customer on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  /** All that is stored, as text. */
  const dump = async (): Promise<string> => {
    const rows = await Promise.all(TABLES.map((table) => shop.database.query(`SELECT * FROM tautan_${table}`)));
    return JSON.stringify(rows, (_, value: unknown) => {
      const bytes = value as { readonly type?: unknown; readonly data?: unknown };
      if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
      return bytes?.type === "Buffer" ? Buffer.from(bytes.data as number[]).toString("latin1") : value;
    });
  };
  const erase = async (subject: ErasureSubject): Promise<number> =>
    (await shop.ledger.erase(subject))._unsafeUnwrap().links;
  /** A link that was paid, whose body and handler have named the customer. */
  const paidLink = async (reference: string) => {
    const link = await shop.link({ reference, customer: CUSTOMER });
    await shop.receive((await shop.gateway.simulate.pay(reference)).webhook);
    await shop.database.query(
      "UPDATE tautan_deliveries SET raw = ? WHERE link_ref = (SELECT ref FROM tautan_links WHERE reference = ?)",
      Buffer.from(`{"payer":"${CUSTOMER.name}"}`),
      reference,
    );
    await shop.database.query("UPDATE tautan_events SET error = ?", `Error: no mail to ${CUSTOMER.email}`);
    return link;
  };

  test("removes who paid from every table, and keeps what was paid", async () => {
    const { id } = await paidLink("INV-001");
    const before = await dump();
    expect(before.match(/Budi/gi)?.length).toBeGreaterThan(3);
    const [paid] = (await shop.ledger.histories({ link: id }))._unsafeUnwrap().items;
    const totals = (await shop.ledger.totals({ from: "2026-01-01T00:00:00Z" }))._unsafeUnwrap();
    shop.clock.advance(1);
    expect(await erase({ reference: "INV-001" })).toBe(1);
    expect(await dump()).not.toMatch(PERSONAL);
    const link = (await shop.ledger.get(id))._unsafeUnwrap();
    expect(link).not.toHaveProperty("customer");
    expect(link).toMatchObject({ id, reference: "INV-001", status: "exhausted", amount: { amount: "190000" } });
    expect((await shop.ledger.histories({ link: id }))._unsafeUnwrap().items).toEqual([paid]);
    expect((await shop.ledger.totals({ from: "2026-01-01T00:00:00Z" }))._unsafeUnwrap()).toEqual(totals);
    expect(await shop.drain()).toEqual(["paid", "link_exhausted"]);
  });

  test("by address finds all links of the customer, and no others", async () => {
    await paidLink("INV-001");
    await paidLink("INV-002");
    const other = await shop.link({ reference: "INV-003", customer: { email: "siti@example.com" } });
    expect(await erase({ customerEmail: " budi@EXAMPLE.com" })).toBe(2);
    expect(await dump()).not.toMatch(PERSONAL);
    expect((await shop.ledger.list({ customerEmail: CUSTOMER.email }))._unsafeUnwrap().items).toEqual([]);
    expect((await shop.ledger.get(other.id))._unsafeUnwrap()).toEqual(other);
    expect(await dump()).toContain("siti@example.com");
  });

  test("by address finds more links than are looked for at a time", async () => {
    const [, row] = [
      await shop.link({ reference: "INV-000", customer: CUSTOMER }),
      await shop.database.query("SELECT * FROM tautan_links"),
    ];
    const { customer_key: key, gateway_ref: gateway, link } = row[0] ?? {};
    for (let number = 1; number <= 120; number += 1) {
      await shop.database.query(
        "INSERT INTO tautan_links (gateway_ref, provider_id, reference, state, link, customer_key, created_at) VALUES (?, ?, ?, 'made', ?, ?, '2026-01-01T00:00:00.000Z')",
        gateway as number,
        `P${number}`,
        `INV-${number}`,
        typeof link === "string" ? link : JSON.stringify(link),
        key as string,
      );
    }
    expect(await erase({ customerEmail: CUSTOMER.email })).toBe(121);
    expect(await dump()).not.toMatch(PERSONAL);
  });

  test("removes the customer of a create that has not ended", async () => {
    await shop.link({ reference: "INV-001", customer: CUSTOMER });
    const prepared = {
      version: 1,
      gateway: "memory",
      input: { reference: "INV-001", slug: "s", customer: CUSTOMER, metadata: { order: "1" } },
      warnings: [
        { code: "adjusted", field: "customer.name", message: "shortened to Budi" },
        { code: "adjusted", field: "title", message: "shortened" },
      ],
    };
    await shop.database.query(
      "UPDATE tautan_links SET link = NULL, state = 'unknown', prepared = ?",
      JSON.stringify(prepared),
    );
    expect(await erase({ customerEmail: CUSTOMER.email })).toBe(1);
    expect(await dump()).not.toMatch(PERSONAL);
    const [row] = await shop.database.query("SELECT prepared FROM tautan_links");
    const stored = row?.["prepared"];
    expect(typeof stored === "string" ? JSON.parse(stored) : stored).toEqual({
      version: 1,
      gateway: "memory",
      input: { reference: "INV-001", slug: "s", metadata: { order: "1" } },
      warnings: [{ code: "adjusted", field: "title", message: "shortened" }],
    });
  });

  test("removes the customer from deliveries that wait, which are applied all the same", async () => {
    const link = await shop.linkElsewhere({ reference: "INV-001", customer: CUSTOMER });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    expect((await shop.receive(webhook)).state).toBe("stored");
    const observation = { kind: "link", gateway: "memory", trust: "unsigned", link };
    const [waiting] = await shop.database.query("SELECT ref, observations FROM tautan_deliveries");
    const stored = waiting?.["observations"];
    const observations = (typeof stored === "string" ? JSON.parse(stored) : stored) as unknown[];
    await shop.database.query(
      "UPDATE tautan_deliveries SET observations = ?",
      JSON.stringify([...observations, observation]),
    );
    // The link becomes known, and its customer is erased before the delivery is worked on.
    await shop.database.query(
      "INSERT INTO tautan_links (gateway_ref, provider_id, reference, state, link, status, created_at) SELECT gateway_ref, ?, 'INV-001', 'made', ?, 'active', '2026-01-01T00:00:00.000Z' FROM tautan_deliveries",
      link.providerId,
      JSON.stringify(link),
    );
    expect(await dump()).toMatch(PERSONAL);
    expect(await erase({ reference: "INV-001" })).toBe(1);
    expect(await dump()).not.toMatch(PERSONAL);
    // A worker that has read it before must not store it again.
    expect(await shop.database.query("SELECT arrivals FROM tautan_deliveries")).toEqual([{ arrivals: 2 }]);
    shop.clock.advance(60_000);
    expect(await shop.drain()).toContain("paid");
    expect(await dump()).not.toMatch(PERSONAL);
  });

  test.each(["a payment", "a link, by its reference alone"])(
    "removes bodies of deliveries that its gateway has not confirmed: of %s",
    async (of) => {
      const { id } = await paidLink("INV-001");
      const [history] = (await shop.ledger.histories({ link: id }))._unsafeUnwrap().items;
      const { handlers, ...rest } = shop.gateway;
      const payment = history?.history.providerId ?? "";
      const notice = { kind: "notice", trust: "unsigned", resource: "history", providerId: payment } as const;
      const memory: MemoryDriver = {
        ...rest,
        handlers: {
          ...handlers,
          parseWebhook: async (delivery, each) =>
            (await handlers.parseWebhook(delivery, each)).map((observations) =>
              observations.map((observation) =>
                observation.kind !== "history"
                  ? observation
                  : of === "a payment"
                    ? notice
                    : { ...observation, trust: "unsigned", linkCandidates: [{ reference: "INV-001" }] },
              ),
            ),
          confirm: async () => err(driverError("unavailable", { message: "HTTP 503", outcome: "unknown" })),
        },
      };
      const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock: shop.clock });
      const other = shop.another({ links });
      expect((await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook, other)).state).toBe("stored");
      await shop.database.query(
        "UPDATE tautan_deliveries SET raw = ? WHERE state = 'unconfirmed'",
        Buffer.from(`{"payer":"${CUSTOMER.name}"}`),
      );
      expect(await erase({ reference: "INV-001" })).toBe(1);
      expect(await dump()).not.toMatch(PERSONAL);
      shop.clock.advance(60_000);
      expect(await shop.drain()).toEqual(["paid", "link_exhausted", "settled"]);
      expect(await shop.database.query("SELECT value FROM tautan_delivery_candidates")).toEqual([]);
    },
  );

  test("removes the customer from a delivery that was ignored by hand", async () => {
    const link = await shop.linkElsewhere({ reference: "INV-001", customer: CUSTOMER });
    expect((await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook)).state).toBe("stored");
    await shop.database.query("UPDATE tautan_deliveries SET raw = ?", Buffer.from(`{"payer":"${CUSTOMER.name}"}`));
    const [{ id } = { id: "memory:none" as const }] = (await shop.ledger.deliveries.list())._unsafeUnwrap().items;
    (await shop.ledger.deliveries.ignore(id))._unsafeUnwrap();
    await shop.database.query(
      "INSERT INTO tautan_links (gateway_ref, provider_id, reference, state, link, status, created_at) SELECT gateway_ref, ?, 'INV-001', 'made', ?, 'active', '2026-01-01T00:00:00.000Z' FROM tautan_deliveries",
      link.providerId,
      JSON.stringify(link),
    );
    expect(await erase({ reference: "INV-001" })).toBe(1);
    expect(await dump()).not.toMatch(PERSONAL);
    expect((await shop.ledger.deliveries.list())._unsafeUnwrap().items).toMatchObject([{ id, state: "ignored" }]);
  });

  test("what the gateway reports of the customer later is not stored again", async () => {
    const { id } = await paidLink("INV-001");
    expect(await erase({ reference: "INV-001" })).toBe(1);
    const confirmed = (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect(confirmed.link).not.toHaveProperty("customer");
    const settled = (await shop.gateway.simulate.settle("INV-001")).webhook;
    await shop.receive(settled);
    expect(await dump()).not.toMatch(PERSONAL);
    const [{ raw } = { raw: "none" }] = await shop.database.query(
      "SELECT raw FROM tautan_deliveries ORDER BY ref DESC",
    );
    expect(raw).toBeNull();
  });

  test("a body that was stored before its link was known is removed with it", async () => {
    const link = await shop.linkElsewhere({ reference: "INV-001", customer: CUSTOMER });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    await shop.database.query("UPDATE tautan_deliveries SET raw = ?", Buffer.from(CUSTOMER.name));
    const { customer: _, ...erased } = link;
    await shop.database.query(
      "INSERT INTO tautan_links (gateway_ref, provider_id, reference, state, link, status, created_at, erased_at) SELECT gateway_ref, ?, 'INV-001', 'made', ?, 'active', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM tautan_deliveries",
      link.providerId,
      JSON.stringify(erased),
    );
    shop.clock.advance(60_000);
    expect(await shop.drain()).toContain("paid");
    expect(await dump()).not.toMatch(PERSONAL);
  });

  test("a link that is made after its customer was erased is stored without the customer", async () => {
    (await shop.ledger.migrate())._unsafeUnwrap();
    await shop.database.query(
      "INSERT INTO tautan_links (reference, state, created_at, erased_at) VALUES ('INV-001', 'unknown', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
    );
    const { id } = await shop.link({ reference: "INV-001", customer: CUSTOMER });
    expect((await shop.ledger.get(id))._unsafeUnwrap()).not.toHaveProperty("customer");
    expect(await dump()).not.toMatch(PERSONAL);
  });

  test("a report that was read before does not bring the customer back", async () => {
    const { id } = await paidLink("INV-001");
    await Promise.all([
      ...Array.from({ length: 5 }, () => shop.ledger.confirm(id)),
      erase({ reference: "INV-001" }),
      ...Array.from({ length: 5 }, () => shop.ledger.confirm({ reference: "INV-001" })),
    ]);
    expect(await dump()).not.toMatch(PERSONAL);
  });

  test("is safe to repeat, and finds nothing of those who are not known", async () => {
    await paidLink("INV-001");
    expect(await erase({ customerEmail: CUSTOMER.email })).toBe(1);
    const once = await dump();
    expect(await erase({ customerEmail: CUSTOMER.email })).toBe(0);
    expect(await dump()).toBe(once);
    expect(await erase({ reference: "INV-001" })).toBe(1);
    expect(await erase({ reference: "NONE" })).toBe(0);
  });

  test.each<[string, unknown]>([
    ["nobody", {}],
    ["two subjects", { reference: "INV-001", customerEmail: "budi@example.com" }],
    ["an empty address", { customerEmail: " " }],
    ["null", null],
  ])("refuses %s, and erases nothing", async (_, subject) => {
    await shop.link({ reference: "INV-001", customer: CUSTOMER });
    const before = await dump();
    const refused = (await shop.ledger.erase(subject as ErasureSubject))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "invalid_query" });
    expect(JSON.stringify(refused)).not.toMatch(PERSONAL);
    expect(await dump()).toBe(before);
  });
});
