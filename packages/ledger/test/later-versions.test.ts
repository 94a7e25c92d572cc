// Several versions of this package work on one database while a new one is rolled out.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { historyOf } from "../src/apply/stored-rows.ts";
import type { Row } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

const parsed = (value: unknown): Record<string, unknown> =>
  (typeof value === "string" ? JSON.parse(value) : value) as Record<string, unknown>;

describe.each(await databaseKinds())("what is stored on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const paid = async () => {
    const link = await shop.link({ reference: "INV-001", title: "Concert" });
    const { webhook } = await shop.gateway.simulate.pay("INV-001");
    await shop.receive(webhook);
    await shop.drain();
    return { link, webhook };
  };
  const historyRow = async (): Promise<Row> => (await shop.database.query("SELECT * FROM tautan_histories"))[0] ?? {};
  const linkRow = async (): Promise<Row> => (await shop.database.query("SELECT * FROM tautan_links"))[0] ?? {};
  /** Puts fields into a JSON column, as a later version would. */
  const addFields = (table: string, column: string, fields: object): Promise<readonly Row[]> =>
    shop.database.query(
      shop.database.dialect === "sqlite"
        ? `UPDATE tautan_${table} SET ${column} = json_patch(${column}, ?)`
        : `UPDATE tautan_${table} SET ${column} = ${column} || cast(? AS jsonb)`,
      JSON.stringify(fields),
    );

  test("is the very same record after it was revived and merged with the same report, in any order of fields", async () => {
    await paid();
    const json = JSON.stringify(parsed((await historyRow())["record"]));
    const stored = historyOf(json, "memory");
    const [again] = (
      await shop.links.listHistories((await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap().id)
    )._unsafeUnwrap().items;
    if (!again) throw new Error("the gateway has no history");
    // The first report may be of less trust than a read; after that, nothing is new.
    const merged = shop.links.mergeHistories(stored, again);
    expect(shop.links.mergeHistories(merged, again)).toBe(merged);
    const reordered = historyOf(JSON.stringify(reversed(merged.record)), "memory");
    expect(shop.links.mergeHistories(reordered, again)).toBe(reordered);
    expect(shop.links.mergeHistories(reordered, merged)).toBe(reordered);
  });

  test("is not written again for a report that tells nothing new", async () => {
    const { link, webhook } = await paid();
    (await shop.ledger.confirm(link.id))._unsafeUnwrap();
    const before = [await historyRow(), await linkRow()];
    shop.clock.advance(1_000);
    (await shop.ledger.confirm(link.id))._unsafeUnwrap();
    await shop.receive(webhook);
    // The same news in other bytes, so that the delivery is not known.
    await shop.database.query("DELETE FROM tautan_deliveries");
    expect((await shop.receive(webhook)).state).toBe("applied");
    expect([await historyRow(), await linkRow()]).toEqual(before);
    expect(await shop.drain()).toEqual([]);
  });

  test("keeps the fields of a later version when this one writes it again", async () => {
    const { link } = await paid();
    await addFields("histories", "record", { risk: { score: 3 } });
    await addFields("links", "link", { theme: { color: "red" } });
    await shop.receive((await shop.gateway.simulate.settle("INV-001")).webhook);
    (await shop.links.update(link.id, { title: "Concert, day 2" }))._unsafeUnwrap();
    (await shop.ledger.confirm(link.id))._unsafeUnwrap();
    const history = await historyRow();
    expect(history["status"]).toBe("settled");
    expect(parsed(history["record"])).toMatchObject({ risk: { score: 3 } });
    const stored = await linkRow();
    expect(parsed(stored["link"])).toMatchObject({ title: "Concert, day 2", theme: { color: "red" } });
    // And they do not make each report look new.
    const before = [await historyRow(), await linkRow()];
    (await shop.ledger.confirm(link.id))._unsafeUnwrap();
    expect([await historyRow(), await linkRow()]).toEqual(before);
  });

  test("keeps the fields of a later version when the customer is erased", async () => {
    await shop.link({ reference: "INV-001", customer: { email: "budi@example.com" } });
    await addFields("links", "link", { theme: { color: "red" } });
    (await shop.ledger.erase({ reference: "INV-001" }))._unsafeUnwrap();
    const { link } = await linkRow();
    expect(parsed(link)).toMatchObject({ theme: { color: "red" } });
    expect(parsed(link)).not.toHaveProperty("customer");
  });
});

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, reversed(each)]),
  );
};
