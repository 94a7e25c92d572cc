import {
  type ConformanceSubject,
  createTestClock,
  describeConformance,
  type Running,
  type TestClock,
} from "@tautan/conformance";
import { createTransport } from "@tautan/driver-kit";
import { withRetries } from "@tautan/driver-kit/http";
import { describe, test } from "vitest"; // or node:test, or jest
import { type Acme, capabilities, createAcmeDriver, forgeAcme, startAcme } from "./acme.ts"; // yours

const subject: ConformanceSubject<Running & { readonly acme: Acme; readonly clock: TestClock }> = {
  name: "acme",
  capabilities,
  traffic: "http",
  start: async (network) => {
    const clock = createTestClock();
    const acme = await startAcme(clock); // the provider's API on localhost
    const transport = withRetries(network.aroundTransport(createTransport({ maxRetries: 0 })), { retryDelayMs: 0 });
    const driver = createAcmeDriver({ apiKey: "acme-api-key", baseUrl: acme.url, transport });
    return { driver, clock, acme, deliveries: () => acme.webhooks, stop: () => acme.close() };
  },
  acts: {
    look: ({ acme }, link) => acme.payPage(link.url),
    open: ({ acme }, link) => acme.act("open", link.url),
    pay: ({ acme }, link, amount) => acme.act("pay", link.url, amount),
    payLate: ({ acme }, link) => acme.act("pay", link.url),
    payAfterClose: ({ acme }, link) => acme.act("pay", link.url),
    fail: ({ acme }, link) => acme.act("decline", link.url),
    settle: ({ acme }, link) => acme.act("settle", link.url),
    refund: { skip: "the simulator has no refunds yet" },
    reverse: { absent: "Acme documents no reversal of a payment" },
    wait: ({ clock }, ms) => clock.advance(ms),
    forge: (_running, webhook, how) => forgeAcme(webhook, how),
    batch: { absent: "an Acme webhook is about one payment" },
    unknownEvent: ({ acme }) => acme.webhookAbout("payout"),
    dispute: { absent: "Acme documents no disputes" },
    endDispute: { absent: "Acme documents no disputes" },
    notOurs: ({ acme }) => acme.webhookAbout("terminal_payment"),
  },
  secrets: ["acme-api-key"],
};

describeConformance({ describe, test }, subject);
