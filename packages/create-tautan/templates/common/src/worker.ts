// Handles events as they come, and asks the gateways about links of which no webhook has come.
import type { Worker } from "@tautan/ledger";
import { ledger } from "./links.ts";
import { onEvent } from "./orders.ts";

export const startWorker = (): Worker =>
  ledger.process(onEvent, {
    onError: (error, event) => console.error(`${event.id}: it is handled again later`, error),
    onDatabaseError: (error) => console.error(error.message, error.hint),
  });
