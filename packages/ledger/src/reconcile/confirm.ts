import type { CallOptions, LinkId, PaymentLinkError } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import { storedId } from "../apply/storable.ts";
import type { LedgerContext } from "../context.ts";
import type { LedgerError } from "../errors.ts";
import { listHistories } from "../reads/histories.ts";
import { getLink } from "../reads/links.ts";
import type { RecordedHistory } from "../reads/types.ts";
import type { ConfirmedLink, LinkName } from "../types.ts";
import { applyRead } from "./apply-reads.ts";
import { readLinkAndHistories } from "./read-link.ts";

/** Reads a link and its payments at the gateway, and returns both as the ledger knows them then. */
export const confirmLink = async (
  context: LedgerContext,
  name: LinkName,
  options: CallOptions,
): Promise<Result<ConfirmedLink, PaymentLinkError | LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const known = await getLink(context, name);
  if (known.isErr()) return err(known.error);
  const { id, gateway, providerId } = known.value;
  const target = { id, gateway, gatewayRef: refs.value.refOf(gateway), storedId: storedId(providerId) };
  const report = await readLinkAndHistories(context, target, options);
  if (report.isErr()) return err(report.error);
  const read = { gateway, candidates: [{ id }], report: report.value, learntBy: "confirm" } as const;
  const applied = await applyRead(context, refs.value, read);
  if (applied.isErr()) return err(applied.error);
  const link = await getLink(context, id);
  if (link.isErr()) return err(link.error);
  return (await historiesOf(context, id)).map((histories) => ({ link: link.value, histories }));
};

const MAX_PAGE = 100;

const historiesOf = async (
  context: LedgerContext,
  link: LinkId,
): Promise<Result<readonly RecordedHistory[], LedgerError>> => {
  const histories: RecordedHistory[] = [];
  let cursor: string | undefined;
  do {
    const page = await listHistories(context, { link, order: "oldest_first", limit: MAX_PAGE, cursor });
    if (page.isErr()) return err(page.error);
    histories.push(...page.value.items);
    cursor = page.value.nextCursor;
  } while (cursor !== undefined);
  return ok(histories);
};
