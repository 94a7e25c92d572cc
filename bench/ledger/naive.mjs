// The same ledger with a transaction as it is usually written: BEGIN, lock, read, one statement for each table, COMMIT. pg prepares the
// statements of an application only if it is asked to: both are measured.
import { ok, ResultAsync } from "../../packages/core/dist/index.js";
// Published packages have one file for each entry point, so parts of it are those of the source.
import { databaseOf, engineOf } from "../../packages/ledger/src/database/database.ts";
import { statement } from "../../packages/ledger/src/database/statement.ts";
import { createLedger, postgres } from "../../packages/ledger/src/index.ts";
import { wakeLane } from "../../packages/ledger/src/statements/lanes.ts";
import { lockLink, readByHistory } from "../../packages/ledger/src/statements/read.ts";
import { writeAll } from "../../packages/ledger/src/statements/write/at-once.ts";
import { ROW_STATEMENTS } from "../../packages/ledger/src/statements/write/row-by-row.ts";
import { links } from "./shop.mjs";

/** Locks a link by the id that a webhook names. */
const lockByLinkId = statement("usual_lock", ({ db }, { gatewayRef, linkId }) =>
  db
    .selectFrom("tautan_links")
    .select(["ref as link_ref", "version as link_version"])
    .where("gateway_ref", "=", gatewayRef)
    .where("provider_id", "=", linkId)
    .forNoKeyUpdate(),
);

/** A unit that locks, which reads once, after the lock, and writes with a statement for each table. */
function* inParts(unit) {
  let step = unit.next([]);
  let isLocked = false;
  while (!step.done) {
    const { statement: each, parameters } = step.value;
    if (each === readByHistory && !isLocked) {
      isLocked = true;
      const [locked] = yield { statement: lockByLinkId, parameters };
      // Enough to go on: it is read after the lock.
      step = unit.next([{ delivery_ref: null, link: "{}", ...locked }]);
    } else if (each === lockLink) step = unit.next([]);
    else if (each === writeAll) step = unit.next(yield* writeParts(parameters));
    else step = unit.next(yield step.value);
  }
  return step.value;
}

function* writeParts({ histories, otherIds, events, ...write }) {
  yield { statement: ROW_STATEMENTS.link, parameters: write };
  for (const each of JSON.parse(histories)) {
    const row = { ...each, record: JSON.stringify(each.record), event_names: JSON.stringify(each.event_names) };
    yield { statement: ROW_STATEMENTS.history, parameters: { ...write, ...row } };
  }
  for (const each of JSON.parse(otherIds))
    yield { statement: ROW_STATEMENTS.otherId, parameters: { ...write, ...each } };
  for (const each of JSON.parse(events)) yield { statement: ROW_STATEMENTS.event, parameters: { ...write, ...each } };
  if (write.consumer !== null) yield { statement: wakeLane, parameters: write };
  if (write.digest !== null) yield { statement: ROW_STATEMENTS.delivery, parameters: write };
  // The link is locked, so it still has the version that was read.
  return [{ ref: write.linkRef }];
}

const naivePostgres = (pool, options = {}) => {
  const engine = engineOf(postgres(pool, options));
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

export const openNaiveLedger = (pool, options) => createLedger({ links, database: naivePostgres(pool, options) });
