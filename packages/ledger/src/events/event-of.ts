import { historyOf, linkOf } from "../apply/stored-rows.ts";
import { UnreadableRow } from "../database/engine.ts";
import { linkAsOf } from "../plan/link-state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import type { EventRow } from "../statements/events.ts";
import type { LearntBy, LedgerEvent, LedgerEventType } from "./event.ts";

/** The event of a row, for a handler. Throws {@link UnreadableRow} if the ledger cannot have written it. */
export const eventOf = (row: EventRow, refs: GatewayRefs, nowMs: number): LedgerEvent => {
  if (row.link === null || row.gateway_ref === null) {
    throw new UnreadableRow(`the link of the event ${row.id} is not made`);
  }
  const gateway = refs.keyOf(row.gateway_ref);
  const link = linkAsOf(linkOf(row.link, gateway), row.used, nowMs);
  const { history_record: record } = row;
  return {
    id: row.id,
    type: row.type as LedgerEventType,
    reference: row.reference,
    at: row.at as LedgerEvent["at"],
    link,
    ...(record !== null && { history: historyOf(record, gateway) }),
    learntBy: row.cause as LearntBy,
    attempt: row.attempts + 1,
  };
};
