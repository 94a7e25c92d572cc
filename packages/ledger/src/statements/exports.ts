import { sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { HISTORY_COLUMNS, type ListedHistory } from "./history-lists.ts";
import { unindexed } from "./lists.ts";
import { momentOf, type TotalsParameters } from "./totals.ts";

export interface ExportParameters extends Omit<TotalsParameters, "from"> {
  /** The moment and the number of the row before. */
  readonly afterAt: string;
  readonly afterRef: number;
  readonly limit: number;
}

/** A history of an export. */
export interface ExportedHistory extends ListedHistory {
  readonly moment: string;
}

const exportHistories = (isOfGateway: boolean): Statement<ExportParameters, ExportedHistory> =>
  statement(
    `export_histories${isOfGateway ? "_of_gateway" : ""}`,
    ({ db, dialect }, { to, gatewayRef, afterAt, afterRef, limit }) => {
      const query = db
        .selectFrom("tautan_histories")
        .innerJoin("tautan_links", "tautan_links.ref", "tautan_histories.link_ref")
        .select(HISTORY_COLUMNS)
        .select(momentOf.as("moment"))
        // The first row is after the first moment.
        .where(momentOf, ">=", afterAt)
        .where(momentOf, "<", to)
        .where(sql<boolean>`(${momentOf}, tautan_histories.ref) > (${afterAt}, ${afterRef})`)
        .orderBy(momentOf)
        .orderBy("tautan_histories.ref")
        .limit(limit);
      return isOfGateway ? query.where(unindexed(dialect, "tautan_histories.gateway_ref"), "=", gatewayRef) : query;
    },
  );

/** The histories of a range of moments, in their order. */
export const EXPORTS: Readonly<Record<"ofAll" | "ofGateway", Statement<ExportParameters, ExportedHistory>>> = {
  ofAll: exportHistories(false),
  ofGateway: exportHistories(true),
};
