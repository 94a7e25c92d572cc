import { ResultAsync } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { exportPayments } from "./export.ts";
import { listHistories } from "./histories.ts";
import { getLink, listLinks } from "./links.ts";
import { sumHistories } from "./totals.ts";
import { readTrail } from "./trail.ts";
import type { LedgerReads } from "./types.ts";
import { listUnresolvedCreates } from "./unresolved-creates.ts";

/** The reads of a ledger. */
export const readOperations = (context: LedgerContext): LedgerReads => ({
  get: (link) => new ResultAsync(getLink(context, link)),
  list: (query = {}) => new ResultAsync(listLinks(context, query)),
  unresolvedCreates: (page = {}) => new ResultAsync(listUnresolvedCreates(context, page)),
  histories: (query = {}) => new ResultAsync(listHistories(context, query)),
  trail: (link, page = {}) => new ResultAsync(readTrail(context, link, page)),
  exportPayments: (query) => exportPayments(context, query),
  totals: (query) => new ResultAsync(sumHistories(context, query)),
});
