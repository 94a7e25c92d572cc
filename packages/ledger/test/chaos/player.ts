// One process of `npm run chaos`: plays the parts that it is given, and reports each.
import { type Part, playPart } from "./run.ts";
import { fileStore, postgresStore, sharedStore } from "./stores.ts";

const url = process.argv[2];
const stores = {
  shared: sharedStore(),
  file: fileStore(),
  postgres: url === undefined ? undefined : await postgresStore(url),
};
process.on("message", (part: Part | "end") => {
  if (part === "end") void end();
  else void playPart(stores, part).then((played) => process.send?.(played));
});
const end = async (): Promise<void> => {
  for (const store of Object.values(stores)) await store?.end();
  process.disconnect();
};
// Whoever has started it has ended.
process.on("disconnect", () => process.exit());
process.send?.("ready");
