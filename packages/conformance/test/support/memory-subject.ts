import { createHmac } from "node:crypto";
import {
  type ConformanceSubject,
  createTestClock,
  type PayPage,
  type RawWebhook,
  type Running,
  type TestClock,
} from "@tautan/conformance";
import type { CustomerField } from "@tautan/core";
import { createMemoryDriver, type MemoryDriver, type Simulated } from "@tautan/driver-memory";

/** What the memory driver of the suite signs with. */
export const MEMORY_SECRET = "memory-secret-of-the-suite";

export interface RunningMemory extends Running {
  readonly memory: MemoryDriver;
  readonly clock: TestClock;
  readonly sent: RawWebhook[];
}

type Act = (running: RunningMemory) => Promise<Simulated>;

/** The memory driver calls nobody by itself: what its simulator returns is what a provider would have sent. */
const tell = async (running: RunningMemory, act: Act): Promise<void> => {
  const { webhook } = await act(running);
  running.sent.push(webhook);
};

const sign = (body: string, secret: string): string => createHmac("sha256", secret).update(body).digest("hex");

/** A link in memory has no page; this is what would stand there. */
const payPageOf = async (memory: MemoryDriver, clock: TestClock, providerId: string): Promise<PayPage> => {
  const kept = await memory.handlers.get(providerId, { clock, signal: new AbortController().signal });
  if (kept.isErr()) throw new Error(kept.error.message);
  const { title, items = [], collect = {}, redirect } = kept.value;
  const asksFor = Object.keys(collect) as CustomerField[];
  return { text: [title, ...items.map((each) => each.name)].join("\n"), asksFor, leadsTo: redirect?.url };
};

/** The memory driver, played by its own simulator. */
export const memorySubject: ConformanceSubject<RunningMemory> = {
  name: "memory",
  capabilities: createMemoryDriver().capabilities,
  traffic: "calls",
  start: async (network) => {
    const clock = createTestClock();
    const memory = createMemoryDriver({ clock, webhookSecret: MEMORY_SECRET });
    const sent: RawWebhook[] = [];
    return { driver: network.aroundCalls(memory), memory, clock, sent, deliveries: () => sent, stop: async () => {} };
  },
  acts: {
    look: ({ memory, clock }, link) => payPageOf(memory, clock, link.providerId),
    open: (running, link) => tell(running, ({ memory }) => memory.simulate.open(link)),
    pay: (running, link, amount) => tell(running, ({ memory }) => memory.simulate.pay(link, amount && { amount })),
    payLate: (running, link) => tell(running, ({ memory }) => memory.simulate.pay(link)),
    payAfterClose: (running, link) => tell(running, ({ memory }) => memory.simulate.pay(link)),
    fail: (running, link) => tell(running, ({ memory }) => memory.simulate.fail(link)),
    settle: (running, link) => tell(running, ({ memory }) => memory.simulate.settle(link)),
    refund: (running, link, amount) => tell(running, ({ memory }) => memory.simulate.refund(link, { amount })),
    reverse: (running, link) => tell(running, ({ memory }) => memory.simulate.reverse(link)),
    wait: ({ clock }, ms) => clock.advance(ms),
    forge: (_running, webhook, how) => {
      switch (how) {
        case "changed":
          return { ...webhook, body: webhook.body.replace('"amount":"', '"amount":"9') };
        case "wrong_key":
          return { ...webhook, headers: { ...webhook.headers, "memory-signature": sign(webhook.body, "another key") } };
        case "unsigned": {
          const { "memory-signature": _, ...headers } = webhook.headers;
          return { ...webhook, headers };
        }
        case "unsigned_part":
          throw new Error("the signature covers everything");
      }
    },
    batch: { absent: "the simulator returns one webhook for each act" },
    unknownEvent: { absent: "the simulator sends webhooks about payments only" },
  },
  secrets: [MEMORY_SECRET],
  notSigned: {
    url: { absent: "the signature covers the body alone" },
    time: { absent: "the signature covers the body alone" },
  },
};
