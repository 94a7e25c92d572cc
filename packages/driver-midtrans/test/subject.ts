import type { ConformanceSubject, Forgery, RawWebhook } from "@tautan/conformance";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { type SignedFields, signMidtransNotification } from "@tautan/driver-midtrans/testing";
import { actsOnSandbox, type OnSandbox, startOnSandbox, withBody } from "@tautan/example-conformance/on-sandbox";

/** The key of every sandbox; it is public. */
export const SERVER_KEY = "SB-Mid-server-tautan-sandbox";

const forge = async (webhook: RawWebhook, how: Forgery): Promise<RawWebhook> => {
  switch (how) {
    case "changed":
      return withBody(webhook, (body) => ({ ...body, gross_amount: "1.00" }));
    case "wrong_key":
      return signedBy("SB-Mid-server-somebody-else", webhook);
    case "unsigned":
      return withBody(webhook, ({ signature_key: _, ...body }) => body);
    case "unsigned_part":
      return withBody(webhook, (body) => ({ ...body, transaction_status: "deny" }));
  }
};

const signedBy = async (serverKey: string, webhook: RawWebhook): Promise<RawWebhook> => {
  const signed = await signMidtransNotification(JSON.parse(webhook.body) as SignedFields, serverKey);
  return withBody(webhook, () => signed);
};

/** The method of a payment that will be refunded, reversed or disputed. */
const METHODS = { refund: "gopay", reverse: "permata_va", dispute: "credit_card" } as const;

/** A payment through Snap: the account has one address for the notifications of all its products. */
const payElsewhere = async (running: OnSandbox): Promise<RawWebhook> => {
  await running.sandbox.payElsewhere({ orderId: "SNAP-1", amount: 75_000 });
  const webhook = (await running.deliveries()).at(-1);
  if (webhook === undefined) throw new Error("the payment caused no notification");
  return webhook;
};

/** The Midtrans driver against the sandbox. */
export const subject: ConformanceSubject<OnSandbox> = {
  name: "midtrans",
  capabilities: createMidtransDriver({ environment: "sandbox", serverKey: SERVER_KEY }).capabilities,
  traffic: "http",
  start: (network) =>
    startOnSandbox(network, "midtrans", ({ url, credentials }, transport) =>
      createMidtransDriver({ environment: "sandbox", baseUrl: url, transport, serverKey: credentials.serverKey }),
    ),
  acts: {
    ...actsOnSandbox,
    payAfterClose: {
      skip: "closing a link expires its open payments, and the sandbox has none that cannot be expired",
    },
    // docs.midtrans.com, Refund Transactions and Transaction Status Cycle: no method can both be refunded and reversed.
    pay: async ({ sandbox }, { url }, amount, next) => {
      const method = next && METHODS[next];
      return sandbox.pay(url, { ...(method && { method }), ...(amount && { amount: Number(amount.amount) }) });
    },
    refund: async ({ sandbox }, { url }, { amount }) => sandbox.refund(url, { amount: Number(amount) }),
    reverse: async ({ sandbox }, { url }) => sandbox.reverse(url),
    forge: (_running, webhook, how) => forge(webhook, how),
    batch: { absent: "a Midtrans notification is about one transaction" },
    unknownEvent: { absent: "Midtrans has one kind of notification, about transactions" },
    // docs.midtrans.com, Transaction Status Cycle: a card payment that was settled may be charged back.
    dispute: async ({ sandbox }, { url }) => {
      await sandbox.settle(url);
      return sandbox.chargeback(url);
    },
    endDispute: { absent: "Midtrans does not notify how a chargeback ends" },
    notOurs: payElsewhere,
  },
  secrets: [SERVER_KEY],
  // docs.midtrans.com/docs/https-notification-webhooks.
  notSigned: {
    spelling: { absent: "the signature of Midtrans covers three fields in any spelling" },
    url: { absent: "the signature of Midtrans covers three fields of the body" },
    time: { absent: "the signature of Midtrans covers three fields of the body" },
  },
  personalOptions: {
    customField2: "Catatan Kenari",
    customer: { lastName: "Kusumakenari", notes: "Titip di Kenari" },
    items: [{ brand: "Merek Kenari", merchantName: "Toko Kenari" }],
    virtualAccounts: { bca: "77665544" },
  },
  // docs.midtrans.com, Get Payment Link Details.
  notReportedByRead: {
    title: { absent: "the details of a link do not contain its title" },
    openAmount: { absent: "the details of a link do not contain dynamic_amount" },
    collect: { absent: "the details of a link do not contain the fields of the payer's form" },
    redirect: { absent: "the details of a link do not contain callbacks.finish" },
  },
  notReportedByList: {
    partialRefund: { absent: "the details of a link do not contain the amounts of refunds; Get Status does" },
  },
  // docs.midtrans.com, Create Payment Link: 400 and 409.
  refusalBody: (status, text) => JSON.stringify({ status_code: String(status), error_messages: [text] }),
};
