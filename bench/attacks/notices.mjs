// Genuine notices of all providers, lost, repeated and out of order, among forged ones, against a shop that follows README. What
// it delivers is compared with what the model gateways know to be paid.
import { setTimeout } from "node:timers/promises";
import { createPaymentLinks, idr } from "../../packages/core/dist/index.js";
import { createMidtransDriver } from "../../packages/driver-midtrans/dist/index.js";
import { createSingapayDriver } from "../../packages/driver-singapay/dist/index.js";
import { createStripeDriver } from "../../packages/driver-stripe/dist/index.js";
import { createXenditDriver } from "../../packages/driver-xendit/dist/index.js";
import { createXfersDriver } from "../../packages/driver-xfers/dist/index.js";
import { createMidtrans, MIDTRANS_URL } from "./gateways/midtrans.mjs";
import { transportTo as inProcess } from "./gateways/replies.mjs";
import { createSingapay, SINGAPAY_URL } from "./gateways/singapay.mjs";
import { createStripe, STRIPE_URL } from "./gateways/stripe.mjs";
import { createXendit, XENDIT_URL } from "./gateways/xendit.mjs";
import { createXfers, XFERS_URL } from "./gateways/xfers.mjs";
import { createShops } from "./shop.mjs";

const OURS = "01K0DEMOACCOUNT0000000000A";
const ANOTHER = "01K0DEMOACCOUNT0000000000B";
const PRICES = [190_000, 75_000, 20_000];
const CUSTOMER = { name: "Sari", email: "sari@example.test", phone: "+628110000001" };
const METHODS = ["bca_va", "permata", "qris", "gopay", "seabank_va", "bsi_va", "dana", "credit_card"];

/** How far a link's list may be behind Get Status. */
const MAX_LAG_MS = 60_000;
/** How long the last word of a gateway may be believed: an answer to `confirm` is used again for some seconds, and lists lag. */
const STALE_MS = 10_000 + MAX_LAG_MS;

/**
 * How a payment goes back. Reversals by `deny` are of Permata, Mandiri Bill and Indomaret, none of which is known by its transaction
 * id alone: docs.midtrans.com, Transaction Status Cycle.
 */
const takenBackBy = ({ purchase }) => (purchase.isByTransactionId ? ["refund"] : ["refund", "deny"]);

const isRightFor =
  ({ price }) =>
  ({ amount }) =>
    amount === Number(price.amount);

/** Those that no key of the account has signed. The others are genuine in part, and harmless because they are confirmed. */
const FORGERIES = new Set(["forged signature", "callback without a signature", "another account's secret"]);

const STORM = 300;
/** The limit for two confirms: a response to a request from before a notice does not confirm the notice. */
const REQUESTS_A_STORM = 8;

