import type { ConformanceSubject, Forgery, RawWebhook } from "@tautan/conformance";
import { createPaymentLinks, idr, type PaymentLink } from "@tautan/core";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { signSingapayWebhook } from "@tautan/driver-singapay/testing";
import {
  actsOnSandbox,
  type OnSandbox,
  startOnSandbox,
  withBody,
  withHeaders,
} from "@tautan/example-conformance/on-sandbox";

/** The keys of every sandbox; they are public. */
const CREDENTIALS = {
  clientId: "tautan-sandbox-client",
  clientSecret: "tautan-sandbox-client-secret",
  apiKey: "tautan-sandbox-api-key",
  accountId: "01K0SANDB0XACC0VNT00000001",
} as const;

/** Signs a webhook anew, at the time that it has. */
const signedBy = async (secret: string, webhook: RawWebhook): Promise<RawWebhook> => {
  const atMs = Number(webhook.headers["X-Timestamp"]) * 1000;
  return withHeaders(webhook, await signSingapayWebhook(webhook.body, { secret, target: webhook.url, atMs }));
};

interface PaidBody {
  readonly data: { readonly transaction: object };
}

/** The credential signs for all its accounts, and nothing in the body proves which: another account may use the same reference. */
const ofAnotherAccount = (webhook: RawWebhook): RawWebhook =>
  withBody(webhook, (body) => {
    const { data } = body as unknown as PaidBody;
    return { ...body, data: { ...data, transaction: { ...data.transaction, status: "failed" } } };
  });

const forge = async (webhook: RawWebhook, how: Forgery): Promise<RawWebhook> => {
  switch (how) {
    case "changed":
      return withBody(webhook, (body) => ({ ...body, timestamp: "1 Jan 2026 00:00:00" }));
    case "wrong_key":
      return signedBy("somebody else's secret", webhook);
    case "unsigned":
      return withHeaders(webhook, { "x-signature": undefined });
    case "unsigned_part":
      return signedBy(CREDENTIALS.clientSecret, ofAnotherAccount(webhook));
  }
};

/** A settlement webhook only contains totals, so it is not about a payment link. */
const settlement = async (running: OnSandbox): Promise<RawWebhook> => {
  const { sandbox, driver, clock } = running;
  const links = createPaymentLinks({ default: "singapay", gateways: { singapay: driver }, clock });
  const created = await links.create({ reference: "SETTLED-1", amount: idr(75_000) });
  if (created.isErr()) throw new Error(created.error.message);
  await sandbox.pay(created.value.url);
  await sandbox.settle(created.value.url);
  const webhook = (await running.deliveries()).at(-1);
  if (webhook === undefined) throw new Error("the settlement caused no webhook");
  return webhook;
};

/** A payment to a virtual account of the merchant, without a link: docs.singapay.id, api-reference/webhooks. */
const vaPayment = async ({ clock }: OnSandbox): Promise<RawWebhook> => {
  const transaction = { reff_no: "VA-1", type: "va", status: "paid", amount: { value: "75000.00", currency: "IDR" } };
  const body = JSON.stringify({ event: "va-transaction", data: { transaction, payment: { method: "va" } } });
  const signing = { secret: CREDENTIALS.clientSecret, target: "/", atMs: clock.now() };
  return { method: "POST", url: "/", headers: await signSingapayWebhook(body, signing), body };
};

/** The life of a QRIS code: shorter than that of a link, whose expiry has its own webhook. */
const QRIS_MS = 15 * 60 * 1000;

/** Payments that expire together are reported in one delivery. */
const expireTogether = async ({ sandbox, clock }: OnSandbox, links: readonly PaymentLink[]): Promise<void> => {
  for (const { url } of links) await sandbox.open(url, { method: "QRIS" });
  clock.advance(QRIS_MS);
  await sandbox.idle();
};

/** The SingaPay driver against the sandbox. */
export const subject: ConformanceSubject<OnSandbox> = {
  name: "singapay",
  capabilities: createSingapayDriver({ environment: "sandbox", ...CREDENTIALS }).capabilities,
  traffic: "http",
  start: (network) =>
    startOnSandbox(network, "singapay", ({ url, credentials }, transport) =>
      createSingapayDriver({ environment: "sandbox", baseUrl: url, transport, ...credentials }),
    ),
  acts: {
    ...actsOnSandbox,
    refund: { absent: "SingaPay documents no refund of a payment through a link" },
    reverse: { absent: "SingaPay documents no reversal of a payment" },
    forge: (_running, webhook, how) => forge(webhook, how),
    batch: expireTogether,
    unknownEvent: settlement,
    dispute: { absent: "SingaPay documents no dispute of a payment" },
    endDispute: { absent: "SingaPay documents no dispute of a payment" },
    notOurs: vaPayment,
  },
  secrets: [CREDENTIALS.clientSecret, CREDENTIALS.apiKey, CREDENTIALS.clientId],
  // docs.singapay.id, api-reference/webhooks/security-and-signature.
  notSigned: { spelling: { absent: "the signature of SingaPay covers the sorted form of the JSON" } },
  // docs.singapay.id, api-reference/payment-link/update.
  notChangeable: { title: { absent: "SingaPay does not change titles" } },
  isPreparation: ({ url }) => url.includes("/access-token/"),
  // docs.singapay.id, api-reference/references/response-codes.
  refusalBody: (status, text) =>
    JSON.stringify({ status, success: false, error: { code: status, message: text, errors: { reff_no: [text] } } }),
};
