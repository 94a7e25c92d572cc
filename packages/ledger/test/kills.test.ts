// Two processes of a merchant are killed with SIGKILL, and so is PostgreSQL: what was acknowledged is there, and each effect happened once
// and in order. `npm run chaos -- --only kills` does the same with 20,000 payments.
import { afterAll, describe, expect, test } from "vitest";
import { killPlaces } from "./chaos/kill-places.ts";
import { killAndCount } from "./chaos/kills.ts";
import { startPostgres } from "./support/postgres-server.ts";

const server = await startPostgres();
afterAll(() => server.stop());

describe.each(await killPlaces(server))("$name", ({ open }) => {
  test("loses, doubles and reorders nothing", { timeout: 300_000 }, async () => {
    const { place, close, killDatabase } = await open();
    const figures = await killAndCount({ ...place, links: 24, paymentsOfLink: 8, killEvery: 40, killDatabase });
    await close();
    expect(figures).toEqual({
      payments: 192,
      kills: 4,
      databaseKills: killDatabase ? 2 : 0,
      forgotten: 0,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
    });
  });
});
