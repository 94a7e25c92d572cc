// Our requests beside those of Stripe's own client, which nobody here wrote, and its opinion of signatures.
import { createPaymentLinks, money } from "@tautan/core";
import { createStripeDriver } from "@tautan/driver-stripe";
import { Stripe } from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createLinks,
  fixture,
  INTENT_ID,
  intent,
  KEY,
  LINK_ID,
  type Links,
  line,
  link,
  list,
  NOW,
  NOW_S,
  OTHER_SECRET,
  type Recorded,
  type RecordingServer,
  SECRET,
  SESSION_ID,
  session,
  startRecording,
} from "./support.ts";

const usd = (amount: string) => money(amount, "USD");

/** An answer that both clients can read, whatever they asked. */
const answerTo = ({ method, path, pairs }: Recorded): unknown => {
  const limit = pairs.find((each) => each.includes("[limit]="))?.split("=")[1];
  const restrictions = limit === undefined ? null : { completed_sessions: { limit: Number(limit), count: 0 } };
  if (path === "/v1/prices") return { ...fixture("price"), id: "price_open" };
  if (path === "/v1/disputes") return list([]);
  if (path.endsWith("/line_items")) return list([line("INV-1", 1050)]);
  if (path === "/v1/payment_links" && method === "GET") return list([link()]);
  if (path.startsWith("/v1/payment_links")) {
    const active = !pairs.includes("active=false");
    return link({ active, restrictions: method === "POST" ? restrictions : link()["restrictions"] });
  }
  if (path.startsWith("/v1/payment_intents")) return intent();
  return path === "/v1/checkout/sessions" ? list([session()]) : session();
};

