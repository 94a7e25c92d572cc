// One webhook of 1 KB, from raw body to result: verify, check the shape, normalise. The peers verify and parse alone, and so do the floors:
// what each provider's signature needs with node:crypto, and JSON.parse.
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import Razorpay from "razorpay";
import { Webhook } from "standardwebhooks";
import { Stripe } from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { GATEWAYS, prepareDeliveries, requestOf, SECRET as secret } from "./deliveries.mjs";
import { tableOf, takeCalls } from "./statistics.mjs";

const must = (condition) => {
  if (!condition) throw new Error("a variant did not verify its own delivery");
};

const isSame = (left, right) => {
  const [one, other] = [Buffer.from(left, "latin1"), Buffer.from(right, "latin1")];
  return one.length === other.length && timingSafeEqual(one, other);
};

/** Keys in order, as SingaPay signs: https://docs.singapay.id/api-reference/webhooks/security-and-signature */
const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const copy = {};
  for (const key of Object.keys(value).sort()) copy[key] = sorted(value[key]);
  return copy;
};
/** PHP escapes the slash. */
const canonical = (value) => JSON.stringify(sorted(value)).replaceAll("/", "\\/");

/** By driver: what its signature needs, without any validation. */
const FLOORS = {
  midtrans: ({ body }) => {
    const read = JSON.parse(body);
    must(isSame(hash("sha512", read.order_id + read.status_code + read.gross_amount + secret), read.signature_key));
    return read;
  },
  xfers: ({ body, headers }) => {
    must(isSame(createHmac("sha256", secret).update(body).digest("hex"), headers["xfers-signature"]));
    return JSON.parse(body);
  },
  singapay: ({ url, body, headers }) => {
    const read = JSON.parse(body);
    const digest = hash("sha256", canonical(read));
    const signed = `POST:${url}:${headers.authorization.slice(7)}:${digest}:${headers["x-timestamp"]}`;
    must(isSame(createHmac("sha512", secret).update(signed).digest("hex"), headers["x-signature"]));
    return read;
  },
  stripe: ({ body, headers }) => {
    const [, time, signature] = /^t=(\d+),v1=(\w+)$/.exec(headers["stripe-signature"]);
    must(isSame(createHmac("sha256", secret).update(`${time}.${body}`).digest("hex"), signature));
    return JSON.parse(body);
  },
  xendit: ({ body, headers }) => {
    must(isSame(headers["x-callback-token"], secret));
    return JSON.parse(body);
  },
};

const STRIPE = "stripe constructEvent";
/** Seconds, so that a signature does not expire in a long run. */
const NEVER = 1e9;

const peersOf = ({ xfers }) => {
  const { body, headers } = xfers;
  const stripe = new Stripe("sk_test_x");
  const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  const buffer = Buffer.from(body);
  const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const standard = new Webhook(key);
  const svix = new SvixWebhook(key);
  const at = new Date();
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signature = standard.sign("msg_1", at, body);
  const named = (prefix) => ({
    [`${prefix}-id`]: "msg_1",
    [`${prefix}-timestamp`]: seconds,
    [`${prefix}-signature`]: signature,
  });
  const [standardHeaders, svixHeaders] = [named("webhook"), named("svix")];
  return {
    [STRIPE]: () => stripe.webhooks.constructEvent(body, header, secret, NEVER),
    [`${STRIPE}, Buffer`]: () => stripe.webhooks.constructEvent(buffer, header, secret, NEVER),
    [`${STRIPE}, awaited`]: async () => stripe.webhooks.constructEvent(body, header, secret, NEVER),
    [`${STRIPE}, Request`]: async () =>
      stripe.webhooks.constructEvent(await requestOf(xfers).text(), header, secret, NEVER),
    // Razorpay signs as Xfers does. It compares with ===.
    "razorpay, with JSON.parse": () => {
      must(Razorpay.validateWebhookSignature(body, headers["xfers-signature"], secret));
      return JSON.parse(body);
    },
    standardwebhooks: () => standard.verify(body, standardHeaders),
    svix: () => svix.verify(body, svixHeaders),
  };
};

const read = (links, gateway) => async (delivery) => {
  const parsed = await links.parseWebhook(gateway, delivery);
  if (parsed.isErr()) throw new Error(`${gateway}: ${parsed.error.message}`);
  return parsed.value;
};

const oursOf = (links, gateway, delivery) => {
  const run = read(links, gateway);
  const withBuffer = { ...delivery, body: Buffer.from(delivery.body) };
  return {
    [`tautan ${gateway}, text`]: () => run(delivery),
    [`tautan ${gateway}, Buffer`]: () => run(withBuffer),
    [`tautan ${gateway}, Request`]: () => run(requestOf(delivery)),
  };
};

export const measure = async ({ quick }) => {
  const { links, deliveries } = await prepareDeliveries();
  const variants = { ...peersOf(deliveries) };
  for (const gateway of GATEWAYS) variants[`floor ${gateway}`] = () => FLOORS[gateway](deliveries[gateway]);
  for (const gateway of GATEWAYS) Object.assign(variants, oursOf(links, gateway, deliveries[gateway]));
  const figures = await takeCalls(variants, { rounds: quick ? 21 : 101 });
  return [
    tableOf({
      id: "webhooks",
      title: "A webhook of 1 KB, from raw body to result",
      unit: "µs",
      reference: STRIPE,
      figures,
      note: "stripe, standardwebhooks, svix and razorpay verify and parse; they validate and normalise nothing. A Request can be read once, so making it is measured too, for stripe as for Tautan.",
    }),
  ];
};
