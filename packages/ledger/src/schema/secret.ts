import { randomBytes } from "node:crypto";
import { UnreadableRow } from "../database/engine.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { addMeta, findMeta } from "../statements/meta.ts";

// The secret is made by the database's first migration and stays with it: every process has the same one, and a restored backup
// keeps its customers findable. It does not protect from somebody who has the whole database, who has the links as well.

const SECRET = "secret";

/** Makes the ledger's secret, if there is none. */
export function* makeSecret(): Unit<void> {
  yield* run(addMeta, { key: SECRET, value: randomBytes(32).toString("hex") });
}

/** The ledger's secret, 64 hexadecimal digits. */
export function* readSecret(): Unit<string> {
  const found = yield* runFirst(findMeta, { key: SECRET });
  if (!found) throw new UnreadableRow("expected the ledger's secret in the table tautan_meta");
  return found.value;
}
