import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createPaymentLinks, type PaymentLinks } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { createStripeDriver, type StripeDriver, type StripeOptions } from "@tautan/driver-stripe";

export const API = "https://api.stripe.com";
export const KEY = "sk_test_demo0123456789abcdef";
export const SECRET = "whsec_demo_secret_1";
export const OTHER_SECRET = "whsec_demo_secret_2";
export const NOW = Date.parse("2026-08-15T03:00:00Z");
export const NOW_S = NOW / 1000;

/** A clock that a test sets. */
const createClock = (nowMs = NOW): { nowMs: number; now(): number } => ({
  nowMs,
  now() {
    return this.nowMs;
  },
});

const createDriver = (changes: Partial<StripeOptions> = {}): StripeDriver =>
  createStripeDriver({
    environment: "sandbox",
    secretKey: KEY,
    webhookSecrets: [SECRET],
    transport: createTransport({ retryDelayMs: 0, maxWaitMs: 0 }),
    ...changes,
  });

export type Links = PaymentLinks<{ stripe: StripeDriver }>;

export const createLinks = (clock = createClock(), changes: Partial<StripeOptions> = {}): Links =>
  createPaymentLinks({
    default: "stripe",
    gateways: { stripe: createDriver(changes) },
    clock,
    references: "provider",
    // Each test asks anew.
    confirmReuseMs: 0,
  });

type Json = Record<string, unknown>;

/** An object of Stripe's own fixtures, unchanged. */
export const fixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`fixtures/openapi/${name}.json`, import.meta.url), "utf8")) as Json;

export const LINK_ID = "plink_1DemoLink";
export const SESSION_ID = "cs_test_a1DemoSession";
export const INTENT_ID = "pi_3DemoIntent";
export const CHARGE_ID = "ch_3DemoCharge";

/** A line of a link. */
export const line = (name: string, unitAmount: number, quantity = 1, currency = "usd"): Json => ({
  id: `li_${name.replace(/\W/g, "")}`,
  object: "item",
  amount_discount: 0,
  amount_subtotal: unitAmount * quantity,
  amount_tax: 0,
  amount_total: unitAmount * quantity,
  currency,
  description: name,
  price: { id: "price_1Demo", object: "price", currency, unit_amount: unitAmount, custom_unit_amount: null },
  quantity,
});

export const list = (data: readonly unknown[], hasMore = false): Json => ({
  object: "list",
  url: "/v1/demo",
  has_more: hasMore,
  data,
});

/** A link for one payment of 10.50 dollars, as the documents show it. */
export const link = (changes: Json = {}): Json => ({
  id: LINK_ID,
  object: "payment_link",
  active: true,
  url: "https://buy.stripe.com/test_demo",
  currency: "usd",
  livemode: false,
  metadata: { tautan_reference: "INV-1" },
  payment_method_types: null,
  inactive_message: null,
  restrictions: { completed_sessions: { limit: 1, count: 0 } },
  after_completion: { type: "hosted_confirmation", hosted_confirmation: { custom_message: null } },
  phone_number_collection: { enabled: false },
  billing_address_collection: "auto",
  custom_fields: [],
  customer_creation: "if_required",
  submit_type: "auto",
  line_items: list([line("INV-1", 1050)]),
  ...changes,
});

export const charge = (changes: Json = {}): Json => ({
  ...fixture("charge"),
  id: CHARGE_ID,
  amount: 1050,
  created: NOW_S - 60,
  payment_intent: INTENT_ID,
  metadata: { tautan_reference: "INV-1" },
  refunds: list([]),
  ...changes,
});

export const intent = (changes: Json = {}): Json => ({
  ...fixture("payment_intent"),
  id: INTENT_ID,
  amount: 1050,
  status: "succeeded",
  canceled_at: null,
  last_payment_error: null,
  created: NOW_S - 90,
  latest_charge: charge(),
  metadata: { tautan_reference: "INV-1" },
  ...changes,
});

/** A visit that paid, with its payment intent. */
export const session = (changes: Json = {}): Json => ({
  ...fixture("checkout.session"),
  id: SESSION_ID,
  payment_link: LINK_ID,
  status: "complete",
  payment_status: "paid",
  amount_subtotal: 1050,
  amount_total: 1050,
  currency: "usd",
  created: NOW_S - 120,
  expires_at: NOW_S - 120 + 86_400,
  metadata: { tautan_reference: "INV-1" },
  payment_intent: intent(),
  url: null,
  ...changes,
});

/** A visit, as an event has it: without its payment intent. */
export const plainSession = (changes: Json = {}): Json => session({ payment_intent: INTENT_ID, ...changes });

export const refund = (changes: Json = {}): Json => ({
  ...fixture("refund"),
  id: "re_3Demo",
  amount: 500,
  created: NOW_S - 30,
  payment_intent: INTENT_ID,
  ...changes,
});

export const dispute = (changes: Json = {}): Json => ({
  ...fixture("dispute"),
  id: "dp_1Demo",
  amount: 1050,
  created: NOW_S - 20,
  status: "needs_response",
  payment_intent: INTENT_ID,
  ...changes,
});

export const event = (type: string, object: unknown, changes: Json = {}): Json => ({
  id: "evt_1Demo",
  object: "event",
  api_version: "2026-07-29.dahlia",
  created: NOW_S,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
  data: { object },
  ...changes,
});

/** The signature, written here once more from its description, so that the driver's own code does not check itself. */
export const signatureOf = (body: string, secret = SECRET, seconds = NOW_S): string =>
  `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;

/** A delivery as it arrives. */
export const delivery = (body: unknown, signature?: string) => {
  const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
  return {
    method: "POST",
    url: "/webhooks/stripe",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "stripe-signature": signature ?? signatureOf(text),
    },
    body: text,
  };
};

/** A request as a server received it. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  /** The decoded pairs of the query or the form, sorted. */
  readonly pairs: readonly string[];
  readonly headers: IncomingMessage["headers"];
}

export interface RecordingServer {
  readonly port: number;
  readonly requests: Recorded[];
  close(): Promise<void>;
}

/** A server that records requests, and answers each with what `answer` returns. */
export const startRecording = async (answer: (request: Recorded) => unknown): Promise<RecordingServer> => {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
      const form = request.method === "GET" ? search.slice(1) : Buffer.concat(chunks).toString("utf8");
      const pairs = [...new URLSearchParams(form)].map(([name, value]) => `${name}=${value}`).sort();
      const recorded = { method: request.method ?? "", path: pathname, pairs, headers: request.headers };
      requests.push(recorded);
      response.writeHead(200, { "content-type": "application/json", "request-id": "req_demo" });
      response.end(JSON.stringify(answer(recorded)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
