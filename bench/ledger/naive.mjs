// The same ledger with a transaction as it is usually written: BEGIN, lock, read, one statement for each table, COMMIT.
import { ok, ResultAsync } from "../../packages/core/dist/index.js";
import { databaseOf, engineOf } from "../../packages/ledger/dist/database/database.js";
import { postgres } from "../../packages/ledger/dist/index.js";
import { WRITE_PARTS, writeAll } from "../../packages/ledger/dist/statements/write.js";

const NONE = "[]";

/** A unit with the one guarded statement taken apart. */
function* inParts(unit) {
  let step = unit.next([]);
  while (!step.done) {
    const bound = step.value;
    if (bound.statement !== writeAll) {
      step = unit.next(yield bound);
      continue;
    }
    const write = bound.parameters;
    const rows = yield { statement: WRITE_PARTS.link, parameters: write };
    if (write.histories !== NONE) yield { statement: WRITE_PARTS.histories, parameters: write };
    if (write.otherIds !== NONE) yield { statement: WRITE_PARTS.otherIds, parameters: write };
    if (write.events !== NONE) yield { statement: WRITE_PARTS.events, parameters: write };
    if (write.consumer !== null) yield { statement: WRITE_PARTS.lane, parameters: write };
    if (write.digest !== null) yield { statement: WRITE_PARTS.delivery, parameters: write };
    step = unit.next(rows);
  }
  return step.value;
}

export const naivePostgres = (pool) => {
  const engine = engineOf(postgres(pool));
  let isOpen = false;
  return databaseOf({
    ...engine,
    transaction: (unit) => {
      isOpen = true;
      return engine.transaction(unit);
    },
    // Its insert of the delivery finds duplicates, so that it need not look first.
    read: (unit) => (isOpen ? new ResultAsync(Promise.resolve(ok(undefined))) : engine.read(unit)),
    guarded: (unit) => engine.transaction(() => inParts(unit(true))),
  });
};
