// One paid delivery of 1 KB for each gateway, signed as its provider signs, and the options of the drivers that read them.

export const SECRET = "bench-secret-0123456789";
export const NOW_MS = Date.parse("2026-03-15T03:20:40Z");
/** The size of every body. */
const BODY_BYTES = 1024;
/** A text that no driver reads, at the place of which each body is filled up. */
const PADDING = "(padding)";

/** The sample of the driver, with the fields that its provider sends as well. */
const midtransDelivery = ({ events }) => ({
  ...events.paid({
    reference: "INV-001",
    linkId: "INV-001",
    linkUrl: "https://app.sandbox.midtrans.com/payment-links/INV-001",
    amount: "190000",
    atMs: Date.parse("2026-01-01T00:01:00.123Z"),
  }),
  expiry_time: "2026-01-02 07:01:00",
  payment_amounts: [],
  custom_field2: PADDING,
});

const XFERS = {
  data: {
    id: "paymentlink_00112233445566778899aabbccddeeff",
    type: "payment_links",
    attributes: {
      status: "paid",
      amount: "190000.0",
      referenceId: "INV-001",
      createdAt: "2026-01-01 07:00:00 +0700",
      description: PADDING,
      expiredAt: "2026-01-02 07:00:00 +0700",
      paymentLinkUrl: "https://id-payment-link.xfers.com/paymentlink_00112233445566778899aabbccddeeff",
      customerName: "John Doe",
      customerEmail: "john@example.test",
      customerPhoneNumber: "080000000000",
      paymentMethodOptions: { displayName: "Nama" },
    },
  },
};

const SINGAPAY = {
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
          title: PADDING,
          status: "open",
          max_usage: 3,
          current_usage: 1,
          total_amount: "75000.00",
        },
      },
    },
  },
};

const STRIPE = {
  id: "evt_1RQ0000000000000000000000",
  object: "event",
  api_version: "2025-04-30.basil",
  created: NOW_MS / 1000,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type: "checkout.session.completed",
  data: {
    object: {
      id: "cs_test_a1B2c3D4e5F6g7H8",
      object: "checkout.session",
      payment_link: "plink_1RQ000000000000000000000",
      mode: "payment",
      status: "complete",
      payment_status: "paid",
      amount_subtotal: 19_000_000,
      amount_total: 19_000_000,
      currency: "idr",
      payment_intent: "pi_3RQ000000000000000000000",
      metadata: { tautan_reference: "INV-001" },
      created: NOW_MS / 1000 - 60,
      expires_at: NOW_MS / 1000 + 86_400,
      livemode: false,
      url: null,
      custom_text: PADDING,
    },
  },
};

const XENDIT = {
  id: "579c8d61f23fa4ca35e52da4",
  external_id: "INV-001",
  user_id: "5781d19b2e2385880609791c",
  is_high: true,
  payment_method: "BANK_TRANSFER",
  status: "PAID",
  merchant_name: "Toko",
  amount: 190_000,
  paid_amount: 190_000,
  bank_code: "PERMATA",
  paid_at: "2026-01-01T00:02:30.000Z",
  payer_email: "sari@example.test",
  description: PADDING,
  created: "2026-01-01T00:01:00.000Z",
  updated: "2026-01-01T00:02:31.000Z",
  currency: "IDR",
  payment_channel: "PERMATA",
  payment_destination: "888888888888",
  payment_id: "py-5781d19b",
};

const ofOneKilobyte = (text) =>
  text.replace(PADDING, "x".repeat(BODY_BYTES - Buffer.byteLength(text) + PADDING.length));

export const GATEWAYS = ["midtrans", "xfers", "singapay", "stripe", "xendit"];

/** Loads a module of a package: of `dist`, or of `src` if this process runs with `--conditions=@tautan/source`. */
const fromPackage = (name, module) => {
  const isSource = process.execArgv.some((each) => each.includes("@tautan/source"));
  return import(`../packages/${name}/${isSource ? "src" : "dist"}/${module}${isSource ? ".ts" : ".js"}`);
};

const ENVIRONMENT = "sandbox";

/** By gateway: the options of its driver, with the secrets of the deliveries. */
export const OPTIONS = {
  midtrans: { serverKey: SECRET, environment: ENVIRONMENT },
  xfers: { apiKey: "test_x", secretKey: "x", signingSecrets: [SECRET], environment: ENVIRONMENT },
  singapay: { clientId: "x", clientSecret: SECRET, apiKey: "x", accountId: "x", environment: ENVIRONMENT },
  stripe: { secretKey: "sk_test_x", webhookSecrets: [SECRET], environment: ENVIRONMENT },
  xendit: { secretKey: "xnd_development_x", webhookTokens: [SECRET], environment: ENVIRONMENT },
};

/** The name of the function that creates a driver, such as `createMidtransDriver`. */
export const creatorOf = (gateway) => `create${gateway[0].toUpperCase()}${gateway.slice(1)}Driver`;

/** All gateways in one `createPaymentLinks`, and one delivery for each: `{ method, url, headers, body }`. */
export const prepareDeliveries = async () => {
  const { createPaymentLinks } = await fromPackage("core", "index");
  const drivers = await Promise.all(
    GATEWAYS.map(async (name) => [
      name,
      (await fromPackage(`driver-${name}`, "index"))[creatorOf(name)](OPTIONS[name]),
    ]),
  );
  const links = createPaymentLinks({
    default: "midtrans",
    clock: { now: () => NOW_MS },
    gateways: Object.fromEntries(drivers),
  });
  const [midtrans, xfers, singapay, stripe, xendit] = await Promise.all(
    GATEWAYS.map((name) => fromPackage(`driver-${name}`, "testing")),
  );
  const json = { "content-type": "application/json" };
  const bodies = {
    midtrans: ofOneKilobyte(
      JSON.stringify(await midtrans.signMidtransNotification(midtransDelivery(midtrans.webhookSamples), SECRET)),
    ),
    xfers: ofOneKilobyte(JSON.stringify(XFERS)),
    singapay: ofOneKilobyte(JSON.stringify(SINGAPAY)),
    stripe: ofOneKilobyte(JSON.stringify(STRIPE)),
    xendit: ofOneKilobyte(JSON.stringify(XENDIT)),
  };
  const target = "/webhooks/singapay";
  const headers = {
    midtrans: json,
    xfers: { ...json, ...(await xfers.signXfersCallback(bodies.xfers, SECRET)) },
    singapay: {
      ...json,
      ...(await singapay.signSingapayWebhook(bodies.singapay, { secret: SECRET, target, atMs: NOW_MS })),
    },
    stripe: await stripe.signStripeWebhook(bodies.stripe, { secret: SECRET, atMs: NOW_MS }),
    xendit: xendit.xenditCallbackHeaders(SECRET),
  };
  const deliveries = Object.fromEntries(
    Object.entries(bodies).map(([gateway, body]) => [
      gateway,
      { method: "POST", url: `/webhooks/${gateway}`, headers: headers[gateway], body },
    ]),
  );
  return { links, deliveries };
};

/** A delivery as a Fetch `Request`, which can be read once. */
export const requestOf = ({ url, headers, body }) =>
  new Request(`https://shop.example${url}`, { method: "POST", headers, body });
