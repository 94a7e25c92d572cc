import { randomUUID } from "node:crypto";
import {
  type CallOptions,
  type LinkChanges,
  type LinkId,
  type PaymentLink,
  type PaymentLinkError,
  ResultAsync,
  type StoppedLink,
} from "@tautan/core";
import { instantAt, splitId, toInstant } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { applyReport } from "../apply/apply.ts";
import { noteInTrail } from "../apply/note-in-trail.ts";
import { storedId } from "../apply/storable.ts";
import { linkOf } from "../apply/stored-rows.ts";
import { pendingJson, pendingOf } from "../apply/stored-terms.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { type LedgerError, type RefusedError, refused, type StorageError } from "../errors.ts";
import { linkAsOf } from "../plan/link-state.ts";
import { withPending } from "../plan/pending-terms.ts";
import type { OwnChange, PendingTerms, Report } from "../plan/state.ts";
import { unknownGateway } from "../reads/links.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { lookBy, putPendingTerms } from "../statements/links.ts";
import { type LinkRow, lockLink, readByLinkId } from "../statements/read.ts";
import type { Ledger } from "../types.ts";
import { enforcedExpiryOf, moveExpiry } from "./enforced-expiry.ts";

type Changes = Pick<Ledger<unknown, unknown>, "update" | "close" | "reopen" | "delete">;

/** The operations that change a link at its gateway, and then as it is stored. */
export const changeOperations = (context: LedgerContext): Changes => {
  const { links } = context;
  const { clock } = context;
  const changed = (
    name: keyof Changes,
    id: LinkId,
    change: () => ResultAsync<PaymentLink, PaymentLinkError>,
    changeOf: (answer: PaymentLink) => Partial<PaymentLink>,
    asked?: PendingTerms,
  ) =>
    new ResultAsync(
      changeThenStore(context, {
        name,
        id,
        change,
        asked,
        // The time of the former state is not that of this one.
        reportOf: (answer) => ({
          link: { ...WITHOUT_TIME, ...changeOf(answer), ...answer },
          change: (stored) => ({ ...stored, ...changeOf(answer) }),
        }),
      }),
    ).map(({ answer, used }): PaymentLink => linkAsOf(answer, used, clock.now()));
  const stopped = (name: keyof Changes, id: LinkId, change: () => ResultAsync<StoppedLink, PaymentLinkError>) =>
    new ResultAsync(
      changeThenStore(context, { name, id, change, reportOf: (answer) => ({ change: stoppedBy(answer) }) }),
    ).map(({ answer }) => answer);
  return {
    update: (id, changes, { enforceExpiry = context.enforceExpiry, ...options } = {}) => {
      const send = (sent: LinkChanges) =>
        changed(
          "update",
          id,
          () => links.update(id, sent, options),
          (answer) => changedFields(sent, answer),
          askedTerms(sent, clock.now() + timeoutMsOf(options, links.timeoutMs)),
        );
      return new ResultAsync(updateLink(context, id, changes, { enforceExpiry, send }));
    },
    reopen: (id, options) =>
      changed(
        "reopen",
        id,
        () => links.reopen(id, options),
        ({ status, acceptsPayments }) => ({ status, acceptsPayments }),
      ),
    close: (id, options) => stopped("close", id, () => links.close(id, options)),
    delete: (id, options) => stopped("delete", id, () => links.delete(id, options)),
  };
};

/** Changes a link. An expiry that the ledger enforces is not sent, and changed after the rest, which may be refused. */
const updateLink = async (
  context: LedgerContext,
  id: LinkId,
  changes: LinkChanges,
  {
    enforceExpiry,
    send,
  }: {
    readonly enforceExpiry: boolean;
    readonly send: (sent: LinkChanges) => ResultAsync<PaymentLink, PaymentLinkError | LedgerError>;
  },
): Promise<Result<PaymentLink, PaymentLinkError | LedgerError>> => {
  if ((changes ?? {}).expiresAt === undefined) return send(changes);
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const found = await context.engine.read(() => findUnit(context, refs.value, id));
  if (found.isErr()) return err(found.error);
  const row = found.value;
  const known = context.links.canonicalId(id);
  const gateway = splitId(known)?.gateway;
  if (!row?.link || known === undefined || gateway === undefined) return send(changes);
  const link = linkOf(row.link, gateway);
  const own = enforcedExpiryOf(context, link, changes, enforceExpiry);
  if (own.isErr()) return err(own.error);
  if (!own.value) return send(changes);
  const { expiresAt: _, ...others } = changes;
  if (Object.values(others).some((each) => each !== undefined)) {
    const sent = await send(others);
    if (sent.isErr()) return err(sent.error);
  }
  return moveExpiry(context, refs.value, { id: known, ref: row.link_ref, link }, own.value);
};

/** The time of the gateway is absent from a state that it was not reported with. */
const WITHOUT_TIME: Partial<PaymentLink> = { updatedAt: undefined } as object;

/** The stored link after it was stopped: the gateway has not reported when. */
const stoppedBy =
  ({ status }: StoppedLink) =>
  (stored: PaymentLink): PaymentLink => ({ ...stored, ...WITHOUT_TIME, status, acceptsPayments: false });

/** The fields that an update has changed, as the gateway has answered: `undefined` for those that were cleared. */
const changedFields = (changes: LinkChanges, answer: PaymentLink): Partial<PaymentLink> =>
  Object.fromEntries(
    Object.entries(changes).flatMap(([name, change]) => {
      const value = answer[name as keyof PaymentLink];
      const isCleared = change === null || change === "never";
      return change === undefined || (value === undefined && !isCleared) ? [] : [[name, value]];
    }),
  );

