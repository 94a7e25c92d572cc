import { createPaymentLinks } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";
import { afterEach, describe, expect, test } from "vitest";
import { createLedger, type Ledger } from "../src/index.ts";
import { type DatabaseKind, databaseKinds, type TestDatabase } from "./support/databases.ts";

const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });

describe.each(await databaseKinds())("migrate on $name", ({ open }: DatabaseKind) => {
  let database: TestDatabase | undefined;
  const ledgers: Ledger<unknown, undefined>[] = [];
  const opened = async (): Promise<TestDatabase> => {
    database = await open();
    return database;
  };
  const ledgerOn = (each: TestDatabase): Ledger<unknown, undefined> => {
    const ledger = createLedger({ links, database: each.connect() });
    ledgers.push(ledger);
    return ledger;
  };
  afterEach(async () => {
    for (const ledger of ledgers.splice(0)) await ledger.end();
    await database?.end();
  });

  test("makes the tables once", async () => {
    const each = await opened();
    const first = await ledgerOn(each).migrate();
    expect(first._unsafeUnwrap()).toEqual({ from: 0, to: 1 });
    const second = await ledgerOn(each).migrate();
    expect(second._unsafeUnwrap()).toEqual({ from: 1, to: 1 });
  });

  test("of several processes at once, one makes them and all go on", async () => {
    const each = await opened();
    const migrated = await Promise.all([1, 2, 3, 4].map(() => ledgerOn(each).migrate()));
    const versions = migrated.map((result) => result._unsafeUnwrap());
    expect(versions.map(({ to }) => to)).toEqual([1, 1, 1, 1]);
    expect(versions.filter(({ from }) => from === 0)).toHaveLength(1);
  });

  test("does not touch tables of a later version", async () => {
    const each = await opened();
    await ledgerOn(each).migrate();
    await each.query("UPDATE tautan_meta SET value = '99'");
    const refused = (await ledgerOn(each).migrate())._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "schema_mismatch", found: 99, expected: 1, retryable: false });
    expect(await each.query("SELECT value FROM tautan_meta WHERE key = 'version'")).toEqual([{ value: "99" }]);
  });
});