describe("the requests of ten intents equal those of the official client, pair for pair", () => {
  let server: RecordingServer;
  let official: Stripe;
  let ours: Links;
  beforeAll(async () => {
    server = await startRecording(answerTo);
    official = new Stripe(KEY, {
      host: "127.0.0.1",
      port: server.port,
      protocol: "http",
      telemetry: false,
      maxNetworkRetries: 0,
    });
    const driver = createStripeDriver({
      environment: "sandbox",
      secretKey: KEY,
      webhookSecrets: [SECRET],
      baseUrl: `http://127.0.0.1:${server.port}`,
    });
    ours = createPaymentLinks({
      default: "stripe",
      gateways: { stripe: driver },
      references: "provider",
      clock: { now: () => NOW },
    });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.requests.length = 0;
  });

  const LINK = `stripe:${LINK_ID}` as const;
  const PAYMENT = "payment_intent.latest_charge.refunds";
  const common = { payment_intent_data: { metadata: { tautan_reference: "INV-1" } }, expand: ["line_items"] };
  const priced = (name: string, unit_amount: number, currency = "usd") => ({
    currency,
    unit_amount,
    product_data: { name },
  });

  const INTENTS: readonly (readonly [name: string, ours: () => unknown, theirs: () => unknown])[] = [
    [
      "create with a fixed amount and a limit",
      () => ours.create({ reference: "INV-1", amount: usd("10.50"), usage: { limit: 5 }, expiresAt: "never" }),
      () =>
        official.paymentLinks.create({
          line_items: [{ price_data: priced("INV-1", 1050), quantity: 1 }],
          restrictions: { completed_sessions: { limit: 5 } },
          metadata: { tautan_reference: "INV-1" },
          ...common,
        }),
    ],
    [
      "create with items in rupiah, every field and adjustable quantities",
      () =>
        ours.create({
          reference: "INV-1",
          title: "Konser & makan",
          amount: money("45000", "IDR"),
          items: [
            { name: "Kopi", quantity: 2, unitPrice: money("15000", "IDR") },
            { name: "Kue (besar)", quantity: 1, unitPrice: money("15000", "IDR") },
          ],
          usage: { limit: "unlimited" },
          expiresAt: "never",
          methods: [{ kind: "card" }, { kind: "ewallet", channel: "link" }],
          collect: { name: "required", email: "required", phone: "required" },
          redirect: { url: "https://m.example/ok?id={CHECKOUT_SESSION_ID}" },
          metadata: { order: "A-1", note: "two seats" },
          providerOptions: {
            stripe: {
              items: [{ adjustableQuantity: { minimum: 1, maximum: 10 }, description: "Hitam" }],
              submitType: "book",
              billingAddress: "required",
              inactiveMessage: "Sudah tutup",
              description: "Konser",
              statementDescriptorSuffix: "KONSER",
            },
          },
        }),
      () =>
        official.paymentLinks.create({
          line_items: [
            {
              price_data: {
                currency: "idr",
                unit_amount: 1_500_000,
                product_data: { name: "Kopi", description: "Hitam" },
              },
              quantity: 2,
              adjustable_quantity: { enabled: true, minimum: 1, maximum: 10 },
            },
            { price_data: priced("Kue (besar)", 1_500_000, "idr"), quantity: 1 },
          ],
          payment_method_types: ["card", "link"],
          name_collection: { individual: { enabled: true, optional: false } },
          phone_number_collection: { enabled: true },
          after_completion: { type: "redirect", redirect: { url: "https://m.example/ok?id={CHECKOUT_SESSION_ID}" } },
          custom_text: { submit: { message: "Konser & makan" } },
          submit_type: "book",
          billing_address_collection: "required",
          inactive_message: "Sudah tutup",
          metadata: { tautan_reference: "INV-1", tautan_title: "Konser & makan", order: "A-1", note: "two seats" },
          payment_intent_data: {
            description: "Konser",
            statement_descriptor_suffix: "KONSER",
            metadata: { tautan_reference: "INV-1" },
          },
          expand: ["line_items"],
        }),
    ],
    [
      "create with an amount that the payer chooses",
      () =>
        ours.create({
          reference: "INV-1",
          title: "Donation",
          amount: { open: { currency: "USD", min: "5", max: "500", preset: "20" } },
          expiresAt: "never",
        }),
      async () => {
        const price = await official.prices.create({
          currency: "usd",
          custom_unit_amount: { enabled: true, minimum: 500, maximum: 50_000, preset: 2000 },
          product_data: { name: "Donation" },
        });
        await official.paymentLinks.create({
          line_items: [{ price: price.id, quantity: 1 }],
          restrictions: { completed_sessions: { limit: 1 } },
          metadata: { tautan_reference: "INV-1", tautan_title: "Donation" },
          ...common,
        });
      },
    ],
    ["read", () => ours.get(LINK), () => official.paymentLinks.retrieve(LINK_ID, { expand: ["line_items"] })],
    [
      "list from a cursor on",
      () => ours.list({ limit: 10, cursor: `stripe:${LINK_ID}` }),
      () => official.paymentLinks.list({ limit: 10, starting_after: LINK_ID, expand: ["data.line_items"] }),
    ],
    [
      "change limit, redirect and metadata",
      () =>
        ours.update(LINK, {
          usage: { limit: 7 },
          redirect: { url: "https://m.example/new" },
          metadata: { order: "B-2" },
        }),
      async () => {
        await official.paymentLinks.retrieve(LINK_ID, { expand: ["line_items"] });
        await official.paymentLinks.update(LINK_ID, {
          restrictions: { completed_sessions: { limit: 7 } },
          after_completion: { type: "redirect", redirect: { url: "https://m.example/new" } },
          metadata: { order: "B-2" },
          expand: ["line_items"],
        });
      },
    ],
    [
      "close",
      () => ours.close(LINK),
      () => official.paymentLinks.update(LINK_ID, { active: false, expand: ["line_items"] }),
    ],
    [
      "reopen",
      () => ours.reopen(LINK),
      async () => {
        await official.paymentLinks.retrieve(LINK_ID, { expand: ["line_items"] });
        await official.paymentLinks.update(LINK_ID, { active: true, expand: ["line_items"] });
      },
    ],
    [
      "list the paid histories of a link",
      () => ours.listHistories(LINK, { limit: 10, paidOnly: true }),
      () =>
        official.checkout.sessions.list({
          payment_link: LINK_ID,
          status: "complete",
          limit: 10,
          expand: [`data.${PAYMENT}`],
        }),
    ],
    [
      "read one history, by its session and by its payment",
      async () => {
        await ours.getHistory(`stripe:${SESSION_ID}`);
        await ours.getHistory(`stripe:${INTENT_ID}`);
      },
      async () => {
        await official.checkout.sessions.retrieve(SESSION_ID, { expand: [PAYMENT] });
        await official.checkout.sessions.list({ payment_intent: INTENT_ID, limit: 1, expand: [`data.${PAYMENT}`] });
      },
    ],
  ];

  test.each(INTENTS)("%s", async (_name, mine, theirs) => {
    await mine();
    const sent = server.requests.splice(0);
    await theirs();
    const expected = server.requests.splice(0);
    const comparable = ({ method, path, pairs }: Recorded) => ({ method, path, pairs });
    expect(expected.length).toBeGreaterThan(0);
    expect(sent.map(comparable)).toEqual(expected.map(comparable));
    for (const [index, { headers }] of sent.entries()) {
      expect(headers.authorization).toBe(expected[index]?.headers.authorization);
      expect(headers["stripe-version"]).toBe("2026-07-29.dahlia");
      if (sent[index]?.method === "POST") {
        expect(headers["content-type"]).toBe(expected[index]?.headers["content-type"]);
      }
    }
  });
});

