import { idr } from "@tautan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExportedPayment, ExportQuery } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const FROM = "2026-01-01T00:00:00Z";
const MINUTE_MS = 60_000;

describe.each(await databaseKinds())("an export on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const chunksOf = async (query: ExportQuery): Promise<readonly string[]> => {
    const chunks: string[] = [];
    for await (const chunk of shop.ledger.exportPayments(query)) chunks.push(chunk._unsafeUnwrap());
    return chunks;
  };
  const paymentsOf = async (query: Omit<ExportQuery, "format">): Promise<readonly ExportedPayment[]> =>
    (await chunksOf({ ...query, format: "jsonl" }))
      .join("")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as ExportedPayment);

  test("has each payment as a line of JSON, and as a line of CSV under a line of names", async () => {
    const { id } = await shop.link({ reference: "INV-001", customer: { email: "budi@example.com", name: "Budi" } });
    await shop.receive((await shop.gateway.simulate.pay("INV-001", { amount: idr(1) })).webhook);
    const [payment, ...none] = await paymentsOf({ from: FROM });
    expect(none).toEqual([]);
    expect(payment).toEqual({
      gateway: "memory",
      reference: "INV-001",
      linkId: id,
      historyId: expect.stringMatching(/^memory:/),
      status: "paid",
      isPaid: true,
      mark: "mismatched",
      currency: "IDR",
      amount: "1",
      refunded: null,
      fee: "unknown",
      method: expect.any(String),
      paidAt: "2026-01-01T00:00:00.000Z",
      settledAt: null,
      firstSeenAt: "2026-01-01T00:00:00.000Z",
      changedAt: "2026-01-01T00:00:00.000Z",
      learntBy: "webhook",
    });
    const csv = (await chunksOf({ from: FROM, format: "csv" })).join("");
    const [names, line, end, ...more] = csv.split("\r\n");
    expect(names).toBe(Object.keys(payment ?? {}).join(","));
    expect(line).toBe(
      Object.values(payment ?? {})
        .map((value) => String(value ?? ""))
        .join(","),
    );
    expect([end, more]).toEqual(["", []]);
    expect(csv).not.toMatch(/budi/i);
  });

  test("begins texts that are formulas with an apostrophe, in CSV only", async () => {
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    await shop.database.query("UPDATE tautan_links SET reference = ?", '=cmd|"/c calc"');
    expect((await chunksOf({ from: FROM, format: "csv" })).join("")).toContain(`memory,"'=cmd|""/c calc""",`);
    expect((await paymentsOf({ from: FROM }))[0]?.reference).toBe('=cmd|"/c calc"');
  });

  test("of many payments comes in chunks of whole lines, each payment once, and adds up to the totals", async () => {
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    const numbers =
      shop.database.dialect === "sqlite"
        ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)"
        : "WITH n(i) AS (SELECT generate_series(1, 450))";
    const record =
      shop.database.dialect === "sqlite"
        ? "json_set(record, '$.providerId', 'P' || i)"
        : `jsonb_set(record, '{providerId}', to_jsonb('P' || i))`;
    await shop.database.query(
      `${numbers} INSERT INTO tautan_histories (link_ref, gateway_ref, provider_id, record, status, is_paid, takes_use, event_names, amount, currency, paid_at, first_seen_at, changed_at, learnt_by)
       SELECT link_ref, gateway_ref, 'P' || i, ${record}, status, is_paid, takes_use, event_names, amount, currency, paid_at, first_seen_at, changed_at, learnt_by FROM tautan_histories, n`,
    );
    const chunks = await chunksOf({ from: FROM, format: "jsonl" });
    expect(chunks.map((chunk) => chunk.split("\n").length - 1)).toEqual([200, 200, 51]);
    const payments = await paymentsOf({ from: FROM });
    expect(new Set(payments.map(({ historyId }) => historyId)).size).toBe(451);
    expect((await shop.ledger.totals({ from: FROM }))._unsafeUnwrap()).toEqual([
      { gateway: "memory", status: "paid", count: 451, amount: idr(190_000 * 451) },
    ]);
    const sum = payments.reduce((each, { amount }) => each + BigInt(amount ?? 0), 0n);
    expect(sum).toBe(190_000n * 451n);
  });

  test("has the payments of the range and the gateway, in the order of their moments", async () => {
    for (const reference of ["INV-001", "INV-002", "INV-003"]) await shop.link({ reference });
    const webhooks = [];
    for (const reference of ["INV-001", "INV-002", "INV-003"]) {
      webhooks.push((await shop.gateway.simulate.pay(reference)).webhook);
      shop.clock.advance(MINUTE_MS);
    }
    for (const webhook of webhooks.toReversed()) await shop.receive(webhook);
    const references = async (query: Omit<ExportQuery, "format">) =>
      (await paymentsOf(query)).map(({ reference }) => reference);
    expect(await references({ from: FROM, gateway: "memory" })).toEqual(["INV-001", "INV-002", "INV-003"]);
    expect(await references({ from: "2026-01-01T00:01:00Z", to: "2026-01-01T00:02:00Z" })).toEqual(["INV-002"]);
    expect(await chunksOf({ from: "2026-01-01T00:03:00Z", format: "jsonl" })).toEqual([]);
    expect((await chunksOf({ from: "2026-01-01T00:03:00Z", format: "csv" })).join("")).toMatch(
      /^gateway,[A-Za-z,]+\r\n$/,
    );
  });

  test("that is not valid, or fails, ends with one error", async () => {
    await shop.link({ reference: "INV-001" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    const kindsOf = async (query: unknown): Promise<readonly string[]> => {
      const kinds: string[] = [];
      for await (const chunk of shop.ledger.exportPayments(query as ExportQuery)) {
        kinds.push(chunk.isOk() ? "chunk" : chunk.error.kind);
      }
      return kinds;
    };
    expect(await kindsOf({ format: "jsonl", from: FROM })).toEqual(["chunk"]);
    expect(await kindsOf({ format: "xml", from: FROM })).toEqual(["invalid_query"]);
    expect(await kindsOf({ from: FROM })).toEqual(["invalid_query"]);
    expect(await kindsOf({ format: "csv" })).toEqual(["invalid_query"]);
    expect(await kindsOf({ format: "csv", from: FROM, to: "2000-01-01T00:00:00Z" })).toEqual(["invalid_query"]);
    expect(await kindsOf({ format: "csv", from: FROM, limit: 5 })).toEqual(["invalid_query"]);
    await shop.database.query("UPDATE tautan_histories SET record = '{}'");
    expect(await kindsOf({ format: "jsonl", from: FROM })).toEqual(["database_corrupt"]);
  });
});
