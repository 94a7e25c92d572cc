// Two processes of a merchant are killed with SIGKILL, and so is PostgreSQL: what was acknowledged is there, and each effect happened once
// and in order. `npm run chaos -- --kills 20000` does the same with 20,000 payments, with a kill every second.
import { afterAll, describe, expect, test } from "vitest";
import { killAndCount } from "./chaos/kills.ts";
import { places } from "./chaos/places.ts";
import { startPostgres } from "./support/postgres-server.ts";

const server = await startPostgres();
afterAll(() => server.stop());

describe.each(places(server))("$name", ({ open }) => {
  test("loses, doubles and reorders nothing", { timeout: 300_000 }, async () => {
    const place = await open();
    // By number and not by time, so that a fast machine kills as often.
    const figures = await killAndCount({ ...place, links: 24, paymentsOfLink: 8, every: { acknowledged: 40 } });
    await place.close();
    expect(figures).toEqual({
      payments: 192,
      kills: 4,
      databaseKills: place.killDatabase ? 2 : 0,
      crashes: 0,
      forgotten: 0,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
      seconds: expect.any(Number),
    });
  });
});
