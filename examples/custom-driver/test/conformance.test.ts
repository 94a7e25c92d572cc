import {
  type ConformanceSubject,
  createTestClock,
  describeConformance,
  type Forgery,
  type RawWebhook,
  type Running,
  type TestClock,
} from "@tautan/conformance";
import type { PaymentLink } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { withRetries } from "@tautan/driver-kit/http";
import { createContohDriver } from "tautan-driver-contoh";
import { describe, test } from "vitest";
import type { Link } from "./simulator/contoh-pay.ts";
import { type RunningContohPay, SECRET_KEY, startContohPay, WEBHOOK_SECRET } from "./simulator/server.ts";
import { signatureOf } from "./simulator/signature.ts";

interface Subject extends Running {
  readonly contoh: RunningContohPay;
  readonly clock: TestClock;
}

const credentials = { environment: "sandbox", secretKey: SECRET_KEY, webhookSecrets: [WEBHOOK_SECRET] } as const;

const linkOf = ({ contoh }: Subject, { providerId }: PaymentLink): Link => contoh.provider.link(providerId);

const forge = ({ clock }: Subject, webhook: RawWebhook, how: Forgery): RawWebhook => {
  const signedWith = (secret: string) => ({ "contoh-signature": signatureOf(webhook.body, secret, clock.now()) });
  switch (how) {
    case "changed":
      return { ...webhook, body: webhook.body.replace('"amount":', '"amount":9') };
    case "wrong_key":
      return { ...webhook, headers: { ...webhook.headers, ...signedWith("whsec_of_somebody_else") } };
    case "unsigned":
      return { ...webhook, headers: { "content-type": "application/json" } };
    case "unsigned_part":
      throw new Error("the signature covers everything");
  }
};

const subject: ConformanceSubject<Subject> = {
  name: "contoh",
  capabilities: createContohDriver(credentials).capabilities,
  traffic: "http",
  start: async (network) => {
    const clock = createTestClock();
    const contoh = await startContohPay(clock);
    const transport = withRetries(network.aroundTransport(createTransport({ maxRetries: 0 })), { retryDelayMs: 0 });
    const driver = createContohDriver({ ...credentials, baseUrl: contoh.baseUrl, transport });
    return { driver, clock, contoh, deliveries: () => contoh.provider.sent, stop: contoh.stop };
  },
  acts: {
    look: { skip: "the simulator has no pay page; a read of a link tells all that was asked for" },
    open: (running, link) => running.contoh.provider.open(linkOf(running, link)),
    pay: (running, link) => running.contoh.provider.pay(linkOf(running, link)),
    payLate: (running, link) => running.contoh.provider.pay(linkOf(running, link)),
    payAfterClose: (running, link) => running.contoh.provider.pay(linkOf(running, link)),
    fail: (running, link) => running.contoh.provider.fail(linkOf(running, link)),
    settle: (running, link) => running.contoh.provider.settle(linkOf(running, link)),
    refund: (running, link, { amount }) =>
      // The suite pays in the first currency, rupiah, of which Contoh Pay counts hundredths.
      running.contoh.provider.refund(linkOf(running, link), Number(amount) * 100),
    reverse: (running, link) => running.contoh.provider.reverse(linkOf(running, link)),
    wait: ({ clock }, ms) => clock.advance(ms),
    forge,
    batch: { absent: "a webhook of Contoh Pay is about one payment" },
    unknownEvent: ({ contoh }) => contoh.provider.send("payout.sent", { id: "po_000000000001" }),
    dispute: { absent: "Contoh Pay has no disputes" },
    endDispute: { absent: "Contoh Pay has no disputes" },
    notOurs: { absent: "an account of Contoh Pay has payments through links only" },
  },
  secrets: [SECRET_KEY, WEBHOOK_SECRET],
  notSigned: { url: { absent: "the signature of Contoh Pay covers the time and the body" } },
  refusalBody: (status, text) =>
    JSON.stringify({ error: { code: status === 422 ? "invalid_field" : "of_this_status", message: text } }),
};

describeConformance({ describe, test }, subject);
