import { UnreadableRow } from "../database/engine.ts";
import type { PendingTerms } from "../plan/state.ts";
import { storableJson } from "./storable.ts";
import { parseJson } from "./stored-rows.ts";

/** Pending terms as they are stored; `null` if there are none. */
export const pendingJson = (pending: readonly PendingTerms[]): string | null =>
  pending.length === 0 ? null : storableJson(pending);

/** Pending terms that were stored. Throws {@link UnreadableRow} if they are none. */
export const pendingOf = (json: string | null): readonly PendingTerms[] => {
  const stored = json === null ? [] : parseJson(json, "pending_terms");
  if (Array.isArray(stored) && stored.every(isPending)) return stored;
  throw new UnreadableRow("expected terms in the column tautan_links.pending_terms");
};

const isPending = (stored: unknown): stored is PendingTerms => {
  const { id, endsBy } = (stored ?? {}) as Partial<PendingTerms>;
  return typeof id === "string" && typeof endsBy === "string";
};
