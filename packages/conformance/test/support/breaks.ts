// Drivers that are wrong in one thing each: the memory driver with a handler replaced, above the network.
import { createHmac } from "node:crypto";
import type { HistoryRecord, Money } from "@tautan/core";
import type { AnyDriver, DriverError, DriverHandlers, DriverLink, SupportingHandlers } from "@tautan/core/driver";
import { driverError, instantAt } from "@tautan/core/driver";
import type { MemoryTraits } from "@tautan/driver-memory";
import { err, ok, type Result } from "neverthrow";
import { MEMORY_SECRET } from "./memory-subject.ts";

type Handlers = DriverHandlers & Required<Pick<SupportingHandlers, "explainWebhook">>;
type Replace = (right: Handlers) => Partial<Handlers>;

export interface Break {
  /** What the driver does wrong. */
  readonly what: string;
  /** The group that must see it. */
  readonly group: string;
  /** The traits of its gateway. Default: one that can do everything. */
  readonly traits?: MemoryTraits;
  readonly replace: Replace;
}

export const brokenDriver = <D extends AnyDriver>(driver: D, { replace }: Pick<Break, "replace">): D => ({
  ...driver,
  handlers: { ...driver.handlers, ...replace(driver.handlers as Handlers) },
});

/** Reads that return wrong data. */
const readsAs =
  (change: (link: DriverLink) => Partial<DriverLink>): Replace =>
  (right) => ({
    get: async (id, context) => (await right.get(id, context)).map((link) => ({ ...link, ...change(link) })),
  });

const withoutRefunds = ({ refundedTotal: _, ...record }: HistoryRecord): HistoryRecord => ({
  ...record,
  refunds: [],
});

const sumOf = (amounts: readonly (Money | undefined)[]): number =>
  amounts.reduce((sum, each) => sum + Number(each?.amount ?? 0), 0);

/** Lists payments that went back in part as if all of them were still there. */
export const listsNoRefundInPart: Replace = (right) => ({
  listHistories: async (id, page, context) =>
    (await right.listHistories(id, page, context)).map(({ items, ...rest }) => ({
      ...rest,
      items: items.map((each) => {
        const { refunds, amounts } = each.record;
        const isWhole = sumOf(refunds.map(({ amount }) => amount)) >= sumOf(amounts.map(({ value }) => value));
        return isWhole ? each : { ...each, record: withoutRefunds(each.record) };
      }),
    })),
});

const withoutSignal = <C extends { readonly signal: AbortSignal }>(context: C): C => ({
  ...context,
  signal: new AbortController().signal,
});

const renamed = <T>(
  result: Result<T, DriverError>,
  change: (error: DriverError) => DriverError,
): Result<T, DriverError> => result.mapErr(change);

/** Links that are reported with wrong data, by every source. */
const linksAs =
  (change: (link: DriverLink) => Partial<DriverLink>): Replace =>
  (right) => ({
    create: async (input, context) =>
      (await right.create(input, context)).map((link) => ({ ...link, ...change(link) })),
    get: async (id, context) => (await right.get(id, context)).map((link) => ({ ...link, ...change(link) })),
  });