const createWorld = (random) => {
  const clock = { nowMs: Date.parse("2026-03-15T03:20:40Z"), now: () => clock.nowMs };
  const rest = { random, clock };
  const models = {
    midtrans: createMidtrans({ ...rest, serverKey: "SB-Mid-server-one", maxLagMs: MAX_LAG_MS }),
    "midtrans-2": createMidtrans({ ...rest, serverKey: "SB-Mid-server-two", maxLagMs: MAX_LAG_MS }),
    xfers: createXfers({ ...rest, signingSecret: "ss_one" }),
    "xfers-2": createXfers({ ...rest, signingSecret: "ss_two" }),
    "xfers-open": createXfers({ ...rest, signingSecret: "ss_three" }),
    singapay: createSingapay({ ...rest, clientSecret: "secret-one", target: "/webhooks/singapay" }),
    stripe: createStripe({ ...rest, webhookSecret: "whsec_one" }),
    xendit: createXendit({ ...rest, webhookToken: "token-one" }),
  };
  const environment = "sandbox";
  let requests = 0;
  const network = { latencyMs: 0 };
  const transportTo = (model, baseUrl) => {
    const transport = inProcess(model, baseUrl);
    return {
      send: async (request) => {
        requests += 1;
        if (network.latencyMs > 0) await setTimeout(network.latencyMs);
        return transport.send(request);
      },
    };
  };
  const midtrans = (key, serverKey) =>
    createMidtransDriver({ environment, serverKey, transport: transportTo(models[key], MIDTRANS_URL) });
  const xfers = (key, secret, more) =>
    createXfersDriver({
      environment,
      apiKey: "test_x",
      secretKey: "x",
      signingSecrets: [secret],
      transport: transportTo(models[key], XFERS_URL),
      ...more,
    });
  const links = createPaymentLinks({
    default: "midtrans",
    clock,
    gateways: {
      midtrans: midtrans("midtrans", "SB-Mid-server-one"),
      "midtrans-2": midtrans("midtrans-2", "SB-Mid-server-two"),
      xfers: xfers("xfers", "ss_one"),
      "xfers-2": xfers("xfers-2", "ss_two"),
      "xfers-open": xfers("xfers-open", "ss_three", { acceptUnsignedCallbacks: true }),
      singapay: createSingapayDriver({
        environment,
        clientId: "client",
        clientSecret: "secret-one",
        apiKey: "key",
        accountId: OURS,
        transport: transportTo(models.singapay, SINGAPAY_URL),
      }),
      stripe: createStripeDriver({
        environment,
        secretKey: "sk_test_x",
        webhookSecrets: ["whsec_one"],
        transport: transportTo(models.stripe, STRIPE_URL),
      }),
      xendit: createXenditDriver({
        environment,
        secretKey: "xnd_development_x",
        webhookTokens: ["token-one"],
        transport: transportTo(models.xendit, XENDIT_URL),
      }),
    },
  });
  return { clock, models, links, network, requestCount: () => requests };
};

/**
 * The payments that a model knows of an order: `now` are those that stand, or stood until a moment ago, `ever` also those that
 * were taken back.
 */
const paymentsOf = (models, order, nowMs) => {
  const model = models[order.gateway];
  if (order.gateway.startsWith("midtrans")) {
    const ever = (model.links.get(order.reference)?.purchases ?? [])
      .map(({ newest }) => newest)
      .filter(({ paidAtMs }) => paidAtMs !== undefined);
    const stands = ({ status, updatedAtMs }) =>
      ["settlement", "capture", "partial_refund"].includes(status) || updatedAtMs > nowMs - STALE_MS;
    return { now: ever.filter(stands), ever };
  }
  if (order.gateway.startsWith("xfers")) {
    const link = model.byReference(order.reference);
    const paid = ["paid", "completed"].includes(link?.status) ? [{ amount: link.attributes.amount }] : [];
    return { now: paid, ever: paid };
  }
  if (order.gateway === "xendit") {
    const invoice = model.byReference(order.reference);
    const paid = invoice?.status === "PAID" ? [{ amount: invoice.body.amount }] : [];
    return { now: paid, ever: paid };
  }
  if (order.gateway === "stripe") {
    const ever = model.sessionsOf(order.reference).map((each) => ({ ...each, amount: each.amount / 100 }));
    return { now: ever.filter(({ refundedAt }) => !(refundedAt * 1000 <= nowMs - STALE_MS)), ever };
  }
  const { histories } = model.accountOf(OURS);
  const paid = histories.filter(({ link, status }) => link.reference === order.reference && status === "paid");
  return { now: paid, ever: paid };
};

