import type { Instant, PreparedCreate } from "@tautan/core";
import { parseJson } from "../apply/stored-rows.ts";
import { UnreadableRow } from "../database/engine.ts";
import type { Held, IntentRow } from "../statements/intents.ts";

/** An intent that this process alone may settle. */
export interface Intent extends Held {
  readonly state: IntentRow["state"];
  readonly reference: string;
  readonly fingerprint: string;
  readonly prepared: PreparedCreate;
  /** When it was last sent. */
  readonly sentAt: Instant | undefined;
  /** How often it was asked about in vain. */
  readonly looks: number;
}

/** The intent of a row. Throws {@link UnreadableRow} if the ledger cannot have written it. */
export const intentOf = ({
  ref,
  version,
  state,
  reference,
  fingerprint,
  prepared,
  sent_at,
  looks,
}: IntentRow): Intent => {
  if (fingerprint === null || prepared === null) {
    throw new UnreadableRow("expected the fingerprint and the prepared create of an intent in tautan_links");
  }
  return {
    ref,
    version,
    state,
    reference,
    fingerprint,
    // `resume` checks it.
    prepared: parseJson(prepared, "prepared") as PreparedCreate,
    sentAt: (sent_at ?? undefined) as Instant | undefined,
    looks,
  };
};
