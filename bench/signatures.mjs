// The cryptography of one webhook of 1 KB with node:crypto and with WebCrypto: the digest of the body, and the signature that each gateway
// documents.
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { tableOf, takeCalls } from "./statistics.mjs";

const secret = "bench-secret-0123456789";
const body = Buffer.from(JSON.stringify({ data: { id: "paymentlink_1", text: "x".repeat(980) } }));
const fields = "INV-001-1767225600123200190000.00";
const signed = "POST:/webhooks/singapay:test-token:".padEnd(110, "0");
const encoder = new TextEncoder();
const { subtle } = globalThis.crypto;

const isSame = (left, right) => timingSafeEqual(Buffer.from(left), Buffer.from(right));
const hex = (buffer) => Buffer.from(buffer).toString("hex");
const hmac = async (algorithm, data) => {
  const key = await subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: algorithm }, false, ["sign"]);
  return hex(await subtle.sign("HMAC", key, data));
};

const withNode = {
  midtrans: () => [hash("sha256", body), hash("sha512", fields + secret)],
  xfers: () => [hash("sha256", body), createHmac("sha256", secret).update(body).digest("hex")],
  singapay: () => [
    hash("sha256", body),
    hash("sha256", body),
    createHmac("sha512", secret).update(signed).digest("hex"),
  ],
};
const withWeb = {
  midtrans: async () => [
    hex(await subtle.digest("SHA-256", body)),
    hex(await subtle.digest("SHA-512", encoder.encode(fields + secret))),
  ],
  xfers: async () => [hex(await subtle.digest("SHA-256", body)), await hmac("SHA-256", body)],
  singapay: async () => [
    hex(await subtle.digest("SHA-256", body)),
    hex(await subtle.digest("SHA-256", body)),
    await hmac("SHA-512", encoder.encode(signed)),
  ],
};

const createVariants = () =>
  Object.fromEntries(
    Object.keys(withNode).flatMap((gateway) => {
      const expected = withNode[gateway]();
      const checked = (results) => {
        if (!results.every((each, at) => isSame(each, expected[at]))) throw new Error(`${gateway}: another result`);
      };
      return [
        [`${gateway}, node:crypto`, () => checked(withNode[gateway]())],
        [`${gateway}, WebCrypto`, async () => checked(await withWeb[gateway]())],
      ];
    }),
  );

export const measure = async ({ quick }) => [
  tableOf({
    id: "signatures",
    title: "The cryptography of one webhook of 1 KB",
    unit: "µs",
    reference: "midtrans, node:crypto",
    figures: await takeCalls(createVariants(), { rounds: quick ? 11 : 51 }),
  }),
];
