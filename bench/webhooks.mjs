// One webhook of about 1 KB, from raw body to result: verify, check the shape, normalise. Usage: node webhooks.mjs
import Razorpay from "razorpay";
import { Webhook } from "standardwebhooks";
import { Stripe } from "stripe";
import { createPaymentLinks } from "../packages/core/dist/index.js";
import { createMidtransDriver } from "../packages/driver-midtrans/dist/index.js";
import { signMidtransNotification } from "../packages/driver-midtrans/dist/testing.js";
import { createSingapayDriver } from "../packages/driver-singapay/dist/index.js";
import { signSingapayWebhook } from "../packages/driver-singapay/dist/testing.js";
import { createXfersDriver } from "../packages/driver-xfers/dist/index.js";
import { signXfersCallback } from "../packages/driver-xfers/dist/testing.js";
import { measure, report } from "./measure.mjs";

const secret = "bench-secret-0123456789";
const padding = "x".repeat(300);
const must = (condition) => {
  if (!condition) throw new Error("a variant did not verify its own delivery");
};

const midtransFields = {
  transaction_time: "2026-01-01 07:01:00",
  transaction_status: "settlement",
  transaction_id: "11111111-2222-4333-8444-555555555555",
  status_message: "midtrans payment notification",
  status_code: "200",
  payment_type: "bank_transfer",
  order_id: "INV-001-1767225600123",
  merchant_id: "G000000001",
  gross_amount: "190000.00",
  currency: "IDR",
  settlement_time: "2026-01-01 07:02:30",
  expiry_time: "2026-01-02 07:01:00",
  fraud_status: "accept",
  va_numbers: [{ bank: "bca", va_number: "00018929808" }],
  payment_amounts: [],
  custom_field1: "INV-001",
  custom_field2: padding,
};
const midtransBody = JSON.stringify(await signMidtransNotification(midtransFields, secret));

const xfersBody = JSON.stringify({
  data: {
    id: "paymentlink_00112233445566778899aabbccddeeff",
    type: "payment_links",
    attributes: {
      status: "paid",
      amount: "190000.0",
      referenceId: "INV-001",
      createdAt: "2026-01-01 07:00:00 +0700",
      description: padding,
      expiredAt: "2026-01-02 07:00:00 +0700",
      paymentLinkUrl: "https://id-payment-link.xfers.com/paymentlink_00112233445566778899aabbccddeeff",
      customerName: "John Doe",
      customerEmail: "john@example.test",
      customerPhoneNumber: "080000000000",
      paymentMethodOptions: { displayName: "Nama" },
    },
  },
});

const nowMs = Date.parse("2026-03-15T03:20:40Z");
const singapayBody = JSON.stringify({
  status: 200,
  success: true,
  event: "payment-link-transaction",
  timestamp: "15 Mar 2026 10:20:30",
  data: {
    transaction: {
      reff_no: "30170120260315101500",
      type: "pl",
      status: "paid",
      amount: { value: "75000.00", currency: "IDR" },
      tip: null,
      processed_timestamp: "15 Mar 2026 10:20:30",
    },
    customer: { id: null, name: "Sari", email: "sari@example.test", phone: "0812000111" },
    payment: {
      method: "payment_link",
      additional_info: {
        payment_link: {
          id: 301,
          reff_no: "ORD-1001",
          title: padding,
          status: "open",
          max_usage: 3,
          current_usage: 1,
          total_amount: "75000.00",
        },
      },
    },
  },
});
const singapayHeaders = await signSingapayWebhook(singapayBody, { secret, target: "/webhooks/singapay", atMs: nowMs });

const links = createPaymentLinks({
  default: "midtrans",
  clock: { now: () => nowMs },
  gateways: {
    midtrans: createMidtransDriver({ serverKey: secret, environment: "sandbox" }),
    xfers: createXfersDriver({ apiKey: "test_x", secretKey: "x", signingSecrets: [secret], environment: "sandbox" }),
    singapay: createSingapayDriver({
      clientId: "x",
      clientSecret: secret,
      apiKey: "x",
      accountId: "x",
      environment: "sandbox",
    }),
  },
});
const xfersHeaders = await signXfersCallback(xfersBody, secret);
const post = (gateway, body, headers) => ({ method: "POST", url: `/webhooks/${gateway}`, headers, body });
const deliveries = {
  midtrans: post("midtrans", midtransBody, { "content-type": "application/json" }),
  xfers: post("xfers", xfersBody, xfersHeaders),
  singapay: post("singapay", singapayBody, singapayHeaders),
};

const stripe = new Stripe("sk_test_x");
const stripeHeader = stripe.webhooks.generateTestHeaderString({ payload: xfersBody, secret });
const standard = new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
const standardAt = new Date();
const standardHeaders = {
  "webhook-id": "msg_1",
  "webhook-timestamp": String(Math.floor(standardAt.getTime() / 1000)),
  "webhook-signature": standard.sign("msg_1", standardAt, xfersBody),
};

const variants = {
  "stripe constructEvent (no validation)": () => stripe.webhooks.constructEvent(xfersBody, stripeHeader, secret, 1e9),
  // Razorpay signs as Xfers does.
  "razorpay check + parse": () =>
    Razorpay.validateWebhookSignature(xfersBody, xfersHeaders["xfers-signature"], secret) && JSON.parse(xfersBody),
  standardwebhooks: () => standard.verify(xfersBody, standardHeaders),
  ...Object.fromEntries(
    Object.entries(deliveries).map(([gateway, delivery]) => [
      `tautan ${gateway}`,
      async () => must((await links.parseWebhook(gateway, delivery)).isOk()),
    ]),
  ),
};
report("Webhook: raw body to result", await measure(variants), "µs", "stripe constructEvent (no validation)");
