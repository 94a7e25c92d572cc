import { type PaymentLinks, ResultAsync } from "@tautan/core";
import { engineOf } from "./database/database.ts";
import { migrateSchema } from "./schema/migrate.ts";
import type { Ledger, LedgerOptions } from "./types.ts";

export const createLedger = <Tx, Done, Links extends PaymentLinks>(
  options: LedgerOptions<Tx, Done, Links>,
): Ledger<Tx, Done> => {
  const engine = engineOf(options.database);
  return Object.freeze({
    migrate: () => new ResultAsync(migrateSchema(engine)),
    end: () => engine.end(),
  });
};
