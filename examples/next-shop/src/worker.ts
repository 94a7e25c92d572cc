// The worker: a process of its own. It handles events as they come, and asks the gateway about links of which no webhook has come.
import { onEvent } from "./orders.ts";
import { shop } from "./shop.ts";

const { ledger, pool } = shop();
const worker = ledger.process(onEvent, {
  onError: (error, event) => console.error(`${event.id} is handled again later:`, error),
  onDatabaseError: ({ message, hint }) => console.error(message, hint),
});

const stop = async (): Promise<void> => {
  await worker.stop();
  await ledger.end();
  await pool.end();
};
let stopping: Promise<void> | undefined;
// A terminal and npm may both send it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void (stopping ??= stop()));
