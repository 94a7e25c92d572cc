// A worker: one of any number of processes, on any number of machines.
import type { LedgerEvent, PostgresTransaction } from "@tautan/ledger";
import { openLedger } from "./ledger.ts";

const { WORKER: worker = "worker" } = process.env;
const ledger = openLedger(process.env);

/** Called once for each event, in the transaction that marks it as handled. */
const onEvent = async ({ type, history }: LedgerEvent, tx: PostgresTransaction): Promise<void> => {
  if (type === "paid") {
    await tx.query("INSERT INTO tickets SELECT count(*) + 1, $1, $2 FROM tickets", [history?.id, worker]);
    // For the sale, which kills one of its workers here.
    process.send?.("ticket");
  }
  // Paid, and all tickets are gone.
  if (type === "excess")
    await tx.query("INSERT INTO refunds_due (payment, worker) VALUES ($1, $2)", [history?.id, worker]);
};

ledger.process(onEvent, {
  // The links of a worker that dies go to another after twice this time. It limits a handler too, so the default is 30 seconds.
  leaseMs: 1_000,
  pollMs: 100,
  onError: (error, event) => console.error(`${worker}: ${event.id} is handled again later:`, error),
  onDatabaseError: ({ message, hint }) => console.error(`${worker}:`, message, hint),
});

const stop = async (): Promise<void> => {
  await ledger.end();
  process.exit();
};
// Its parent has ended, or asks it to.
process.once("disconnect", () => void stop());
// Ctrl-C reaches all processes of a terminal: the parent stops this one.
process.on("SIGINT", () => {});
