import type { PendingTerms } from "../plan/state.ts";
import { storableJson } from "./storable.ts";
import { parseJson } from "./stored-rows.ts";

/** Pending terms as they are stored; `null` if there are none. */
export const pendingJson = (pending: readonly PendingTerms[]): string | null =>
  pending.length === 0 ? null : storableJson(pending);

/** Pending terms that were stored. Throws `UnreadableRow` if they are not JSON. */
export const pendingOf = (json: string | null): readonly PendingTerms[] =>
  json === null ? [] : (parseJson(json, "pending_terms") as readonly PendingTerms[]);
