// R2 of the design: whatever comes twice, late, at once or in another order, and whoever dies meanwhile: nothing is lost, doubled or
// out of order. In two files, so that two cores play them. `npm run chaos` plays a million.
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresAnswer } from "../support/databases.ts";
import { playShare, type StoreKind } from "./run.ts";
import { fileStore, postgresStore, type Store, sharedStore } from "./stores.ts";

const SCHEDULES = 10_000;
// It stays, so that the same commit has the same verdict. `npm run chaos` takes another each time.
const SEED = 11;

export const describeSchedules = ({ share, shares }: { readonly share: number; readonly shares: number }): void => {
  const stores: Record<StoreKind, Store | undefined> = { shared: undefined, file: undefined, postgres: undefined };
  beforeAll(async () => {
    const answer = await postgresAnswer();
    stores.shared = sharedStore();
    stores.file = fileStore();
    stores.postgres = "url" in answer ? await postgresStore(answer.url) : undefined;
  });
  afterAll(async () => {
    for (const store of Object.values(stores)) await store?.end();
  });

  test("nothing is lost, doubled or out of order in 10,000 schedules", { timeout: 600_000 }, async () => {
    const { played, failures, faults } = await playShare(stores, { seed: SEED, count: SCHEDULES, share, shares });
    const [first] = failures;
    const again = `npm run chaos -- --seed ${SEED} --schedule ${first?.schedule}`;
    expect(failures, first && `play it again by: ${again}`).toEqual([]);
    expect(Object.values(played).reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(
      ((stores.postgres ? 1 : 0.99) * SCHEDULES) / shares,
    );
    // Each fault has happened, so that none of them is only believed to be tried.
    for (const name of FAULTS) expect(faults.get(name), name).toBeGreaterThan(10);
  });
};

const FAULTS = [
  "paid mismatched",
  "paid late",
  "delivered again",
  "delivered at once",
  "delivered while events are handled",
  "waits for its link or the gateway",
  "gateway does not answer",
  "killed before a statement",
  "killed after a statement",
  "database refuses a statement",
  "handler throws before its write",
  "handler throws after its write",
  "handled by two processes at once",
  "lease expires in the handler",
  "dead, then replayed",
  "confirm",
  "reconcile",
];
