import type { Instant, Page, PageRequest } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { FOREIGN_HINT } from "../create/foreign-creates.ts";
import { openStep } from "../create/refusals.ts";
import { run, type Unit } from "../database/unit.ts";
import type { LedgerError } from "../errors.ts";
import { type GatewayRefs, gatewaysFor } from "../schema/gateways.ts";
import { readSecret } from "../schema/secret.ts";
import { listOpenCreates, type OpenCreateRow } from "../statements/unresolved.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import { foreignCursor, readerOf } from "./query-reader.ts";
import type { UnresolvedCreate } from "./types.ts";

/** Reads a page of the creates whose outcome is not known. */
export const listUnresolvedCreates = async (
  context: LedgerContext,
  query: PageRequest,
): Promise<Result<Page<UnresolvedCreate>, LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const reader = readerOf(context, refs.value, query, ["limit", "cursor"]);
  const checked = reader.result({ limit: reader.limit(), cursor: reader.cursor() });
  if (checked.isErr()) return err(checked.error);
  const page = await context.engine.read(() => pageUnit(context, refs.value, checked.value));
  return page.andThen((value) => (value ? ok(value) : err(foreignCursor())));
};

const SCOPE = "unresolved creates";

/** A page; `undefined` if the cursor is not one of this query. */
function* pageUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Unit<Page<UnresolvedCreate> | undefined> {
  const secret = yield* readSecret();
  const position = cursor === undefined ? ["", 0] : openCursor(secret, SCOPE, cursor);
  if (!position) return undefined;
  const [afterAt = "", afterRef = 0] = position;
  const rows = yield* run(listOpenCreates, {
    now: instantAt(context.clock.now()),
    afterAt: String(afterAt),
    afterRef: Number(afterRef),
    // One more than asked for shows whether there is a next page.
    limit: limit + 1,
  });
  const items: UnresolvedCreate[] = [];
  for (const row of rows.slice(0, limit)) items.push(createOf(context, row, yield* gatewaysFor(context, refs, row)));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, ...(last && { nextCursor: sealCursor(secret, SCOPE, [last.created_at, last.ref]) }) };
}

const createOf = ({ links }: LedgerContext, row: OpenCreateRow, refs: GatewayRefs): UnresolvedCreate => {
  const gateway = refs.keyOf(row.gateway_ref ?? 0);
  const isAsked = row.look_at !== null && links.gateways.includes(gateway);
  return {
    reference: row.reference,
    gateway,
    sentAt: (row.sent_at ?? row.created_at) as Instant,
    ...(isAsked && { askedAgainAt: row.look_at as Instant }),
    hint: hintOf(links, gateway, row),
  };
};

const hintOf = (links: LedgerContext["links"], gateway: string, { look_at: lookAt }: OpenCreateRow): string => {
  if (!links.gateways.includes(gateway)) return FOREIGN_HINT;
  const step = openStep(links, gateway);
  return lookAt === null
    ? `The ledger does not ask the gateway about it any more: look in the provider's dashboard for a link with this reference. ${step}`
    : step;
};
