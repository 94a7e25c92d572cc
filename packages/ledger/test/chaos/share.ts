// One process of `npm run chaos`: plays its share of the schedules, and reports to the one that started it.
import { playShare, type Shares } from "./run.ts";
import { fileStore, postgresStore, sharedStore } from "./stores.ts";

const { url, ...shares } = JSON.parse(process.argv[2] ?? "{}") as Shares & { readonly url: string | undefined };
const stores = {
  shared: sharedStore(),
  file: fileStore(),
  postgres: url === undefined ? undefined : await postgresStore(url),
};
const { played, failures, faults } = await playShare(stores, shares, (schedule) => {
  if (schedule % 5_000 < shares.shares) process.send?.({ progress: schedule });
});
process.send?.({ played, failures, faults: [...faults] });
for (const store of Object.values(stores)) await store?.end();
process.disconnect?.();
