import { type RawBuilder, sql } from "kysely";
import { type Statement, statement } from "../database/statement.ts";
import { unindexed } from "./lists.ts";

/** The moment of a history: when it was paid, as far as that is known, or else when it was first seen. It has an index. */
export const momentOf: RawBuilder<string> = sql<string>`coalesce(tautan_histories.paid_at, tautan_histories.first_seen_at)`;

/** How many histories have the same gateway, status and amount. Sums are made elsewhere: SQLite would make them floats. */
export interface Group {
  readonly gateway_ref: number;
  readonly status: string;
  readonly currency: string | null;
  readonly amount: string | null;
  readonly count: number;
}

export interface TotalsParameters {
  readonly from: string;
  readonly to: string;
  readonly gatewayRef: number | null;
}

const groups = (isOfGateway: boolean): Statement<TotalsParameters, Group> =>
  statement(`count_amounts${isOfGateway ? "_of_gateway" : ""}`, ({ db, dialect }, { from, to, gatewayRef }) => {
    const query = db
      .selectFrom("tautan_histories")
      .select(["gateway_ref", "status", "currency", "amount"])
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where(momentOf, ">=", from)
      .where(momentOf, "<", to);
    return (isOfGateway ? query.where(unindexed(dialect, "gateway_ref"), "=", gatewayRef) : query).groupBy([
      "gateway_ref",
      "status",
      "currency",
      "amount",
    ]);
  });

export const GROUPS: Readonly<Record<"ofAll" | "ofGateway", Statement<TotalsParameters, Group>>> = {
  ofAll: groups(false),
  ofGateway: groups(true),
};
