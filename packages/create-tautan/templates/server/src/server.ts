import { startShop } from "./app.ts";
import { closeDatabase } from "./database.ts";
import { ledger } from "./links.ts";
import { startWorker } from "./worker.ts";

const worker = startWorker();
const shop = await startShop(Number(process.env["PORT"] ?? 3000));
console.log(`The shop: ${shop.url}`);

const stop = async (): Promise<void> => {
  await shop.close();
  await worker.stop();
  await ledger.end();
  await closeDatabase();
  process.exit();
};
// Ctrl-C under npm sends the signal twice.
let stopped: Promise<void> | undefined;
const stopOnce = (): void => void (stopped ??= stop());
process.on("SIGINT", stopOnce);
process.on("SIGTERM", stopOnce);
