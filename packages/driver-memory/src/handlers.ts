import { isSupported, type OperationName } from "@tautan/core";
import type {
  CallContext,
  ChangeInput,
  DriverError,
  DriverHandlers,
  DriverHistory,
  DriverPage,
  PageInput,
  SupportingHandlers,
} from "@tautan/core/driver";
import { driverError, instantAt } from "@tautan/core/driver";
import { unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { OFFERED_METHODS } from "./capabilities.ts";
import { checkProviderOptions, createCreator, refused, roundedDown } from "./create.ts";
import type { FailingOperation, Failures } from "./failures.ts";
import { toDriverHistory } from "./history.ts";
import { toDriverLink } from "./link.ts";
import type { CheckedOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { countedUsageOf, isOpen, type MemoryStore, now, type StoredLink, sequenceOf } from "./store.ts";
import { parseMemoryWebhook, webhookRulesOf } from "./webhook.ts";

export type MemoryHandlers = DriverHandlers<never> & Required<SupportingHandlers<never>>;

/** How many links a search of the newest sees. */
const NEWEST = 25;

export const createHandlers = (store: MemoryStore, options: CheckedOptions): MemoryHandlers => {
  const { clock, capabilities } = options;
  const create = createCreator(store, options);
  const rules = webhookRulesOf(options);
  const view = (link: StoredLink) => toDriverLink(link, clock.now(), capabilities);
  const linkOr404 = (link: StoredLink | undefined): Result<StoredLink, DriverError> => {
    const reported = store.reported(link);
    return reported ? ok(reported) : err(driverError("not_found", { message: "there is no such link in memory" }));
  };
  const reported = () => store.all().filter((each) => store.reported(each) !== undefined);
  const historiesOf = (link: StoredLink): readonly DriverHistory[] =>
    link.payments.map((each) => toDriverHistory(reportOf(link, each, clock.now()), "read")).toReversed();
  const historyOr404 = (paymentId: string): Result<DriverHistory, DriverError> => {
    const link = store.findBy("payment", paymentId);
    const payment = link?.payments.find((each) => each.id === paymentId);
    if (!link || !payment) return err(driverError("not_found", { message: "there is no such payment in memory" }));
    return ok(toDriverHistory(reportOf(link, payment, clock.now()), "read"));
  };
  const setState = (id: string, state: StoredLink["state"]): Result<StoredLink, DriverError> =>
    linkOr404(store.get(id)).map((link) => store.put({ ...link, state, updatedAt: now(clock) }));

  return {
    create: async (input) => create(input),
    preview: async (input) => checkProviderOptions(input).map(() => ({ alwaysReported: DESCRIBED_FIELDS })),
    get: async (id) => linkOr404(store.get(id)).map(view),
    find: async (reference) => linkOr404(store.findBy("reference", reference)).map(view),
    findRecent: async (reference, _context, since) => {
      const newest = reported()
        .toReversed()
        .filter((each, index) => (since === undefined ? index < NEWEST : each.createdAt >= since));
      return linkOr404(newest.find((each) => each.input.reference === reference)).map(view);
    },
    list: async (page) =>
      pageOf(
        "link",
        (sequence) => store.linksOlderThan(sequence),
        (link) => link.id,
        page,
      ).map(({ items, ...rest }) => ({
        ...rest,
        items: items.map(view),
      })),
    update: async (id, changes) =>
      linkOr404(store.get(id))
        .andThen((link) => checkChanges(link, changes, clock.now(), options))
        .map((link) => {
          const { expiresAt } = changes;
          const rounded = { ...changes, ...(expiresAt && { expiresAt: roundedDown(expiresAt, capabilities) }) };
          return view(store.put({ ...link, mutable: { ...link.mutable, ...rounded }, updatedAt: now(clock) }));
        }),
    close: async (id) => {
      const { readableAfter = true, endsOpenPayments = false } = capabilities.close ?? {};
      return setState(id, readableAfter ? "closed" : "gone").map((link) => {
        if (endsOpenPayments) store.put(withoutOpenPayments(link, clock.now()));
        return { state: readableAfter ? ("closed" as const) : ("deleted" as const) };
      });
    },
    reopen: async (id) => setState(id, "open").map(view),
    delete: async (id) =>
      linkOr404(store.get(id)).andThen((link) => {
        if (link.payments.length > 0)
          return err(driverError("has_histories", { message: "somebody has tried to pay this link" }));
        store.remove(link);
        return ok(undefined);
      }),
    listHistories: async (id, page) =>
      linkOr404(store.get(id)).andThen((link) => {
        const idOf = (each: DriverHistory): string => each.record.providerId;
        return pageOf("payment", ofList(historiesOf(link), idOf), idOf, page);
      }),
    listRecentHistories: async (since, page) => {
      const recent = store
        .all()
        .flatMap((link) => link.payments.map((payment) => ({ link, payment })))
        .filter(({ payment }) => payment.openedAt >= since)
        .toSorted((one, other) => sequenceOf(other.payment.id) - sequenceOf(one.payment.id));
      const idOf = ({ payment }: (typeof recent)[number]): string => payment.id;
      return pageOf("payment", ofList(recent, idOf), idOf, page).map(({ items, ...rest }) => ({
        ...rest,
        items: items.map(({ link, payment }) => toDriverHistory(reportOf(link, payment, clock.now()), "read")),
      }));
    },
    getHistory: async (paymentId) => historyOr404(paymentId),
    listPaymentMethods: async () =>
      ok(isSupported(capabilities.methods) ? capabilities.methods.offered : OFFERED_METHODS),
    parseWebhook: (delivery) => parseMemoryWebhook(delivery, rules),
    explainWebhook: async (delivery) =>
      ok(await (await import("./explain-webhook.ts")).factsOfMemoryWebhook(delivery, rules)),
    confirm: async (subject) => {
      if (subject.kind === "link") {
        const link = linkOr404(store.get(subject.providerId)).map(view);
        return link.map((each) => ({ kind: "link", trust: "read", link: each }));
      }
      if (store.elsewhere.has(subject.providerId)) {
        return ok({ kind: "unknown", trust: "read", event: "payment_without_link", raw: { id: subject.providerId } });
      }
      return historyOr404(subject.providerId).map((history) => ({
        kind: "history",
        trust: "read",
        ...history,
        linkCandidates: history.record.linkProviderIds.map(({ value }) => ({ providerId: value })),
      }));
    },
  };
};

/** Handlers that ask the gateway nothing. */
const OFFLINE: ReadonlySet<string> = new Set(["parseWebhook", "explainWebhook", "preview"]);

/** The handlers that the capabilities declare. Each call is counted, and fails as the test has ordered. */
export const declaredHandlers = (
  handlers: MemoryHandlers,
  { capabilities: { operations, createRecovery } }: CheckedOptions,
  failures: Failures,
  onCall: (operation: FailingOperation) => void,
): object => {
  const declared = Object.entries(handlers).filter(([name]) => {
    if (name === "findRecent") return createRecovery === "scan";
    return OFFLINE.has(name)
      ? name !== "parseWebhook" || operations.parseWebhook === true
      : operations[name as OperationName] === true;
  });
  return Object.fromEntries(
    declared.map(([name, handler]) => {
      if (OFFLINE.has(name)) return [name, handler];
      const operation = (name === "findRecent" ? "find" : name) as FailingOperation;
      return [
        name,
        (...inputs: readonly unknown[]) => {
          onCall(operation);
          const work = () =>
            (handler as (...all: readonly unknown[]) => ReturnType<MemoryHandlers["create"]>)(...inputs);
          return failures.call(operation, inputs.find(isContext) ?? NO_CONTEXT, work);
        },
      ];
    }),
  );
};

const isContext = (input: unknown): input is CallContext =>
  typeof input === "object" && input !== null && "signal" in input && input.signal instanceof AbortSignal;

const NO_CONTEXT: CallContext = { signal: new AbortController().signal, clock: Date };

/** A read returns the whole link. */
const DESCRIBED_FIELDS = ["title", "items", "methods", "customer", "collect", "redirect", "metadata"] as const;

const withoutOpenPayments = (link: StoredLink, nowMs: number): StoredLink => ({
  ...link,
  payments: link.payments.map((each) => (isOpen(each, nowMs) ? { ...each, expiresAt: instantAt(nowMs) } : each)),
});

/** Whether a change is possible: used and held uses stay, and a link does not end before it starts. */
const checkChanges = (
  link: StoredLink,
  { usage, expiresAt }: ChangeInput,
  nowMs: number,
  { capabilities }: CheckedOptions,
): Result<StoredLink, DriverError> => {
  const { used, held } = countedUsageOf(link, nowMs, capabilities);
  if (usage !== undefined && usage.limit !== "unlimited" && usage.limit < used + held) {
    const message = `${used} uses are taken and ${held} held; the limit cannot be ${usage.limit}`;
    return err(driverError("invalid_state", { message, hint: `Set a limit of at least ${used + held}.` }));
  }
  const { startsAt } = link.input;
  if (expiresAt !== undefined && expiresAt !== null && startsAt !== undefined && expiresAt <= startsAt) {
    return refused("expiresAt", `expected a moment after startsAt ${startsAt}, got ${expiresAt}`);
  }
  return ok(link);
};

/**
 * The page after the item whose id is the cursor. Ids grow with time and lists are newest first, so nothing is skipped or
 * repeated if items are added or removed.
 */
const pageOf = <T>(
  prefix: "link" | "payment",
  olderThan: (sequence: number) => Iterable<T>,
  idOf: (item: T) => string,
  { cursor, limit }: PageInput,
): Result<DriverPage<T>, DriverError> => {
  if (cursor !== undefined && !new RegExp(`^${prefix}-\\d{6,15}$`).test(cursor)) {
    return err(unknownCursor());
  }
  const items: T[] = [];
  for (const item of olderThan(cursor === undefined ? Number.POSITIVE_INFINITY : sequenceOf(cursor))) {
    const last = items.at(-1);
    if (last !== undefined && items.length === limit) return ok({ items, nextCursor: idOf(last) });
    items.push(item);
  }
  return ok({ items });
};

const ofList =
  <T>(newestFirst: readonly T[], idOf: (item: T) => string) =>
  (sequence: number): readonly T[] =>
    newestFirst.filter((item) => sequenceOf(idOf(item)) < sequence);
