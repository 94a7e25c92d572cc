import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";

describe.each(await databaseKinds())("customers on $name", (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const keysOf = async (): Promise<readonly unknown[]> =>
    (await shop.database.query("SELECT customer_key FROM tautan_links ORDER BY ref")).map((row) => row["customer_key"]);

  test("a link is stored under a key of its customer's address, which does not contain the address", async () => {
    await shop.link({ reference: "INV-001", customer: { email: "Budi@Example.com" } });
    await shop.link({ reference: "INV-002", customer: { email: "budi@example.com", name: "Budi" } });
    await shop.link({ reference: "INV-003", customer: { email: "siti@example.com" } });
    await shop.link({ reference: "INV-004" });
    const [first, second, third, none] = await keysOf();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(none).toBeNull();
  });

  test("the key is another one in another database", async () => {
    const other = await openShop(kind);
    for (const each of [shop, other])
      await each.link({ reference: "INV-001", customer: { email: "budi@example.com" } });
    const [there] = await other.database.query("SELECT customer_key FROM tautan_links");
    expect(there?.["customer_key"]).not.toBe((await keysOf())[0]);
    await other.close();
  });
});
