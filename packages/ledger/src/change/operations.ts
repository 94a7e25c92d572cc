import { type LinkId, type PaymentLink, type PaymentLinkError, ResultAsync, type StoppedLink } from "@tautan/core";
import { instantAt, splitId } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { applyReport } from "../apply/apply.ts";
import { noteInTrail } from "../apply/note-in-trail.ts";
import { storedId } from "../apply/storable.ts";
import { linkOf } from "../apply/stored-rows.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { type LedgerError, type RefusedError, refused, type StorageError } from "../errors.ts";
import { linkAsOf } from "../plan/link-state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { lookBy } from "../statements/links.ts";
import { readByLinkId } from "../statements/read.ts";
import type { Ledger } from "../types.ts";

type Changes = Pick<Ledger<unknown, unknown>, "update" | "close" | "reopen" | "delete">;

/** The operations that change a link at its gateway, and then as it is stored. */
export const changeOperations = (context: LedgerContext): Changes => {
  const { links } = context;
  const changed = (name: keyof Changes, id: LinkId, change: () => ResultAsync<PaymentLink, PaymentLinkError>) =>
    new ResultAsync(changeThenStore(context, { name, id, change, linkAfter: (_, after) => after })).map(
      ({ answer, used }): PaymentLink => linkAsOf(answer, used, context.clock.now()),
    );
  const stopped = (name: keyof Changes, id: LinkId, change: () => ResultAsync<StoppedLink, PaymentLinkError>) =>
    new ResultAsync(changeThenStore(context, { name, id, change, linkAfter: stoppedLink })).map(({ answer }) => answer);
  return {
    update: (id, changes, options) => changed("update", id, () => links.update(id, changes, options)),
    reopen: (id, options) => changed("reopen", id, () => links.reopen(id, options)),
    close: (id, options) => stopped("close", id, () => links.close(id, options)),
    delete: (id, options) => stopped("delete", id, () => links.delete(id, options)),
  };
};

/** A stored link that was stopped just now. The gateway has not reported when, so that no report of it counts as older. */
const stoppedLink = ({ updatedAt: _, ...link }: PaymentLink, { status }: StoppedLink): PaymentLink => ({
  ...link,
  status,
  acceptsPayments: false,
});

/** If this process dies between the change and its result, the link is looked at after this time, in milliseconds. */
const LOOK_AFTER_MS = 60_000;

interface Changed<Answer> {
  readonly answer: Answer;
  /** How many payments take a use. */
  readonly used: number;
}

interface Change<Answer> {
  readonly name: keyof Changes;
  readonly id: LinkId;
  readonly change: () => ResultAsync<Answer, PaymentLinkError>;
  readonly linkAfter: (stored: PaymentLink, answer: Answer) => PaymentLink;
}

const changeThenStore = async <Answer>(
  context: LedgerContext,
  { name, id, change, linkAfter }: Change<Answer>,
): Promise<Result<Changed<Answer>, PaymentLinkError | LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const noted = await context.engine.transaction(() => noteUnit(context, refs.value, id, name));
  if (noted.isErr()) return err(noted.error);
  const linkRef = noted.value;
  if (linkRef === undefined) return err(unknownLink());
  const answered = await change();
  if (answered.isErr()) {
    const error = `${answered.error.kind}: ${answered.error.message}`;
    const details = { cause: "change", nowMs: context.clock.now(), error } as const;
    // Whether or not that can be noted, the caller must learn why the call failed.
    await context.engine.write(() => noteInTrail(linkRef, `call:${name}`, details));
    return err(answered.error);
  }
  const answer = answered.value;
  const used = await store(context, refs.value, id, (link) => linkAfter(link, answer));
  return used.map((count) => ({ answer, used: count }));
};

/** Notes the call, and that the link is to be looked at soon. Returns the link's number. */
function* noteUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  id: LinkId,
  name: keyof Changes,
): Unit<number | undefined> {
  const found = yield* findUnit(context, refs, id);
  if (!found) return undefined;
  const nowMs = context.clock.now();
  yield* run(lookBy, { ref: found.ref, lookAt: instantAt(nowMs + LOOK_AFTER_MS) });
  yield* noteInTrail(found.ref, `call:${name}`, { cause: "change", nowMs });
  return found.ref;
}

function* findUnit(
  { links }: LedgerContext,
  refs: GatewayRefs,
  id: LinkId,
): Unit<{ readonly ref: number; readonly link: PaymentLink } | undefined> {
  const parts = splitId(links.canonicalId(id));
  if (!parts) return undefined;
  const { gateway, providerId } = parts;
  const row = yield* runFirst(readByLinkId, { gatewayRef: refs.refOf(gateway), linkId: storedId(providerId) });
  return row && row.link !== null ? { ref: row.link_ref, link: linkOf(row.link, gateway) } : undefined;
}

/** Stores the link as it is now. Returns how many payments take a use. */
const store = async (
  context: LedgerContext,
  refs: GatewayRefs,
  id: LinkId,
  linkAfter: (stored: PaymentLink) => PaymentLink,
): Promise<Result<number, StorageError | RefusedError>> => {
  const found = await context.engine.read(() => findUnit(context, refs, id));
  if (found.isErr()) return err(found.error);
  if (!found.value) return err(unknownLink());
  const link = linkAfter(found.value.link);
  const applied = await applyReport(context, refs, {
    gateway: link.gateway,
    report: { link, histories: [] },
    candidates: [{ id: link.id, reference: link.reference }],
    learntBy: "change",
  });
  if (applied.isErr()) return err(applied.error);
  return applied.value ? ok(applied.value.plan.used) : err(unknownLink());
};

const unknownLink = (): RefusedError =>
  refused(
    "unknown_link",
    "expected the id of a link of this ledger, and it has none with this id",
    "Pass link.id of a link that the ledger created or received. Others are changed by the operations of createPaymentLinks.",
  );
