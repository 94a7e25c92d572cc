// CPU per API call against a local server, one call at a time and 64 at a time. Usage: node api-calls.mjs [rounds]
import { createServer } from "node:net";
import midtransClient from "midtrans-client";
import { Stripe } from "stripe";
import { Xendit } from "xendit-node";
import { createPaymentLinks, idr } from "../packages/core/dist/index.js";
import { createMidtransDriver } from "../packages/driver-midtrans/dist/index.js";
import { report } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 5);
const slug = "k3v9q2m7x1c8w5t4";
const body = JSON.stringify({
  // One reply that every client here takes for a success.
  order_id: "INV-001",
  payment_url: `http://127.0.0.1/payment-links/${slug}`,
  id: "x",
  object: "payment_link",
  token: "x",
  redirect_url: "http://127.0.0.1/x",
  ...Object.fromEntries(
    ["banks", "retail_outlets", "ewallets", "qr_codes", "direct_debits", "paylaters"].map((name) => [
      `available_${name}`,
      [],
    ]),
  ),
});
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const server = createServer((socket) => {
  socket.setNoDelay(true);
  let received = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    for (;;) {
      const head = received.indexOf("\r\n\r\n");
      if (head === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
      if (received.length < head + 4 + length) return;
      received = received.slice(head + 4 + length);
      socket.write(answer);
    }
  });
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const { port } = server.address();
const url = `http://127.0.0.1:${port}`;

const stripe = new Stripe("sk_test_x", {
  host: "127.0.0.1",
  port,
  protocol: "http",
  telemetry: false,
  maxNetworkRetries: 0,
});
const snap = new midtransClient.Snap({ serverKey: "x", isProduction: false });
snap.apiConfig.getSnapApiBaseUrl = () => url;
const xendit = new Xendit({ secretKey: "xnd_development_x", xenditURL: url });
const links = createPaymentLinks({
  default: "midtrans",
  gateways: { midtrans: createMidtransDriver({ serverKey: "x", environment: "sandbox", baseUrl: url }) },
});

const clients = {
  stripe: () => stripe.paymentLinks.create({ line_items: [{ price: "x", quantity: 1 }] }),
  "midtrans-client": () =>
    snap.createTransaction({ transaction_details: { order_id: "INV-001", gross_amount: 190_000 } }),
  "xendit-node": () => xendit.Invoice.createInvoice({ data: { externalId: "INV-001", amount: 190_000 } }),
  "tautan midtrans": async () => {
    const created = await links.create({ reference: "INV-001", amount: idr(190_000), slug });
    if (created.isErr()) throw new Error(created.error.message);
  },
};

for (const concurrency of [1, 64]) {
  const figures = Object.fromEntries(Object.keys(clients).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, call] of Object.entries(clients).toSorted(() => Math.random() - 0.5)) {
      const calls = 1500;
      let left = calls;
      const worker = async () => {
        while (left-- > 0) await call();
      };
      const start = process.cpuUsage();
      await Promise.all(Array.from({ length: concurrency }, worker));
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) figures[name].push((user + system) / calls);
    }
  }
  const medians = Object.fromEntries(
    Object.entries(figures).map(([name, list]) => [name, list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]]),
  );
  report(`CPU per create, ${concurrency} at a time (server included)`, medians, "µs", "stripe");
}
process.exit(0);
