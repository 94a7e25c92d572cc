import { createHmac } from "node:crypto";
import {
  type ConformanceSubject,
  createTestClock,
  type Forgery,
  type PayPage,
  type RawWebhook,
  type Running,
  type TestClock,
} from "@tautan/conformance";
import type { CustomerField, DriverCapabilities } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import { createMemoryDriver, type MemoryDriver, type MemoryOptions } from "@tautan/driver-memory";

/** What the memory driver of the suite signs with. */
export const MEMORY_SECRET = "memory-secret-of-the-suite";

/** A memory driver of any traits. */
type AnyMemory = AnyDriver & Omit<MemoryDriver<DriverCapabilities>, "handlers">;

export interface RunningMemory extends Running {
  readonly memory: AnyMemory;
  readonly clock: TestClock;
}

const sign = (body: string, secret: string): string => createHmac("sha256", secret).update(body).digest("hex");

/** A link in memory has no page; this is what would stand there. */
const payPageOf = async ({ memory, clock }: RunningMemory, providerId: string): Promise<PayPage> => {
  const context = { clock, signal: new AbortController().signal };
  const kept = await memory.handlers.get?.(providerId, context);
  if (!kept?.isOk()) throw new Error(`there is no page of ${providerId}`);
  const { title, items = [], collect = {}, redirect } = kept.value;
  const { alwaysCollects = [] } = memory.capabilities;
  const asksFor = [...new Set([...alwaysCollects, ...(Object.keys(collect) as CustomerField[])])];
  return { text: [title, ...items.map((each) => each.name)].join("\n"), asksFor, leadsTo: redirect?.url };
};

const forgeSigned = (webhook: RawWebhook, how: Forgery): RawWebhook => {
  switch (how) {
    case "changed":
      return { ...webhook, body: changedBody(webhook.body) };
    case "wrong_key":
      return { ...webhook, headers: { ...webhook.headers, "memory-signature": sign(webhook.body, "another key") } };
    case "unsigned": {
      const { "memory-signature": _, ...headers } = webhook.headers;
      return { ...webhook, headers };
    }
    case "unsigned_part": {
      // The signature covers everything, and does not identify the account: another one with the same key sent this.
      const body = unpaid(webhook.body);
      return { ...webhook, body, headers: { ...webhook.headers, "memory-signature": sign(body, MEMORY_SECRET) } };
    }
  }
};

const forgeWithToken = (webhook: RawWebhook, how: Forgery): RawWebhook => {
  switch (how) {
    case "changed":
      return { ...webhook, body: changedBody(webhook.body) };
    case "wrong_key":
      return { ...webhook, headers: { ...webhook.headers, "memory-token": "another token" } };
    case "unsigned": {
      const { "memory-token": _, ...headers } = webhook.headers;
      return { ...webhook, headers };
    }
    case "unsigned_part":
      return { ...webhook, body: unpaid(webhook.body) };
  }
};

/** Without the time of the payment. */
const unpaid = (body: string): string =>
  JSON.stringify(JSON.parse(body), (name, value: unknown) => (name === "paidAt" ? undefined : value));

/** Another amount, or another subject of a notice. */
const changedBody = (body: string): string =>
  body.includes('"notice"') ? body.replace(/(link|payment)-0/, "$1-9") : body.replace('"amount":"', '"amount":"9');

/** The memory driver with these options, played by its own simulator. */
export const memorySubjectOf = (
  options: Omit<MemoryOptions, "clock" | "webhookSecret" | "deliverTo"> = {},
): ConformanceSubject<RunningMemory> => {
  const create = (more: MemoryOptions): AnyMemory =>
    createMemoryDriver({ ...options, ...more } as MemoryOptions) as unknown as AnyMemory;
  const { capabilities } = create({});
  const { trust } = capabilities.webhooks;
  const isSigned = trust !== "token" && trust !== "unsigned";
  const endsOpenPayments = capabilities.close?.endsOpenPayments === true;
  return {
    name: "memory",
    capabilities,
    traffic: "calls",
    start: async (network) => {
      const clock = createTestClock();
      const memory = create({ clock, webhookSecret: MEMORY_SECRET });
      const deliveries = () => memory.deliveries.map(({ webhook }) => webhook);
      return { driver: network.aroundCalls(memory), memory, clock, deliveries, stop: async () => {} };
    },
    acts: {
      look: (running, link) => payPageOf(running, link.providerId),
      open: ({ memory }, link) => memory.simulate.open(link),
      pay: ({ memory }, link, amount) => memory.simulate.pay(link, amount && { amount }),
      payLate: ({ memory }, link) => memory.simulate.pay(link),
      payAfterClose: endsOpenPayments
        ? { absent: "closing a link ends its open payments" }
        : ({ memory }, link) => memory.simulate.pay(link),
      fail: ({ memory }, link) => memory.simulate.fail(link),
      settle: ({ memory }, link) => memory.simulate.settle(link),
      refund: ({ memory }, link, amount) => memory.simulate.refund(link, { amount }),
      reverse: ({ memory }, link) => memory.simulate.reverse(link),
      dispute: ({ memory }, link) => memory.simulate.dispute(link),
      endDispute: ({ memory }, link, end) => memory.simulate.endDispute(link, end),
      wait: ({ clock }, ms) => clock.advance(ms),
      forge: (_running, webhook, how) => (isSigned ? forgeSigned(webhook, how) : forgeWithToken(webhook, how)),
      batch: ({ memory }, links) => memory.simulate.payTogether(links),
      unknownEvent: async ({ memory }) => (await memory.simulate.otherEvent()).webhook,
      notOurs: async ({ memory }) => (await memory.simulate.payElsewhere()).webhook,
    },
    secrets: [MEMORY_SECRET],
    notSigned: {
      url: { absent: "the signature covers the body alone" },
      time: { absent: "the signature covers the body alone" },
    },
  };
};

/** The memory driver, which supports everything. */
export const memorySubject: ConformanceSubject<RunningMemory> = memorySubjectOf();
