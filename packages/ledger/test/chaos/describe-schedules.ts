// R2 of the design: whatever comes twice, late, at once or in another order, and whoever dies meanwhile: nothing is lost, doubled or
// out of order. In two files, so that two cores play them. `npm run chaos` plays a million.
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresAnswer } from "../support/databases.ts";
import { playPart, waysTo } from "./run.ts";
import type { Split, StoreKind } from "./split.ts";
import { fileStore, postgresStore, type Store, sharedStore } from "./stores.ts";

const SCHEDULES = 10_000;
// It stays, so that the same commit has the same verdict. `npm run chaos` takes another each time.
const SEED = 11;
/** Fewer on PostgreSQL than in a long run, because they take longest. */
const SPLIT: Split = { postgres: 0.5, file: 9.5 };

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
    const part = { seed: SEED, split: SPLIT, from: share, to: SCHEDULES, step: shares };
    const { times, failures, faults } = await playPart(stores, part);
    const [first] = failures;
    expect(failures, first && `play it again, or see its steps, by:\n${waysTo(SEED, first)}`).toEqual([]);
    const played = Object.values(times).reduce((sum, { schedules }) => sum + schedules, 0);
    expect(played).toBeGreaterThanOrEqual(((stores.postgres ? 1 : 0.99) * SCHEDULES) / shares);
    // Each fault has happened, so that none of them is only believed to be tried.
    for (const name of FAULTS) expect(faults[name], name).toBeGreaterThan(10);
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
  "link: update",
  "link: close",
  "link: reopen",
  "gateway answers with an older state",
  "clock of a process set back",
];