export const run = async ({ random, shares, short }) => {
  const target = Math.ceil((short ? 1500 : 30_000) / shares);
  const { clock, models, links, network, requestCount } = createWorld(random);
  const orders = new Map();
  const byGateway = new Map(Object.keys(models).map((key) => [key, []]));
  const archive = [];
  const failures = [];
  let wrong = 0;
  let posted = 0;
  let forged = 0;
  let accepted = 0;
  let attackName = "";
  let trail = [];

  const onDelivery = ({ shop, order, history }) => {
    const { now, ever } = paymentsOf(models, order, clock.now());
    const isRight = isRightFor(order);
    // A wrong one does not make the right one that follows it wrong.
    const count = (order.deliveries[shop] ?? 0) + 1;
    if (now.some(isRight) && ever.filter(isRight).length >= count) {
      order.deliveries[shop] = count;
      order.wasDelivered = true;
      return;
    }
    wrong += 1;
    const truth = now.length === 0 ? "not paid" : `paid ${now.map(({ amount }) => amount).join(", ")}`;
    failures.push({
      kind: attackName,
      text: `notice ${posted}: the shop (${shop}) delivers ${order.reference} of ${order.gateway} for ${history.id}, its delivery ${count}; the gateway reports ${truth}\n    ${trail.join("\n    ")}`,
    });
  };
  const onTakeBack = (order) => {
    order.takenBack = (order.takenBack ?? 0) + 1;
  };
  const shops = createShops({ links, orderOf: (reference) => orders.get(reference), onDelivery, onTakeBack });

  const shown = ({ headers, body }) => {
    const named = Object.entries(headers).filter(([name]) => name !== "content-type");
    return `${named.map(([name, value]) => `${name}: ${value}; `).join("")}${body}`.slice(0, 900);
  };

  const post = async (name, gateway, request, url = `/webhooks/${gateway}`) => {
    posted += 1;
    attackName = name;
    trail = [`POST ${url}`, shown(request)];
    // That account is set up to take callbacks without a signature, as hints only.
    if (FORGERIES.has(name) && gateway !== "xfers-open") {
      forged += 1;
      const parsed = await links.parseWebhook(gateway, { ...request, url });
      if (parsed.isOk()) {
        accepted += 1;
        failures.push({ kind: `accepted: ${name}`, text: `${gateway}: ${shown(request)}` });
      }
    }
    await shops.receive(gateway, { ...request, url });
  };

  const addOrder = async (gateway) => {
    const reference = random.pick([`T-${orders.size}`, `INV_${orders.size}-${random.text(3, "ABC123")}`]);
    const amount = random.pick(PRICES);
    const isOpen = gateway.startsWith("midtrans") && random.chance(0.1);
    const uses = gateway.startsWith("xfers") || gateway === "xendit" ? 1 : random.pick([1, 1, 3]);
    const created = await links.create({
      reference,
      gateway,
      usage: { limit: uses },
      amount: isOpen ? { open: { currency: "IDR", min: "1000" } } : idr(amount),
      ...(gateway.startsWith("xfers") && { title: "Order", customer: CUSTOMER }),
    });
    if (created.isErr()) throw new Error(`${gateway}: ${created.error.message}`);
    const order = { reference, gateway, price: idr(amount), isOpen, uses, attempts: [], deliveries: {} };
    orders.set(reference, order);
    byGateway.get(gateway).push(order);
    return order;
  };

  /** The newest orders alone: payers are done with older ones. */
  const anOrder = (gateway) => random.pick(byGateway.get(gateway).slice(-12));
  const aGateway = (prefix = "") => random.pick([...byGateway.keys()].filter((key) => key.startsWith(prefix)));

  const keep = (gateway, order, request, word) => {
    const notice = { gateway, order, request, word };
    archive.push(notice);
    if (archive.length > 600) archive.shift();
    if (order) order.notices = [...(order.notices ?? []), notice].slice(-4);
    return notice;
  };

  /** Something happens at a gateway; its notice may come now or not. */
  const happen = async (gateway) => {
    const order = anOrder(gateway);
    const model = models[gateway];
    let request;
    let word;
    if (gateway.startsWith("midtrans")) {
      const open = order.attempts.filter(({ status }) => status === "pending");
      const paid = order.attempts.filter(({ status }) => status === "settlement");
      if (open.length > 0 && random.chance(0.6)) {
        word = random.weighted([
          [5, "settlement"],
          [1, "deny"],
          [1, "expire"],
          [1, "cancel"],
        ]);
        // A link takes no more payments than it is for.
        if (word === "settlement" && paid.length >= order.uses) word = "expire";
        const attempt = random.pick(open);
        model.change(attempt, word);
        request = model.notice(attempt);
      } else if (paid.length > 0 && random.chance(0.15)) {
        const attempt = random.pick(paid);
        word = random.pick(takenBackBy(attempt));
        model.change(attempt, word);
        request = model.notice(attempt);
      } else {
        word = "pending";
        const amount = order.isOpen ? random.pick([1000, Number(order.price.amount), 20_000]) : undefined;
        const attempt = model.open(order.reference, random.pick(METHODS), amount);
        order.attempts.push(attempt);
        request = model.notice(attempt);
      }
    } else if (gateway.startsWith("xfers")) {
      const link = model.byReference(order.reference);
      word = link.status === "pending" ? random.pick(["paid", "paid", "expired", "completed"]) : "completed";
      if (!["expired", "cancelled"].includes(link.status)) model.change(link, word);
      request = model.notice(link);
    } else if (gateway === "xendit") {
      const invoice = model.byReference(order.reference);
      word = invoice.status === "PENDING" ? random.pick(["PAID", "PAID", "EXPIRED"]) : invoice.status;
      if (invoice.status === "PENDING") model.change(invoice, word);
      request = model.notice(invoice);
    } else if (gateway === "stripe") {
      const paid = order.attempts.filter(({ refundedAt }) => refundedAt === undefined);
      if (order.attempts.length < order.uses) order.attempts.push(model.pay(model.byReference(order.reference)));
      else if (paid.length > 0 && random.chance(0.15)) model.refund(random.pick(paid));
      const attempt = random.pick(order.attempts);
      word = attempt.refundedAt === undefined ? "paid" : "refunded";
      request = model.notice(attempt);
    } else {
      const open = order.attempts.filter(({ status }) => status === "pending");
      if (open.length > 0 && random.chance(0.7)) {
        word =
          order.attempts.filter(({ status }) => status === "paid").length >= order.uses
            ? "expired"
            : random.pick(["paid", "paid", "expired"]);
        const attempt = random.pick(open);
        model.change(attempt, word);
        request = model.notice(attempt);
      } else {
        const link = model.accountOf(OURS).links.find(({ reference }) => reference === order.reference);
        const attempt = model.open(link);
        order.attempts.push(attempt);
        request = model.notice(attempt);
        word = "pending";
      }
    }
    const notice = keep(gateway, order, request, word);
    if (random.chance(0.7)) await post(`genuine ${word}`, gateway, notice.request);
  };

  const fieldsOf = ({ body }) => JSON.parse(body);
  const withFields = (request, fields) => ({ ...request, body: JSON.stringify({ ...fieldsOf(request), ...fields }) });
  const archived = (fits = () => true) => {
    const fitting = archive.filter(fits);
    return fitting.length === 0 ? undefined : random.pick(fitting);
  };
  const ofMidtrans = ({ gateway }) => gateway.startsWith("midtrans");
  const ofXfers = ({ gateway }) => gateway.startsWith("xfers");
  const ofXendit = ({ gateway }) => gateway === "xendit";
  const ofSingapay = ({ gateway }) => gateway === "singapay";

  /** An attacker pays his own order of the same price, and gives its transaction. */
  const ownPayment = (gateway, amount) => {
    const method = random.pick(["seabank_va", "dana", "bsi_va", "bca_va"]);
    const model = models[gateway];
    const own = byGateway.get(gateway).findLast((each) => !each.isOpen && Number(each.price.amount) === amount);
    if (!own || own.attempts.filter(({ status }) => status === "settlement").length >= own.uses) return undefined;
    const attempt = model.open(own.reference, method);
    model.change(attempt, "settlement");
    own.attempts.push(attempt);
    keep(gateway, own, model.notice(attempt), "settlement");
    return attempt;
  };

  const attacks = {
    replayed: async () => {
      const { gateway, request } = archived();
      await post("replayed", gateway, request);
    },
    "replayed many times, older first": async () => {
      const { order, gateway } = archived(({ order }) => order !== undefined);
      for (const { request } of order.notices) await post("replayed, older first", gateway, request);
    },
    "re-ordered, newest first": async () => {
      const { order, gateway } = archived(({ order }) => order !== undefined);
      for (const { request } of order.notices.toReversed()) await post("re-ordered, newest first", gateway, request);
    },
    "to another gateway's address": async () => {
      const { request } = archived();
      await post("to another gateway's address", aGateway(), request);
    },
    "status that is not signed": async () => {
      const notice = archived((each) => ofMidtrans(each) && each.word !== "settlement");
      if (!notice) return;
      const status = random.pick(["settlement", "capture", "refund", "SETTLEMENT", "partial_refund", "chargeback"]);
      const fields = { transaction_status: status, fraud_status: "accept" };
      await post("status that is not signed", notice.gateway, withFields(notice.request, fields));
    },
    "another's paid transaction in a genuine notice": async () => {
      // Of a payment that is open, has ended, or was taken back.
      const notice = archived((each) => ofMidtrans(each) && each.order !== undefined);
      if (!notice) return;
      const amount = Number(fieldsOf(notice.request).gross_amount);
      const own = random.chance(0.8)
        ? ownPayment(notice.gateway, amount)
        : random.pick(notice.order.attempts.filter(({ paidAtMs }) => paidAtMs !== undefined));
      if (!own) return;
      const fields = {
        transaction_id: own.id,
        ...(random.chance(0.7) && { transaction_status: "settlement" }),
        ...(random.chance(0.3) && { custom_field1: own.purchase.customFields[0] }),
      };
      await post("another's paid transaction in a genuine notice", notice.gateway, withFields(notice.request, fields));
    },
    "another's paid transaction in the notice of a refund": async () => {
      const gateway = aGateway("midtrans");
      const order = byGateway.get(gateway).findLast((each) => !each.isOpen && each.attempts.length === 0);
      if (!order) return;
      const model = models[gateway];
      const attempt = model.open(order.reference, random.pick(["seabank_va", "dana", "bsi_va", "bca_va"]));
      order.attempts.push(attempt);
      const pending = model.notice(attempt);
      model.change(attempt, "settlement");
      clock.nowMs += 1000;
      model.change(attempt, random.pick([...takenBackBy(attempt), "chargeback", "partial_refund"]));
      clock.nowMs += 2 * STALE_MS;
      const own = ownPayment(gateway, Number(order.price.amount));
      if (!own) return;
      const request = random.pick([pending, model.notice(attempt)]);
      const fields = { transaction_id: own.id, transaction_status: "settlement" };
      await post("another's paid transaction in the notice of a refund", gateway, withFields(request, fields));
    },
    "another order in the field of a paid notice": async () => {
      const notice = archived((each) => ofMidtrans(each) && each.word === "settlement");
      if (!notice) return;
      const fields = { custom_field1: anOrder(notice.gateway).reference };
      await post("another order in the field of a paid notice", notice.gateway, withFields(notice.request, fields));
    },
    "a product's paid transaction in a genuine notice": async () => {
      const notice = archived((each) => ofMidtrans(each) && each.order !== undefined);
      if (!notice) return;
      const model = models[notice.gateway];
      const amount = Number(fieldsOf(notice.request).gross_amount);
      const snap = model.openElsewhere(`snap-${random.hex(12)}`, amount, random.pick(["seabank_va", "dana"]));
      model.change(snap, "settlement");
      const fields = { transaction_id: snap.id, transaction_status: "settlement" };
      await post(
        "a product's paid transaction in a genuine notice",
        notice.gateway,
        withFields(notice.request, fields),
      );
    },
    "another product's payment": async () => {
      const gateway = aGateway("midtrans");
      const { reference, price } = anOrder(gateway);
      const suffix = String(random.between(1_600_000_000_000, 1_899_999_999_999));
      const orderId = random.pick([
        `${reference}-${suffix}`,
        `${reference}-${suffix.slice(0, 10)}-${suffix}`,
        reference,
        `${reference}-${suffix.slice(0, 10)}`,
      ]);
      const model = models[gateway];
      // A product that wrote our own reference into the field could not be distinguished from a link.
      const field = random.pick([undefined, undefined, "snap", orderId === reference ? undefined : orderId]);
      const snap = model.openElsewhere(orderId, Number(price.amount), random.pick(METHODS), field);
      model.change(snap, "settlement");
      const notice = model.notice(snap);
      keep(gateway, undefined, notice, "settlement");
      // Unsigned parts can be added on the way.
      const isAdded = random.chance(0.4);
      const request = isAdded ? withFields(notice, { custom_field1: reference }) : notice;
      await post(`another product's payment${isAdded ? ", field added" : ""}`, gateway, request);
    },
    "signed fields of another order": async () => {
      const [one, other] = [archived(ofMidtrans), archived(ofMidtrans)];
      if (!one || !other) return;
      const from = fieldsOf(other.request);
      const field = random.pick(["order_id", "gross_amount", "status_code", "signature_key", "transaction_id"]);
      await post("one field of another order", one.gateway, withFields(one.request, { [field]: from[field] }));
    },
    "signed fields shifted": async () => {
      const notice = archived(ofMidtrans);
      if (!notice) return;
      const { order_id, status_code, gross_amount } = fieldsOf(notice.request);
      const text = order_id + status_code + gross_amount;
      const first = random.between(Math.max(1, order_id.length - 6), Math.min(order_id.length + 5, text.length - 2));
      const second = random.between(first + 1, text.length - 1);
      const fields = {
        order_id: text.slice(0, first),
        status_code: text.slice(first, second),
        gross_amount: text.slice(second),
        transaction_status: "settlement",
      };
      await post("signed fields shifted", notice.gateway, withFields(notice.request, fields));
    },
    "keys written twice": async () => {
      const notice = archived(ofMidtrans);
      if (!notice) return;
      const { body } = notice.request;
      const other = fieldsOf(archived(ofMidtrans).request);
      const twice = `${body.slice(0, -1)},"transaction_status":"settlement","order_id":${JSON.stringify(other.order_id)}}`;
      await post("keys written twice", notice.gateway, { ...notice.request, body: twice });
    },
    "forged signature": async () => {
      const notice = archived();
      const forged = random.pick(["", "0".repeat(128), random.hex(128), random.hex(64), null, [], {}, 0, true]);
      const { headers } = notice.request;
      const request = ofMidtrans(notice)
        ? withFields(notice.request, { signature_key: forged, transaction_status: "settlement", status_code: "200" })
        : {
            ...notice.request,
            headers: {
              ...headers,
              "xfers-signature": String(forged),
              "x-signature": String(forged),
              "stripe-signature": `t=${Math.floor(clock.now() / 1000)},v1=${forged}`,
              "x-callback-token": String(forged),
            },
          };
      await post("forged signature", notice.gateway, request);
    },
    "body changed on the way": async () => {
      const notice = archived((each) => !ofMidtrans(each));
      if (!notice) return;
      const victim = anOrder(notice.gateway);
      const { body } = notice.request;
      const changed = random.pick([
        () => body.replace(/"(pending|expired|cancelled)"/g, '"paid"').replace(/"(PENDING|EXPIRED)"/g, '"PAID"'),
        () => body.replaceAll(notice.order?.reference ?? "T-", victim.reference),
        () => `${body} `,
        () => body.replace(/"amount":"?\d+/, '"amount":"1'),
        () => body.slice(0, random.below(body.length)),
      ])();
      await post("body changed on the way", notice.gateway, { ...notice.request, body: changed });
    },
    "callback without a signature": async () => {
      const gateway = aGateway("xfers");
      const model = models[gateway];
      const link = model.byReference(anOrder(gateway).reference);
      const resource = model.resource({ ...link, status: "paid" });
      const request = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(resource),
      };
      await post("callback without a signature", gateway, request);
    },
    "made-up content under a genuine token": async () => {
      const model = models.xendit;
      const { headers, body } = model.notice(model.byReference(anOrder("xendit").reference));
      const own = random.pick([fieldsOf({ body }).id, fieldsOf(archived(ofXendit)?.request ?? { body }).id]);
      const fields = {
        id: own,
        status: random.pick(["PAID", "SETTLED"]),
        paid_at: new Date(clock.now()).toISOString(),
      };
      await post(
        "made-up content under a genuine token",
        "xendit",
        withFields({ method: "POST", headers, body }, fields),
      );
    },
    "a checkout of the account's own, with our reference": async () => {
      const { reference, price } = anOrder("stripe");
      const notice = models.stripe.noticeElsewhere(reference, Number(price.amount) * 100);
      await post("a checkout of the account's own, with our reference", "stripe", notice);
    },
    "callback of another resource": async () => {
      const gateway = aGateway("xfers");
      const { reference, price } = anOrder(gateway);
      await post(
        "callback of another resource",
        gateway,
        models[gateway].paymentNotice(reference, Number(price.amount)),
      );
    },
    "another account's secret": async () => {
      const [from, to] = random.shuffled([...byGateway.keys()].filter((key) => key.startsWith("xfers")));
      const order = anOrder(to);
      const victim = models[to].byReference(order.reference);
      const body = JSON.stringify(models[to].resource({ ...victim, status: "paid" }));
      await post("another account's secret", to, models[from].signed(body));
    },
    "another account of the same credential": async () => {
      const { reference, price } = anOrder("singapay");
      const model = models.singapay;
      const isThere = model.accountOf(ANOTHER).links.some((each) => each.reference === reference);
      if (isThere) return;
      const attempt = model.open(model.addLink(ANOTHER, reference, Number(price.amount)));
      model.change(attempt, "paid");
      const notice = model.notice(attempt);
      keep("singapay", undefined, notice, "paid");
      await post("another account of the same credential", "singapay", notice);
    },
    "another product's event": async () => {
      const { reference, price } = anOrder("singapay");
      const model = models.singapay;
      const transaction = {
        reff_no: random.pick([reference, random.text(20, "0123456789")]),
        type: random.pick(["va", "qris", "ewallet"]),
        status: "paid",
        amount: { value: `${price.amount}.00`, currency: "IDR" },
      };
      const event = random.pick(["va-transaction", "qris-acquirer-transaction", "ewallet-native-transaction"]);
      const data = { transaction, payment: { method: transaction.type, additional_info: { reff_no: reference } } };
      await post("another product's event", "singapay", model.signed(model.envelope(event, data)));
    },
    "headers of another delivery": async () => {
      const [one, other] = [archived(ofSingapay), archived(ofSingapay)];
      if (!one || !other) return;
      const name = random.pick(["x-signature", "x-timestamp", "authorization"]);
      const headers = { ...one.request.headers, [name]: other.request.headers[name] };
      await post("headers of another delivery", "singapay", { ...one.request, headers });
    },
    "another address than was signed": async () => {
      const notice = archived(ofSingapay);
      if (!notice) return;
      const url = random.pick(["/webhooks/singapay?x=1", "/webhooks/singapay/", "//webhooks/singapay", "/"]);
      await post("another address than was signed", "singapay", notice.request, url);
    },
    "several signatures": async () => {
      const notice = archived(ofXfers);
      if (!notice) return;
      const headers = { ...notice.request.headers, "x-xfers-signature": random.hex(64) };
      await post("several signatures", notice.gateway, { ...notice.request, headers });
    },
    "another content type": async () => {
      const { gateway, request } = archived();
      const headers = {
        ...request.headers,
        "content-type": random.pick(["text/plain", "application/x-www-form-urlencoded"]),
      };
      await post("another content type", gateway, { ...request, headers });
    },
  };

  for (const gateway of byGateway.keys()) {
    for (let count = 0; count < 4; count += 1) await addOrder(gateway);
  }
  for (const gateway of byGateway.keys()) await happen(gateway);
  const names = Object.keys(attacks);
  const isDone = () => posted >= target;
  while (!isDone()) {
    if (random.chance(0.06)) await addOrder(aGateway());
    clock.nowMs += random.chance(0.3) ? random.below(500) : random.between(STALE_MS, 240_000);
    if (random.chance(0.35)) await happen(aGateway());
    else await attacks[random.pick(names)]();
  }

  // A run without deliveries would prove nothing. The gateways' reports about every payment are sent once
  // more; SingaPay's with the time and signature of then, as its dashboard sends it again.
  let due = 0;
  let missed = 0;
  let kept = 0;
  for (const order of orders.values()) {
    clock.nowMs += STALE_MS;
    const model = models[order.gateway];
    const notices =
      order.gateway.startsWith("xfers") || order.gateway === "xendit"
        ? [model.notice(model.byReference(order.reference))]
        : order.attempts.map((each) =>
            order.gateway === "stripe" ? model.notice(each) : model.notice(each, { at: each.paidAtMs ?? clock.now() }),
          );
    for (const notice of notices) await post("genuine, sent again", order.gateway, notice);
    const isPaid = paymentsOf(models, order, clock.now()).now.some(isRightFor(order));
    if (isPaid) due += 1;
    const fail = (text) =>
      failures.push({ kind: "a genuine payment", text: `${order.reference} of ${order.gateway} ${text}` });
    if (isPaid && !order.wasDelivered) {
      missed += 1;
      fail(`is paid and was not delivered: ${notices.map(({ body }) => body.slice(0, 400)).join(" ")}`);
    }
    if (!isPaid && shops.isDelivered(order)) {
      kept += 1;
      fail(
        `is not paid any more, and README's shop took nothing back: ${notices.map(({ body }) => body.slice(0, 400)).join(" ")}`,
      );
    }
  }

  // One notice, many times at once.
  const takeOnce = async (gateway, request) => {
    const delivery = await links.parseWebhook(gateway, { ...request, url: `/webhooks/${gateway}` });
    for (const observation of delivery.isOk() ? delivery.value.observations : []) await links.confirm(observation);
  };
  let costliest = 0;
  for (const gateway of byGateway.keys()) {
    const notice = archive.findLast((each) => each.gateway === gateway && each.order);
    if (!notice) continue;
    clock.nowMs += 240_000;
    const before = requestCount();
    network.latencyMs = 10;
    await Promise.all(Array.from({ length: STORM }, () => takeOnce(gateway, notice.request)));
    network.latencyMs = 0;
    const cost = requestCount() - before;
    costliest = Math.max(costliest, cost);
    if (cost <= REQUESTS_A_STORM) continue;
    failures.push({
      kind: "storm",
      text: `${gateway}: ${STORM} times at once cost ${cost} requests: ${shown(notice.request)}`,
    });
  }
  return {
    rows: [
      { figure: "wrong deliveries", cases: posted, expected: 0, found: wrong, holds: wrong === 0 },
      {
        figure: "forged webhooks that were accepted",
        cases: forged,
        expected: 0,
        found: accepted,
        holds: accepted === 0,
      },
      { figure: "paid orders that were not delivered", cases: due, expected: 0, found: missed, holds: missed === 0 },
      {
        figure: "payments that went back, and the goods did not",
        cases: orders.size,
        expected: 0,
        found: kept,
        holds: kept === 0,
      },
      {
        figure: `requests for one notice that comes ${STORM} times at once`,
        cases: byGateway.size * STORM,
        expected: `<= ${REQUESTS_A_STORM}`,
        found: costliest,
        holds: costliest <= REQUESTS_A_STORM,
        isHighest: true,
      },
    ],
    failures,
  };
};
