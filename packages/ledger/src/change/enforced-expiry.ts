// The expiry that the ledger enforces: it is changed here alone, because the gateway does not know it.
import type { Instant, LinkChanges, LinkId, PaymentLink, PaymentLinkError } from "@tautan/core";
import { isSupported } from "@tautan/core";
import { epochMsOf, instantAt, toInstant } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { applyReport } from "../apply/apply.ts";
import { noteInTrail } from "../apply/note-in-trail.ts";
import type { LedgerContext } from "../context.ts";
import { invalidExpiry } from "../create/refusals.ts";
import type { LedgerError } from "../errors.ts";
import { linkAsOf } from "../plan/link-state.ts";
import { unknownLink } from "../reads/links.ts";
import type { GatewayRefs } from "../schema/gateways.ts";

/** What an update asks of the expiry of a link that the ledger closes: `undefined` if it is to have none. */
export interface EnforcedExpiry {
  readonly expiresAt: Instant | undefined;
}

/** Whether a change of the expiry is one of the ledger alone: then what it asks for, or why it cannot be. */
export const enforcedExpiryOf = (
  { links, clock }: LedgerContext,
  link: PaymentLink,
  { expiresAt }: Pick<LinkChanges, "expiresAt">,
  enforceExpiry: boolean,
): Result<EnforcedExpiry | undefined, PaymentLinkError> => {
  if (expiresAt === undefined) return ok(undefined);
  const { gateway, expiryEnforcedBy } = link;
  const { expiresAt: capability, operations } = links.gateway(gateway).capabilities;
  const isEndless = !isSupported(capability) || capability.moments !== undefined;
  const canBegin = enforceExpiry && isEndless && isSupported(operations.close);
  if (expiryEnforcedBy === undefined && !canBegin) return ok(undefined);
  if (expiresAt === "never") return ok({ expiresAt: undefined });
  const moment = toInstant(expiresAt);
  if (moment === undefined) {
    return err(invalidExpiry(gateway, 'expected a valid Date, ISO 8601 text with an offset, or "never"'));
  }
  if (epochMsOf(moment) <= clock.now()) {
    return err(invalidExpiry(gateway, `expected a time in the future, got ${moment}`));
  }
  return ok({ expiresAt: moment });
};

interface StoredLink {
  readonly id: LinkId;
  readonly ref: number;
  readonly link: PaymentLink;
}

/** Stores another expiry of a link. Returns the link as it is then. */
export const moveExpiry = async (
  context: LedgerContext,
  refs: GatewayRefs,
  { id, ref, link }: StoredLink,
  { expiresAt }: EnforcedExpiry,
): Promise<Result<PaymentLink, LedgerError>> => {
  const nowMs = context.clock.now();
  const noted = await context.engine.write(() => noteInTrail(ref, "call:update", { cause: "change", nowMs }));
  if (noted.isErr()) return err(noted.error);
  const apply = withExpiry(expiresAt);
  const applied = await applyReport(context, refs, {
    gateway: link.gateway,
    candidates: [{ id }],
    report: { change: { answeredAt: instantAt(nowMs), apply }, histories: [] },
    learntBy: "change",
  });
  if (applied.isErr()) return err(applied.error);
  if (!applied.value) return err(unknownLink());
  const { plan } = applied.value;
  return ok(linkAsOf(plan.link ?? apply(link), plan.used, nowMs));
};

/** The ledger may have closed it at its former expiry: then it is closed, and can be opened again. */
const withExpiry =
  (expiresAt: Instant | undefined) =>
  ({ expiresAt: _, expiryEnforcedBy: __, ...stored }: PaymentLink): PaymentLink => ({
    ...stored,
    status: stored.status === "expired" ? "closed" : stored.status,
    ...(expiresAt !== undefined && { expiresAt, expiryEnforcedBy: "ledger" }),
  });