describe("signatures of the official client", () => {
  const BODY = JSON.stringify(
    { id: "evt_1", object: "event", type: "product.created", created: NOW_S, livemode: false, data: { object: {} } },
    null,
    2,
  );
  const stripe = new Stripe(KEY);
  const sign = (changes: { payload?: string; secret?: string; timestamp?: number; scheme?: string } = {}): string =>
    stripe.webhooks.generateTestHeaderString({ payload: BODY, secret: SECRET, timestamp: NOW_S, ...changes });
  const v1Of = (header: string): string => header.split(",")[1] ?? "";

  interface Case {
    readonly name: string;
    readonly verdict: "ok" | "signature_expired" | "signature_invalid";
    readonly header: string | undefined;
    readonly body?: string;
    readonly secrets?: readonly string[];
  }
  const CASES: readonly Case[] = [
    { name: "genuine", verdict: "ok", header: sign() },
    {
      name: "genuine, with the second of two secrets",
      verdict: "ok",
      header: sign({ secret: OTHER_SECRET }),
      secrets: [SECRET, OTHER_SECRET],
    },
    {
      name: "two signatures during a roll, ours second",
      verdict: "ok",
      header: `${sign({ secret: "whsec_older" })},${v1Of(sign())}`,
    },
    { name: "299 seconds old", verdict: "ok", header: sign({ timestamp: NOW_S - 299 }) },
    { name: "301 seconds old", verdict: "signature_expired", header: sign({ timestamp: NOW_S - 301 }) },
    { name: "of tomorrow", verdict: "signature_expired", header: sign({ timestamp: NOW_S + 86_400 }) },
    { name: "of another secret", verdict: "signature_invalid", header: sign({ secret: OTHER_SECRET }) },
    { name: "of another body", verdict: "signature_invalid", header: sign({ payload: `${BODY} ` }) },
    { name: "of another scheme only", verdict: "signature_invalid", header: sign({ scheme: "v0" }) },
    {
      name: "with its time changed",
      verdict: "signature_invalid",
      header: sign().replace(/t=\d+/, `t=${NOW_S - 1}`),
    },
    {
      name: "of the same JSON, written again",
      verdict: "signature_invalid",
      header: sign(),
      body: JSON.stringify(JSON.parse(BODY)),
    },
    { name: "none", verdict: "signature_invalid", header: undefined },
  ];

  test.each(CASES)("$name: $verdict", async ({ verdict, header, body = BODY, secrets = [SECRET] }) => {
    const links = createLinks(undefined, { webhookSecrets: secrets });
    const headers = { "content-type": "application/json", ...(header !== undefined && { "stripe-signature": header }) };
    const parsed = await links.parseWebhook("stripe", { method: "POST", url: "/webhooks/stripe", headers, body });
    expect(parsed.isOk() ? "ok" : parsed.error.kind).toBe(verdict);
  });

  test("the official client agrees on all but the future, which it accepts", () => {
    const verdicts = CASES.map(({ header, body = BODY, secrets = [SECRET] }) =>
      secrets.some((secret) => {
        try {
          return stripe.webhooks.constructEvent(body, header ?? "", secret, 300, undefined, NOW) !== undefined;
        } catch {
          return false;
        }
      }),
    );
    const expected = CASES.map(({ name, verdict }) => verdict === "ok" || name === "of tomorrow");
    expect(verdicts).toEqual(expected);
  });
});
