import type {
  ChangeInput,
  CreateInput,
  Driver,
  DriverError,
  DriverHistory,
  DriverPage,
  PageInput,
  WebhookAcknowledgements,
} from "@tautan/core/driver";
import { driverError, invalidRequest, omitUndefined } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import { unknownCursor } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { capabilities, type MemoryCapabilities, OFFERED_METHODS } from "./capabilities.ts";
import { toDriverHistory } from "./history.ts";
import { toDriverLink } from "./link.ts";
import { type CheckedOptions, checkOptions, type MemoryOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { createSimulator, type Simulator } from "./simulate.ts";
import { MemoryStore, now, type StoredLink, sequenceOf, usageOf } from "./store.ts";
import { parseMemoryWebhook } from "./webhook.ts";

/** The memory driver, plus a simulated payer. */
export interface MemoryDriver extends Driver<"memory", MemoryCapabilities, never> {
  /** Simulates the payer and the bank. */
  readonly simulate: Simulator;
}

/**
 * Creates a driver that keeps its links in memory, for tests. It supports the whole API: usage, expiry, histories and signed
 * webhooks. It uses no network.
 *
 * @throws `TypeError` if an option is invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks, idr } from "@tautan/core";
 * import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
 *
 * const clock = createManualClock("2026-01-01T00:00:00Z");
 * const memory = createMemoryDriver({ clock });
 * const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock });
 * await links.create({ reference: "INV-001", amount: idr(190_000) });
 * const { webhook } = await memory.simulate.pay("INV-001");
 * const delivery = await links.parseWebhook("memory", webhook);
 * ```
 */
export const createMemoryDriver = (options: MemoryOptions = {}): MemoryDriver => {
  const checked = checkOptions(options);
  const store = new MemoryStore();
  return Object.freeze({
    contract: 1,
    name: "memory",
    capabilities,
    handlers: createHandlers(store, checked),
    acknowledgements,
    simulate: createSimulator(store, checked),
  });
};

const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});

const createHandlers = (store: MemoryStore, { clock, webhookSecret }: CheckedOptions): MemoryDriver["handlers"] => {
  const view = (link: StoredLink) => toDriverLink(link, clock.now());
  const linkOr404 = (link: StoredLink | undefined): Result<StoredLink, DriverError> =>
    link ? ok(link) : err(driverError("not_found", { message: "there is no such link in memory" }));
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
    create: async (input) => {
      const options = checkProviderOptions(input);
      if (options.isErr()) return err(options.error);
      if (store.findBy("reference", input.reference)) {
        return err(
          driverError("duplicate_reference", { message: "a link with this reference already exists in memory" }),
        );
      }
      const slug = input.slug ?? store.nextId("slug");
      if (store.findBy("slug", slug)) return refused("slug", "a link with this slug is in memory already");
      return ok(view(store.put(newLink(store.nextId("link"), { ...input, slug }, now(clock)))));
    },
    preview: async (input) => checkProviderOptions(input).map(() => ({ alwaysReported: DESCRIBED_FIELDS })),
    get: async (id) => linkOr404(store.get(id)).map(view),
    find: async (reference) => linkOr404(store.findBy("reference", reference)).map(view),
    list: async (page) =>
      pageOf("link", store.all().toReversed(), (link) => link.id, page).map(({ items, ...rest }) => ({
        ...rest,
        items: items.map(view),
      })),
    update: async (id, changes) =>
      linkOr404(store.get(id))
        .andThen((link) => checkChanges(link, changes, clock.now()))
        .map((link) => view(store.put({ ...link, mutable: { ...link.mutable, ...changes }, updatedAt: now(clock) }))),
    close: async (id) => setState(id, "closed").map(() => ({ state: "closed" as const })),
    reopen: async (id) => setState(id, "open").map(view),
    delete: async (id) =>
      linkOr404(store.get(id)).andThen((link) => {
        if (link.payments.length > 0)
          return err(driverError("has_histories", { message: "somebody has tried to pay this link" }));
        store.remove(link);
        return ok(undefined);
      }),
    listHistories: async (id, page) =>
      linkOr404(store.get(id)).andThen((link) =>
        pageOf("payment", historiesOf(link), (each) => each.record.providerId, page),
      ),
    listRecentHistories: async (since, page) => {
      const recent = store
        .all()
        .flatMap((link) => link.payments.map((payment) => ({ link, payment })))
        .filter(({ payment }) => payment.openedAt >= since)
        .toSorted((one, other) => sequenceOf(other.payment.id) - sequenceOf(one.payment.id));
      return pageOf("payment", recent, ({ payment }) => payment.id, page).map(({ items, ...rest }) => ({
        ...rest,
        items: items.map(({ link, payment }) => toDriverHistory(reportOf(link, payment, clock.now()), "read")),
      }));
    },
    getHistory: async (paymentId) => historyOr404(paymentId),
    listPaymentMethods: async () => ok(OFFERED_METHODS),
    parseWebhook: (delivery) => parseMemoryWebhook(delivery, webhookSecret),
    explainWebhook: async (delivery) =>
      ok(await (await import("./explain-webhook.ts")).factsOfMemoryWebhook(delivery, webhookSecret)),
    confirm: async (subject) => {
      if (subject.kind === "link") {
        const link = linkOr404(store.get(subject.providerId)).map(view);
        return link.map((each) => ({ kind: "link", trust: "read", link: each }));
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

const newLink = (
  id: string,
  input: CreateInput & { readonly slug: string },
  createdAt: StoredLink["createdAt"],
): StoredLink => {
  const { title, usage, expiresAt, methods, collect, redirect, metadata, ...fixed } = input;
  return {
    id,
    input: fixed,
    mutable: { ...CLEARED, usage, ...omitUndefined({ title, expiresAt, methods, collect, redirect, metadata }) },
    state: "open",
    createdAt,
    updatedAt: createdAt,
    payments: [],
  };
};

const CLEARED = { title: null, expiresAt: null, methods: null, collect: null, redirect: null, metadata: null } as const;

/** A read returns the whole link. */
const DESCRIBED_FIELDS = ["title", "items", "methods", "customer", "collect", "redirect", "metadata"] as const;

/** The memory driver has no options: whatever is there is unknown. */
const checkProviderOptions = ({ providerOptions: options = {} }: CreateInput): Result<undefined, DriverError> => {
  const names = typeof options === "object" && options !== null ? Object.keys(options).map((name) => `.${name}`) : [""];
  const message = "the memory driver has no options of its own";
  const issues = names.map((name) => ({ path: `providerOptions.memory${name}`, message }));
  return issues.length === 0 ? ok(undefined) : err(invalidRequest("the request", issues));
};

const refused = (path: string, message: string): Result<never, DriverError> =>
  err(invalidRequest("the request", [{ path, message }], { outcome: "refused" }));

/** Whether a change is possible: used and held uses stay, and a link does not end before it starts. */
const checkChanges = (
  link: StoredLink,
  { usage, expiresAt }: ChangeInput,
  nowMs: number,
): Result<StoredLink, DriverError> => {
  const { used, held } = usageOf(link, nowMs);
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
  newestFirst: readonly T[],
  idOf: (item: T) => string,
  { cursor, limit }: PageInput,
): Result<DriverPage<T>, DriverError> => {
  if (cursor !== undefined && !new RegExp(`^${prefix}-\\d{6,15}$`).test(cursor)) {
    return err(unknownCursor());
  }
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : sequenceOf(cursor);
  const rest = newestFirst.filter((item) => sequenceOf(idOf(item)) < before);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return ok({ items, ...(last !== undefined && limit < rest.length && { nextCursor: idOf(last) }) });
};