/** The terms that an update asks for; `undefined` if it asks for none, or for what core refuses to send. */
const askedTerms = (changes: LinkChanges, timedOutAtMs: number): PendingTerms | undefined => {
  const { usage, expiresAt } = (changes ?? {}) as Partial<LinkChanges>;
  const limit = usage?.limit === "unlimited" ? null : Number.isInteger(usage?.limit) ? usage?.limit : undefined;
  const expiry = expiresAt === "never" ? null : toInstant(expiresAt);
  if (limit === undefined && expiry === undefined) return undefined;
  return {
    id: randomUUID(),
    ...(limit !== undefined && { limit }),
    ...(expiry !== undefined && { expiresAt: expiry }),
    endsBy: instantAt(timedOutAtMs + IN_FLIGHT_MS),
  };
};

/** The deadline of a call, in milliseconds. One that is none is refused by core, before anything is sent. */
const timeoutMsOf = (options: CallOptions | undefined, usualMs: number): number => {
  const timeoutMs: unknown = options?.timeoutMs;
  return typeof timeoutMs === "number" && timeoutMs >= 1 ? Math.min(timeoutMs, MAX_TIMEOUT_MS) : usualMs;
};

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** How long after its deadline a request can still reach the gateway, in milliseconds. */
const IN_FLIGHT_MS = 30_000;
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
  /** The terms that it asks for, by which payments may come before its answer. */
  readonly asked?: PendingTerms | undefined;
  readonly reportOf: (answer: Answer) => {
    /** The link as the gateway has answered; absent if it has not. */
    readonly link?: PaymentLink;
    readonly change: OwnChange["apply"];
  };
}

const changeThenStore = async <Answer>(
  context: LedgerContext,
  { name, id, change, asked, reportOf }: Change<Answer>,
): Promise<Result<Changed<Answer>, PaymentLinkError | LedgerError>> => {
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const noted = await context.engine.transaction(() => noteUnit(context, refs.value, { name, id, asked }));
  if (noted.isErr()) return err(noted.error);
  const linkRef = noted.value;
  if (linkRef === undefined) return err(unknownGateway(context, refs.value, id) ?? unknownLink());
  const beganAt = instantAt(context.clock.now());
  const answered = await change();
  const answeredAt = instantAt(context.clock.now());
  if (answered.isErr()) {
    const error = `${answered.error.kind}: ${answered.error.message}`;
    const details = { cause: "change", nowMs: context.clock.now(), error } as const;
    // Whether or not that can be noted, the caller must learn why the call failed.
    await context.engine.write(() => noteInTrail(linkRef, `call:${name}`, details));
    if (asked && answered.error.outcome !== "unknown") {
      await store(context, refs.value, id, { endedTerms: { id: asked.id, isMade: false }, histories: [] });
    }
    return err(answered.error);
  }
  const answer = answered.value;
  const { link, change: apply } = reportOf(answer);
  const report: Report = {
    link,
    beganAt,
    change: { answeredAt, apply },
    endedTerms: asked && { id: asked.id, isMade: true },
    histories: [],
  };
  const used = await store(context, refs.value, id, report);
  return used.map((count) => ({ answer, used: count }));
};

/** Notes the call, the terms that it asks for, and that the link is to be looked at soon. Returns the link's number. */
function* noteUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  { name, id, asked }: Pick<Change<unknown>, "name" | "id" | "asked">,
): Unit<number | undefined> {
  const ref = (yield* findUnit(context, refs, id))?.link_ref;
  if (ref === undefined) return undefined;
  const nowMs = context.clock.now();
  if (asked) {
    yield* run(lockLink, { linkRef: ref });
    const stored = pendingOf((yield* findUnit(context, refs, id))?.link_pending_terms ?? null);
    const pending = withPending(stored, asked, instantAt(nowMs));
    yield* run(putPendingTerms, { ref, terms: pendingJson(pending) });
  }
  const soon = instantAt(nowMs + LOOK_AFTER_MS);
  yield* run(lookBy, { ref, lookAt: asked && asked.endsBy > soon ? asked.endsBy : soon });
  yield* noteInTrail(ref, `call:${name}`, { cause: "change", nowMs });
  return ref;
}

function* findUnit({ links }: LedgerContext, refs: GatewayRefs, id: LinkId): Unit<LinkRow | undefined> {
  const parts = splitId(links.canonicalId(id));
  if (!parts) return undefined;
  const { gateway, providerId } = parts;
  const row = yield* runFirst(readByLinkId, { gatewayRef: refs.refOf(gateway), linkId: storedId(providerId) });
  if (!row || row.link === null) return undefined;
  // A link that cannot be read could not be stored again after the change.
  linkOf(row.link, gateway);
  return row;
}

/** Stores a link after a change. Returns how many payments take a use. */
const store = async (
  context: LedgerContext,
  refs: GatewayRefs,
  id: LinkId,
  report: Report,
): Promise<Result<number, StorageError | RefusedError>> => {
  const known = context.links.canonicalId(id);
  const gateway = splitId(known)?.gateway;
  if (known === undefined || gateway === undefined) return err(unknownLink());
  const applied = await applyReport(context, refs, {
    gateway,
    report,
    candidates: [{ id: known }],
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
