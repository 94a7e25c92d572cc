import { type Instant, type PaymentLink, type PaymentLinkHistory, parsePaymentLink } from "@tautan/core";
import { deriveHistory, joinId, parseHistoryRecord } from "@tautan/core/driver";
import { UnreadableRow } from "../database/engine.ts";
import type { Mark } from "../events/event.ts";
import type { KnownHistory } from "../plan/state.ts";

/** A stored link under its gateway's present key. Throws {@link UnreadableRow} if it is none. */
export const linkOf = (json: string, gateway: string): PaymentLink => {
  const stored = parseJson(json, "link") as { readonly providerId?: unknown };
  const id = typeof stored.providerId === "string" ? joinId(gateway, stored.providerId) : undefined;
  const link = parsePaymentLink({ ...stored, gateway, id });
  if (link.isErr()) throw new UnreadableRow(unreadable("tautan_links.link", link.error));
  return link.value;
};

/** The fields of a stored link that only a later version of core knows: they are stored again with the link. */
export const laterFieldsOf = (json: string, known: PaymentLink): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(parseJson(json, "link") as object).filter(([name]) => !Object.hasOwn(known, name)));

/** A stored history under its gateway's present key. Throws {@link UnreadableRow} if it is none. */
export const historyOf = (json: string, gateway: string): PaymentLinkHistory => {
  const record = parseHistoryRecord(parseJson(json, "record"));
  if (record.isErr()) throw new UnreadableRow(unreadable("tautan_histories.record", record.error));
  return deriveHistory(gateway, record.value);
};

/** The columns of a stored history. */
export interface StoredHistory {
  readonly history_record: string | null;
  readonly history_mark: string | null;
  readonly history_event_names: string | null;
  readonly history_paid_at: string | null;
}

/** The history of a row, as it is stored; `undefined` if it holds none. */
export const knownHistoryOf = (row: StoredHistory, gateway: string): KnownHistory | undefined => {
  if (row.history_record === null) return undefined;
  return {
    history: historyOf(row.history_record, gateway),
    mark: (row.history_mark ?? undefined) as Mark | undefined,
    paidAt: (row.history_paid_at ?? undefined) as Instant | undefined,
    eventNames: parseJson(row.history_event_names ?? "[]", "event_names") as readonly string[],
  };
};

/** JSON of a column. Throws {@link UnreadableRow} if it is none. */
export const parseJson = (json: string, column: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new UnreadableRow(`expected JSON in the column ${column}`);
  }
};

const unreadable = (
  column: string,
  { issues }: { readonly issues: readonly { readonly path: string; readonly message: string }[] },
): string =>
  `the column ${column} does not have the form that the ledger writes: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`;
