// The report of a gateway about one link and its payments.
import type { CallOptions, LinkId, PaymentLinkError, PaymentLinkHistory } from "@tautan/core";
import { instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run } from "../database/unit.ts";
import type { DatabaseError } from "../errors.ts";
import type { Report } from "../plan/state.ts";
import { openHistoryIds } from "../statements/looks.ts";

type Read<T> = Promise<Result<T, PaymentLinkError | DatabaseError>>;

/** A link that is stored. */
export interface LinkToRead {
  readonly id: LinkId;
  /** Its gateway's key and number. */
  readonly gateway: string;
  readonly gatewayRef: number;
  /** Its id at the provider, as it is stored. */
  readonly storedId: string;
  /** Whether the ledger did not create it, and looks at it for the first time: it may have payments from before. */
  readonly isNew?: boolean;
}

/**
 * Reads a link and all its histories, the payments first, oldest first. A link that the gateway has no more, as after a `close` at
 * Midtrans, is read by its known histories one by one.
 */
export const readLinkAndHistories = async (
  context: LedgerContext,
  target: LinkToRead,
  options: CallOptions,
): Read<Report> => {
  const beganAt = instantAt(context.clock.now());
  const link = await context.links.get(target.id, options);
  if (link.isErr())
    return link.error.kind === "not_found" ? readKnown(context, target, link.error, options) : err(link.error);
  const histories = await readHistoriesOf(context, target.id, options);
  if (histories.isErr()) return err(histories.error);
  return ok({ link: link.value, beganAt, histories: histories.value });
};

/**
 * Adds the histories of a link that was made elsewhere, if its gateway does not report when: it is stored as if it had been made when it
 * became known, and the histories of the account are read only since then.
 */
export const withEarlierHistories = async (
  context: LedgerContext,
  { id, isNew = false }: LinkToRead,
  report: Report,
  options: CallOptions,
): Read<Report> => {
  if (!isNew || !report.link || report.link.createdAt !== undefined) return ok(report);
  return (await readHistoriesOf(context, id, options)).map((histories) => ({ ...report, histories }));
};

/** Reads the link alone. */
export const readLinkAlone = async (context: LedgerContext, target: LinkToRead, options: CallOptions): Read<Report> => {
  const beganAt = instantAt(context.clock.now());
  const link = await context.links.get(target.id, options);
  if (link.isOk()) return ok({ link: link.value, beganAt, histories: [] });
  // Its payments are read with those of the account.
  return link.error.kind === "not_found" ? ok({ histories: [] }) : err(link.error);
};

const MAX_PAGE = 100;

/** None if the gateway reports payments by webhook only: then those that the ledger knows are all that is known. */
const readHistoriesOf = async (
  { links }: LedgerContext,
  id: LinkId,
  options: CallOptions,
): Promise<Result<readonly PaymentLinkHistory[], PaymentLinkError>> => {
  const gateway = splitId(id)?.gateway;
  if (gateway !== undefined && links.gateway(gateway).capabilities.operations.listHistories !== true) return ok([]);
  const newestFirst: PaymentLinkHistory[] = [];
  for await (const page of links.listHistoryPages(id, { limit: MAX_PAGE }, options)) {
    if (page.isErr()) return err(page.error);
    newestFirst.push(...page.value.items);
  }
  return ok(inOrderOfPayment(newestFirst));
};

/** The first payments take the uses of a link: those that were paid first come first, if their times are known. */
export const inOrderOfPayment = (newestFirst: readonly PaymentLinkHistory[]): readonly PaymentLinkHistory[] => {
  const oldestFirst = newestFirst.toReversed();
  const paid = oldestFirst.filter(({ isPaid }) => isPaid);
  const isTimed = paid.every(({ paidAt }) => paidAt !== undefined);
  const inOrder = isTimed ? paid.toSorted((one, other) => compareTexts(one.paidAt ?? "", other.paidAt ?? "")) : paid;
  return [...inOrder, ...oldestFirst.filter(({ isPaid }) => !isPaid)];
};

const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** The gateway has no such payment any more, or reports payments by webhook only. */
const KNOWS_NOTHING: ReadonlySet<PaymentLinkError["kind"]> = new Set(["not_found", "unsupported"]);

const readKnown = async (
  { engine, links }: LedgerContext,
  { gateway, gatewayRef, storedId }: LinkToRead,
  notFound: PaymentLinkError,
  options: CallOptions,
): Read<Report> => {
  const known = await engine.read(() => run(openHistoryIds, { gatewayRef, linkId: storedId }));
  if (known.isErr()) return err(known.error);
  const histories: PaymentLinkHistory[] = [];
  for (const { provider_id: providerId } of known.value) {
    const history = await links.getHistory(`${gateway}:${providerId}`, options);
    if (history.isOk()) histories.push(history.value);
    else if (!KNOWS_NOTHING.has(history.error.kind)) return err(history.error);
  }
  return histories.length === 0 && known.value.length === 0 ? err(notFound) : ok({ histories });
};