export const BREAKS: readonly Break[] = [
  {
    what: "reports a disputed payment as paid",
    group: "disputes",
    replace: (right) => ({
      getHistory: async (id, context) =>
        (await right.getHistory(id, context)).map(({ record, raw }) => ({ record: { ...record, disputes: [] }, raw })),
    }),
  },
  {
    what: "takes a kept answer for a new one",
    group: "kept answers",
    traits: { createRecovery: "keyed" },
    replace: (right) => ({
      create: async (input, context) =>
        (await right.create(input, context)).map((link) => ({ ...link, isKeptAnswer: false })),
    }),
  },
  {
    what: "sends a repeat that is another request",
    group: "kept answers",
    traits: { createRecovery: "keyed" },
    replace: (right) => {
      let count = 0;
      return {
        create: (input, context) => {
          count += 1;
          return right.create({ ...input, title: `attempt ${count}` }, context);
        },
      };
    },
  },
  {
    what: "fails to confirm the account's other business",
    group: "webhooks",
    traits: { notices: "history" },
    replace: (right) => ({
      confirm: async (subject, context) => {
        const confirmed = await right.confirm(subject, context);
        const isOther = confirmed.isOk() && confirmed.value.kind === "unknown";
        return isOther ? err(driverError("unavailable", { message: "HTTP 500" })) : confirmed;
      },
    }),
  },
  {
    what: "lists no payments after a notice of their link",
    group: "webhooks",
    traits: { notices: "link" },
    replace: () => ({ listHistories: async () => ok({ items: [] }) }),
  },
  {
    what: "accepts any token",
    group: "webhooks",
    traits: { trust: "token" },
    replace: (right) => ({
      parseWebhook: (delivery, context) =>
        right.parseWebhook(
          { ...delivery, header: (name) => (name === "memory-token" ? MEMORY_SECRET : delivery.header(name)) },
          context,
        ),
    }),
  },
  {
    what: "trusts what a token sent",
    group: "webhooks",
    traits: { trust: "token" },
    replace: (right) => ({
      parseWebhook: async (delivery, context) =>
        (await right.parseWebhook(delivery, context)).map((all) =>
          all.map((each) => ({ ...each, trust: "signed" as const })),
        ),
    }),
  },
  {
    what: "reports an end of endless links",
    group: "expiry",
    traits: { expiry: "never" },
    replace: linksAs(() => ({ expiresAt: instantAt(Date.parse("2026-03-03T03:00:00Z")) })),
  },
  {
    what: "counts what nobody counts",
    group: "usage",
    traits: { counted: false },
    replace: linksAs(({ usage }) => ({ usage: { ...usage, counted: true } })),
  },
  {
    what: "puts a limit on links without one",
    group: "usage",
    traits: { usage: "unlimited" },
    replace: linksAs(({ usage }) => ({ usage: { ...usage, limit: 1 } })),
  },
  {
    what: "lists no paid histories if only those are asked for",
    group: "histories",
    replace: (right) => ({
      listHistories: async (id, page, context) =>
        page.paidOnly ? ok({ items: [] }) : right.listHistories(id, page, context),
    }),
  },
  {
    what: "offers a page after the last one, again and again",
    group: "list and paging",
    replace: (right) => ({
      list: async (page, context) =>
        (await right.list(page, context)).map(({ items }) => ({ items, nextCursor: "link-000001" })),
    }),
  },
  {
    what: "names one payment of a batch",
    group: "webhooks",
    replace: (right) => ({
      parseWebhook: async (delivery, context) =>
        (await right.parseWebhook(delivery, context)).map((all) => all.slice(0, 1)),
    }),
  },
  {
    what: "claims to find links and has no handler for it",
    group: "capabilities",
    replace: () => ({ find: undefined as never }),
  },
  {
    what: "returns another address when a link is read",
    group: "create and read back",
    replace: readsAs(() => ({ url: "https://pay.memory.example/other" })),
  },
  {
    what: "makes a second link under a reference",
    group: "create again",
    replace: (right) => {
      let count = 0;
      return {
        create: async (input, context) => {
          count += 1;
          const { reference } = input;
          const made = await right.create({ ...input, reference: `${reference}.${count}` }, context);
          return made.map((link) => ({ ...link, reference }));
        },
      };
    },
  },
  {
    what: "takes any link under a reference for the one asked for",
    group: "create again",
    replace: (right) => ({
      create: async (input, context) => {
        const made = await right.create(input, context);
        return made.isErr() && made.error.kind === "duplicate_reference"
          ? (await right.find(input.reference, context)).map((link) => ({ ...link, amount: input.amount }))
          : made;
      },
    }),
  },
  {
    what: "reads times in another zone",
    group: "create and read back",
    replace: readsAs(({ createdAt }) =>
      createdAt === undefined ? {} : { createdAt: instantAt(Date.parse(createdAt) + 7 * 60 * 60 * 1000) },
    ),
  },
  {
    what: "finds a link by part of its reference",
    group: "create and read back",
    replace: (right) => ({
      find: async (reference, context) => {
        const all = await right.list({ limit: 100 }, context);
        return all.andThen(({ items }) => {
          const link = items.find((each) => each.reference.startsWith(reference));
          return link ? ok({ ...link, reference }) : err(driverError("not_found", { message: "there is none" }));
        });
      },
    }),
  },
  {
    what: "drops metadata in silence",
    group: "fields",
    replace: (right) => ({ create: ({ metadata: _, ...input }, context) => right.create(input, context) }),
  },
  {
    what: "cuts titles",
    group: "fields",
    replace: (right) => ({
      create: ({ title, ...input }, context) =>
        right.create({ ...input, ...(title !== undefined && { title: title.slice(0, 10) }) }, context),
    }),
  },
  {
    what: "loses cents when a link is read",
    group: "money forms",
    replace: readsAs(({ amount }) =>
      "open" in amount ? {} : { amount: { ...amount, amount: amount.amount.replace(/\..*/, "") } },
    ),
  },
  {
    what: "drops items silently",
    group: "items",
    replace: (right) => ({ create: ({ items: _, ...input }, context) => right.create(input, context) }),
  },
  {
    what: "echoes items and does not keep them",
    group: "items",
    replace: readsAs(() => ({ items: undefined })),
  },
  {
    what: "does not report uses that open payments hold",
    group: "usage",
    replace: readsAs(({ usage }) => ({ usage: { ...usage, held: 0 } })),
  },
  {
    what: "counts no payments",
    group: "usage",
    replace: readsAs(({ usage }) => ({ usage: { ...usage, used: 0 } })),
  },
  {
    what: "ends links a minute later than requested",
    group: "expiry",
    replace: (right) => ({
      create: (input, context) => {
        const { expiresAt } = input;
        if (expiresAt === undefined) return right.create(input, context);
        return right.create({ ...input, expiresAt: instantAt(Date.parse(expiresAt) + 60_000) }, context);
      },
    }),
  },
  {
    what: "starts links at once, whatever was asked",
    group: "expiry",
    replace: readsAs(() => ({ startsAt: undefined })),
  },
  {
    what: "loses the last link of every page",
    group: "list and paging",
    replace: (right) => ({
      list: async (page, context) =>
        (await right.list(page, context)).map(({ items, ...rest }) => ({ ...rest, items: items.slice(0, -1) })),
    }),
  },
  {
    what: "gives the first page whatever the cursor",
    group: "list and paging",
    replace: (right) => ({ list: ({ limit }, context) => right.list({ limit }, context) }),
  },
  {
    what: "accepts a change and does not make it",
    group: "update",
    replace: (right) => ({
      update: async (id, { title }, context) =>
        (await right.get(id, context)).map((link) => ({ ...link, ...(typeof title === "string" && { title }) })),
    }),
  },
  {
    what: "claims that links can be changed and changes none",
    group: "update",
    replace: () => ({
      update: async () => err(driverError("unsupported", { message: "nothing was sent", features: [] })),
    }),
  },
  {
    what: "resets what a change leaves out",
    group: "update",
    replace: (right) => ({
      update: (id, changes, context) => right.update(id, { redirect: null, ...changes }, context),
    }),
  },
  {
    what: "reports a link as closed and leaves it open",
    group: "close and delete",
    replace: () => ({ close: async () => ok({ state: "closed" }) }),
  },
  {
    what: "calls it a fault of the gateway's that a paid link stays",
    group: "close and delete",
    replace: (right) => ({
      delete: async (id, context) =>
        renamed(await right.delete(id, context), (error) => driverError("unavailable", { message: error.message })),
    }),
  },
  {
    what: "calls every attempt paid",
    group: "histories",
    replace: (right) => ({
      listHistories: async (id, page, context) =>
        (await right.listHistories(id, page, context)).map(({ items, ...rest }) => ({
          ...rest,
          items: items.map((each) => ({
            ...each,
            record: {
              ...each.record,
              attempts: each.record.attempts.map((one) => ({ ...one, facts: { ...one.facts, paid: {} } })),
            },
          })),
        })),
    }),
  },
  {
    what: "lists more histories than asked for",
    group: "histories",
    replace: (right) => ({
      listHistories: (id, _page, context) => right.listHistories(id, { limit: 100 }, context),
    }),
  },
  {
    what: "reports no refund when a history is read",
    group: "histories",
    replace: (right) => ({
      getHistory: async (id, context) =>
        (await right.getHistory(id, context)).map((each) => ({ ...each, record: withoutRefunds(each.record) })),
    }),
  },
  {
    what: "lists no refund in part",
    group: "histories",
    replace: listsNoRefundInPart,
  },
  {
    what: "offers the first of several methods alone",
    group: "methods",
    replace: (right) => ({
      create: (input, context) =>
        right.create({ ...input, ...(input.methods && { methods: input.methods.slice(0, 1) }) }, context),
    }),
  },
  {
    what: "takes a forged webhook for a genuine one",
    group: "webhooks",
    replace: (right) => ({
      parseWebhook: (delivery, context) => {
        const signature = createHmac("sha256", MEMORY_SECRET).update(delivery.bytes).digest("hex");
        const header = (name: string) => (name === "memory-signature" ? signature : delivery.header(name));
        return right.parseWebhook({ ...delivery, bytes: delivery.bytes, header }, context);
      },
    }),
  },
  {
    what: "claims more trust than its webhooks deserve",
    group: "webhooks",
    replace: (right) => ({
      parseWebhook: async (delivery, context) =>
        (await right.parseWebhook(delivery, context)).map((all) => all.map((each) => ({ ...each, trust: "read" }))),
    }),
  },
  {
    what: "reports something new each time a webhook is repeated",
    group: "webhooks",
    replace: (right) => {
      let count = 0;
      return {
        parseWebhook: async (delivery, context) => {
          count += 1;
          return (await right.parseWebhook(delivery, context)).map((all) =>
            all.map((each) =>
              each.kind === "history" ? { ...each, record: { ...each.record, notes: [`delivery ${count}`] } } : each,
            ),
          );
        },
      };
    },
  },
  {
    what: "does not name the header that is missing",
    group: "webhook explanations",
    replace: (right) => ({
      explainWebhook: async (delivery, context) =>
        (await right.explainWebhook(delivery, context)).map(({ missing: _, ...facts }) => facts),
    }),
  },
  {
    what: "shows a signature in its facts",
    group: "webhook explanations",
    replace: (right) => ({
      explainWebhook: async (delivery, context) => {
        const got = delivery.header("memory-signature") ?? "";
        const malformed = { name: "memory-signature", expected: "64 digits", got };
        return (await right.explainWebhook(delivery, context)).map((facts) => ({ ...facts, malformed }));
      },
    }),
  },
  {
    what: "claims that a forged webhook is its own under another secret",
    group: "webhook explanations",
    replace: (right) => ({
      explainWebhook: async (delivery, context) =>
        (await right.explainWebhook(delivery, context)).map((facts) => ({
          ...facts,
          otherSecret: { option: "webhookSecret", problem: "padded" },
        })),
    }),
  },
  {
    what: "ignores options that it does not know",
    group: "errors",
    replace: (right) => ({ create: ({ providerOptions: _, ...input }, context) => right.create(input, context) }),
  },
  {
    what: "calls a taken reference a fault of the gateway's",
    group: "errors",
    replace: (right) => ({
      create: async (input, context) =>
        renamed(await right.create(input, context), (error) =>
          error.kind === "duplicate_reference" ? driverError("rejected", { message: error.message }) : error,
        ),
    }),
  },
  {
    what: "sends a create again whose answer was lost",
    group: "unknown outcome and recovery",
    replace: (right) => ({
      create: async (input, context) => {
        const first = await right.create(input, context);
        return first.isErr() && first.error.outcome === "unknown" ? right.create(input, context) : first;
      },
    }),
  },
  {
    what: "reports not_sent when no response came",
    group: "unknown outcome and recovery",
    replace: (right) => ({
      create: async (input, context) =>
        renamed(await right.create(input, context), (error) => ({ ...error, outcome: "not_sent" })),
    }),
  },
  {
    what: "lists the recent payments of one link alone",
    group: "histories",
    replace: (right) => ({
      listRecentHistories: async (since, page, context) =>
        (await right.listRecentHistories(since, page, context)).map(({ items }) => ({ items: items.slice(0, 1) })),
    }),
  },
  {
    what: "finds no link of a reference",
    group: "prepare, send, resume",
    replace: () => ({ find: async () => err(driverError("not_found", { message: "there is no such link" })) }),
  },
  {
    what: "reports a search that failed as a link that is not there",
    group: "prepare, send, resume",
    replace: (right) => ({
      find: async (reference, context) =>
        renamed(await right.find(reference, context), () => driverError("not_found", { message: "not found" })),
    }),
  },
  {
    what: "keeps waiting when its caller has given up",
    group: "deadlines",
    replace: (right) => ({ get: (id, context) => right.get(id, withoutSignal(context)) }),
  },
  {
    what: "shows its key in an error",
    group: "redaction",
    replace: (right) => ({
      get: async (id, context) =>
        renamed(await right.get(id, context), (error) => ({
          ...error,
          message: `${error.message} (${MEMORY_SECRET})`,
        })),
    }),
  },
  {
    what: "shows its customer in an error",
    group: "redaction",
    replace: (right) => ({
      create: async (input, context) =>
        renamed(await right.create(input, context), (error) => ({
          ...error,
          hint: `${error.hint} Ask ${input.customer?.email ?? "nobody"}.`,
        })),
    }),
  },
];
