// The other clients. Each returns a create and, if it has one, a get.

const PAYER = { name: "Budi", email: "budi@example.com", phone: "+628123456789" };
const MIDTRANS_BODY = {
  transaction_details: { order_id: "bench-00000000", gross_amount: 150_000 },
  customer_details: { first_name: PAYER.name, email: PAYER.email, phone: PAYER.phone },
  item_details: [{ id: "a1", price: 150_000, quantity: 1, name: "Paket" }],
  usage_limit: 1,
};
const HEADERS = {
  "content-type": "application/json",
  accept: "application/json",
  authorization: `Basic ${btoa("x:")}`,
};
const POST = { path: "/snap/v1/transactions", method: "POST", headers: HEADERS };
const GET = { path: "/v2/bench-00000000/status", method: "GET", headers: HEADERS };

export const PEERS = {
  stripe: async ({ port }) => {
    const { Stripe } = await import("stripe");
    const host = { host: "127.0.0.1", port, protocol: "http" };
    const stripe = new Stripe("sk_test_x", { ...host, telemetry: false, maxNetworkRetries: 0 });
    const request = {
      line_items: [{ price: "price_1RZ", quantity: 1 }],
      metadata: { order_id: "bench-00000000", email: PAYER.email, phone: PAYER.phone },
      currency: "idr",
    };
    return {
      create: () => stripe.paymentLinks.create(request),
      get: () => stripe.paymentLinks.retrieve("plink_1RZ0aB"),
    };
  },
  "xendit-node": async ({ url }) => {
    const { Xendit } = await import("xendit-node");
    const xendit = new Xendit({ secretKey: "xnd_development_x", xenditURL: url });
    const data = {
      externalId: "bench-00000000",
      amount: 150_000,
      payerEmail: PAYER.email,
      description: "Paket",
      customer: { givenNames: PAYER.name, email: PAYER.email, mobileNumber: PAYER.phone },
      items: [{ name: "Paket", quantity: 1, price: 150_000 }],
      invoiceDuration: "86400",
    };
    return {
      create: () => xendit.Invoice.createInvoice({ data }),
      get: () => xendit.Invoice.getInvoiceById({ invoiceId: "x" }),
    };
  },
  razorpay: async ({ url }) => {
    const { default: Razorpay } = await import("razorpay");
    const razorpay = new Razorpay({ key_id: "rzp_test", key_secret: "x" });
    razorpay.api.rq.defaults.baseURL = url;
    const request = {
      amount: 150_000,
      currency: "INR",
      reference_id: "bench-00000000",
      description: "Paket",
      customer: { name: PAYER.name, email: PAYER.email, contact: PAYER.phone },
      notify: { sms: false, email: false },
    };
    return { create: () => razorpay.paymentLink.create(request), get: () => razorpay.paymentLink.fetch("plink_x") };
  },
  "midtrans-client": async ({ url }) => {
    const { default: midtrans } = await import("midtrans-client");
    const snap = new midtrans.Snap({ serverKey: "x", isProduction: false });
    snap.apiConfig.getSnapApiBaseUrl = () => `${url}/snap/v1`;
    snap.apiConfig.getCoreApiBaseUrl = () => url;
    return {
      create: () => snap.createTransaction(MIDTRANS_BODY),
      get: () => snap.transaction.status("bench-00000000"),
    };
  },
  "undici request": async ({ url, undici, connections }) => {
    const { Pool } = await import(undici);
    const pool = new Pool(url, { connections });
    const send = async (request) => (await pool.request(request)).body.json();
    return { create: () => send({ ...POST, body: JSON.stringify(MIDTRANS_BODY) }), get: () => send(GET) };
  },
  "undici dispatch": async ({ url, undici, connections }) => {
    const { Pool } = await import(undici);
    const pool = new Pool(url, { connections });
    const send = (request) =>
      new Promise((resolve, reject) => {
        const chunks = [];
        pool.dispatch(request, {
          onRequestStart: () => {},
          onResponseStart: () => {},
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => resolve(JSON.parse(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))),
          onResponseError: (_controller, error) => reject(error),
        });
      });
    return { create: () => send({ ...POST, body: JSON.stringify(MIDTRANS_BODY) }), get: () => send(GET) };
  },
};
