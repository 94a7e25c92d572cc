// Deliveries and configurations that are wrong in one thing, each with the cause that must be named. Signs with its own code, so that
// the driver does not check its own.
import { createHmac } from "node:crypto";
import { stripe as definition } from "@tautan/driver-stripe";
import { type DriverFaults, type FaultyRequest, faultTable, NOW_MS } from "@tautan/example-conformance/webhook-faults";

const ENV = {
  STRIPE_KEY: "sk_test_fault_table",
  STRIPE_LIVE_KEY: "sk_live_fault_table",
  STRIPE_SIGNING: "whsec_fault_table_1",
  STRIPE_SIGNING_2: "whsec_fault_table_2",
} as const;
type Name = keyof typeof ENV;

const NOW_S = NOW_MS / 1000;

const named = (name: Name) => ({ env: name });
const stripe = (signing: readonly Name[] = ["STRIPE_SIGNING"], options: object = {}) => ({
  driver: "stripe",
  environment: "sandbox",
  secretKey: named("STRIPE_KEY"),
  webhookSecrets: signing.map(named),
  ...options,
});

/** Stripe indents its events. */
const EVENT = {
  id: "evt_1FaultTable",
  object: "event",
  api_version: "2026-07-29.dahlia",
  created: NOW_S,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type: "checkout.session.completed",
  data: {
    object: {
      id: "cs_test_a1FaultTable",
      object: "checkout.session",
      payment_link: "plink_1FaultTable",
      mode: "payment",
      status: "complete",
      payment_status: "paid",
      amount_total: 1050,
      currency: "usd",
      created: NOW_S - 60,
      expires_at: NOW_S + 86_340,
      metadata: { tautan_reference: "INV-001" },
      payment_intent: "pi_3FaultTable",
      customer_details: { name: "Jerry" },
    },
  },
} as const;
const BODY = JSON.stringify(EVENT, null, 2);

/** https://docs.stripe.com/webhooks/signature. */
const signatureOf = (body: string, secret: string, seconds = NOW_S): string =>
  `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;

const fromStripe = (
  changes: Partial<FaultyRequest> = {},
  signature = signatureOf(BODY, ENV.STRIPE_SIGNING),
): FaultyRequest => ({
  method: "POST",
  url: "/webhooks/stripe",
  body: BODY,
  ...changes,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": signature,
    ...changes.headers,
  },
});

const without = ({ headers, ...request }: FaultyRequest, name: string): FaultyRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
});

const LIVE = { ...EVENT, livemode: true };
const LIVE_BODY = JSON.stringify(LIVE, null, 2);

const fault = faultTable("stripe", ENV);

export const faults: DriverFaults = {
  definition,
  env: ENV,
  entry: stripe(),
  entryOfOtherSecret: stripe(["STRIPE_SIGNING_2"]),
  genuine: fromStripe(),
  // The first gateway of each configuration receives the request.
  faults: [
    fault("nothing is wrong", { stripe: stripe() }, fromStripe(), "genuine"),
    fault(
      "the second of two secrets",
      { stripe: stripe(["STRIPE_SIGNING_2", "STRIPE_SIGNING"]) },
      fromStripe(),
      "genuine",
    ),
    fault("no Stripe-Signature", { stripe: stripe() }, without(fromStripe(), "stripe-signature"), "header_missing", {
      shows: { names: ["the header Stripe-Signature"] },
    }),
    fault("a signature without a time", { stripe: stripe() }, fromStripe({}, "v1=00"), "signature_malformed", {
      shows: { name: "Stripe-Signature" },
    }),
    fault(
      "two headers in one",
      { stripe: stripe() },
      fromStripe({}, `${signatureOf(BODY, ENV.STRIPE_SIGNING)}, ${signatureOf(BODY, ENV.STRIPE_SIGNING)}`),
      "signature_malformed",
    ),
    fault(
      "the secret of another endpoint",
      { first: stripe(["STRIPE_SIGNING_2"]), second: stripe() },
      fromStripe(),
      "another_secret",
      { shows: { otherGateway: "second" } },
    ),
    fault("a line end in the secret", { stripe: stripe() }, fromStripe(), "whitespace_in_secret", {
      env: { STRIPE_SIGNING: `${ENV.STRIPE_SIGNING}\\n` },
      shows: { option: "webhookSecrets[0]" },
    }),
    fault(
      "the key of the API as the signing secret",
      { stripe: stripe(["STRIPE_KEY"]) },
      fromStripe(),
      "wrong_kind_of_key",
    ),
    fault(
      "an event of live mode at a sandbox",
      { stripe: stripe() },
      fromStripe({ body: LIVE_BODY }, signatureOf(LIVE_BODY, "whsec_of_live_mode")),
      "another_environment",
    ),
    fault(
      "a JSON parser and JSON.stringify",
      { stripe: stripe() },
      fromStripe({ body: JSON.stringify(EVENT) }),
      "body_reserialised",
    ),
    fault("a line end after the body", { stripe: stripe() }, fromStripe({ body: `${BODY}\n` }), "body_reserialised"),
    fault("a parser has run", { stripe: stripe() }, fromStripe({ body: { ...EVENT } }), "body_already_parsed"),
    fault("an empty body", { stripe: stripe() }, fromStripe({ body: "" }), "body_empty"),
    fault(
      "fewer bytes than Content-Length",
      { stripe: stripe() },
      fromStripe({ body: BODY.slice(0, 99), headers: { "content-length": String(BODY.length) } }),
      "body_truncated",
    ),
    fault("our clock is an hour behind", { stripe: stripe() }, fromStripe(), "clock_off", {
      nowMs: NOW_MS - 3_600_000,
      shows: { seconds: 3600, signedTime: "future" },
    }),
    fault("our clock is ten minutes ahead", { stripe: stripe() }, fromStripe(), "clock_off", {
      nowMs: NOW_MS + 600_000,
      shows: { seconds: 600, signedTime: "past" },
    }),
    fault("a GET", { stripe: stripe() }, fromStripe({ method: "GET" }), "request_malformed"),
    fault("a forged body", { stripe: stripe() }, fromStripe({ body: BODY.replace("1050", "1") }), "unknown"),
  ],
};
