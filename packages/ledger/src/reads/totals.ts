import type { HistoryStatus } from "@tautan/core";
import { sumDecimals, timesInteger } from "@tautan/core/driver";
import { err, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run, type Unit } from "../database/unit.ts";
import type { LedgerError, RefusedError } from "../errors.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { GROUPS, type Group, type TotalsParameters } from "../statements/totals.ts";
import { readerOf } from "./query-reader.ts";
import type { Total, TotalsQuery } from "./types.ts";

/** Counts and sums up the histories of a range. */
export const sumHistories = async (
  context: LedgerContext,
  query: TotalsQuery,
): Promise<Result<readonly Total[], LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const range = checkRange(context, refs.value, query, ["from", "to", "gateway"]);
  if (range.isErr()) return err(range.error);
  return context.engine.read(() => totalsUnit(context, refs.value, range.value));
};

/** Checks the range of a query. */
const checkRange = (
  context: LedgerContext,
  refs: GatewayRefs,
  query: TotalsQuery,
  fields: readonly string[],
): Result<TotalsParameters, RefusedError> => {
  const reader = readerOf(context, refs, query, fields);
  return reader.result({ ...reader.range(), gatewayRef: reader.gateway("gateway") ?? null });
};

function* totalsUnit(context: LedgerContext, refs: GatewayRefs, range: TotalsParameters): Unit<readonly Total[]> {
  const groups = yield* run(GROUPS[range.gatewayRef === null ? "ofAll" : "ofGateway"], range);
  const parts = new Map<string, Group[]>();
  for (const group of groups) {
    const key = JSON.stringify([group.gateway_ref, group.status, group.currency]);
    parts.set(key, [...(parts.get(key) ?? []), group]);
  }
  const totals: Total[] = [];
  for (const part of parts.values()) {
    const [first] = part;
    if (!first) continue;
    const gateway = (yield* gatewaysFor(context, refs, first)).keyOf(first.gateway_ref);
    totals.push(totalOf(gateway, first, part));
  }
  return totals.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
}

const totalOf = (gateway: string, { status, currency }: Group, part: readonly Group[]): Total => ({
  gateway,
  status: status as HistoryStatus,
  count: part.reduce((sum, { count }) => sum + count, 0),
  ...(currency !== null && { amount: { amount: sumOf(part), currency } }),
});

const sumOf = (part: readonly Group[]): string =>
  sumDecimals(part.map(({ amount, count }) => timesInteger(amount ?? "0", count)));

const sortKey = ({ gateway, status, amount }: Total): string => `${gateway} ${status} ${amount?.currency ?? ""}`;
