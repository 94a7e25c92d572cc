import type { ConformanceSubject, Forgery, RawWebhook } from "@tautan/conformance";
import type { Money } from "@tautan/core";
import { createStripeDriver } from "@tautan/driver-stripe";
import { signStripeWebhook } from "@tautan/driver-stripe/testing";
import {
  actsOnSandbox,
  type OnSandbox,
  startOnSandbox,
  withBody,
  withHeaders,
} from "@tautan/example-conformance/on-sandbox";
import { event } from "./support.ts";

/** The keys of every sandbox; they are public. */
const SECRET_KEY = "sk_test_tautan_sandbox";
const WEBHOOK_SECRET = "whsec_tautan_sandbox";

/** The suite pays in dollars. */
const cents = ({ amount }: Money): number => Math.round(Number(amount) * 100);

const signedBy = async (secret: string, webhook: RawWebhook, atMs: number): Promise<RawWebhook> =>
  withHeaders(webhook, await signStripeWebhook(webhook.body, { secret, atMs }));

const forge = async ({ clock }: OnSandbox, webhook: RawWebhook, how: Forgery): Promise<RawWebhook> => {
  switch (how) {
    case "changed":
      return withBody(webhook, (body) => ({ ...body, id: "evt_somebody_else" }));
    case "wrong_key":
      return signedBy("whsec_somebody_else", webhook, clock.now());
    case "unsigned":
      return withHeaders(webhook, { "stripe-signature": undefined });
    case "unsigned_part":
      throw new Error("the signature covers everything");
  }
};

/** The Stripe driver against the sandbox. */
export const subject: ConformanceSubject<OnSandbox> = {
  name: "stripe",
  capabilities: createStripeDriver({ environment: "sandbox", secretKey: SECRET_KEY }).capabilities,
  traffic: "http",
  start: (network) =>
    startOnSandbox(network, "stripe", ({ url, credentials: { secretKey, webhookSecret } }, transport) =>
      createStripeDriver({
        environment: "sandbox",
        baseUrl: url,
        transport,
        secretKey,
        webhookSecrets: [webhookSecret],
      }),
    ),
  acts: {
    ...actsOnSandbox,
    pay: ({ sandbox }, { url }, amount) => sandbox.pay(url, { ...(amount && { amount: cents(amount) }) }),
    settle: { absent: "the driver reads no balance transactions, so that nothing is reported as settled" },
    refund: ({ sandbox }, { url }, amount) => sandbox.refund(url, { amount: cents(amount) }),
    reverse: async ({ sandbox }, { url }) => {
      await sandbox.chargeback(url);
      await sandbox.loseDispute(url);
    },
    dispute: ({ sandbox }, { url }) => sandbox.chargeback(url),
    endDispute: ({ sandbox }, { url }, end) => (end === "won" ? sandbox.winDispute(url) : sandbox.loseDispute(url)),
    notOurs: { skip: "the sandbox has no payments without a link; webhook.test.ts has them" },
    forge,
    batch: { absent: "an event is about one object" },
    unknownEvent: async ({ clock }) => {
      const body = JSON.stringify(event("product.created", { id: "prod_1", object: "product" }), null, 2);
      return signedBy(WEBHOOK_SECRET, { method: "POST", url: "/", headers: {}, body }, clock.now());
    },
  },
  secrets: [SECRET_KEY, WEBHOOK_SECRET],
  notSigned: { url: { absent: "the signature of Stripe covers the time and the body" } },
  personalOptions: {
    items: [{ description: "Pesanan untuk Kenari" }],
    inactiveMessage: "Tutup, tanya Kenari",
    description: "Catatan untuk Kenari",
  },
  knownFaults: {
    "usage: a payment that the bank took back frees its use": "Stripe counts completed visits",
  },
  // https://docs.stripe.com/api/errors.
  refusalBody: (status, text) =>
    JSON.stringify({ error: { type: status >= 500 ? "api_error" : "invalid_request_error", message: text } }),
};
