// Payment links of Stripe, and the sessions and payments behind them. Sources: docs.stripe.com/api, payment-link, checkout/sessions,
// payment_intents, charges, refunds, events, errors, pagination and idempotent_requests, docs.stripe.com/error-low-level and
// docs.stripe.com/webhooks/signature.
// Signs without the driver's own signer, which would share the driver's mistakes.
import { createHmac } from "node:crypto";
import { json } from "./replies.mjs";

export const STRIPE_URL = "https://api.stripe.com";

/** Rupiah have two decimals at Stripe: docs.stripe.com/currencies. */
const MINOR = 100;

const refusal = (status, type, message, more) => json(status, { error: { type, message, ...more } });

/** `a[b][0]=c` as nested objects, of which lists have the numbers as keys. */
const readForm = (text = "") => {
  const form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replaceAll("]", "").split("[");
    const last = path.pop();
    let at = form;
    for (const part of path) {
      at[part] ??= {};
      at = at[part];
    }
    at[last] = value;
  }
  return form;
};

export const createStripe = ({ random, clock, webhookSecret }) => {
  const links = [];
  const sessions = [];
  const kept = new Map();
  let made = 0;

  const seconds = () => Math.floor(clock.now() / 1000);
  const id = (prefix) => `${prefix}_${random.hex(24)}`;

  const itemsOf = ({ id: linkId, lines }) => ({
    object: "list",
    url: `/v1/payment_links/${linkId}/line_items`,
    has_more: false,
    data: lines.map(({ id: lineId, name, currency, unit, quantity }) => ({
      id: lineId,
      object: "item",
      description: name,
      quantity,
      amount_discount: 0,
      amount_subtotal: unit * quantity,
      amount_tax: 0,
      amount_total: unit * quantity,
      currency,
      price: { id: `price_${lineId}`, object: "price", currency, unit_amount: unit, custom_unit_amount: null },
    })),
  });

  const resource = (link, hasItems) => ({
    id: link.id,
    object: "payment_link",
    active: link.active,
    after_completion: { type: "hosted_confirmation", hosted_confirmation: { custom_message: null } },
    currency: link.lines[0].currency,
    inactive_message: null,
    livemode: false,
    metadata: link.metadata,
    name_collection: null,
    payment_method_types: null,
    phone_number_collection: { enabled: false },
    restrictions: link.limit === null ? null : { completed_sessions: { count: link.count, limit: link.limit } },
    url: link.url,
    ...(hasItems && { line_items: itemsOf(link) }),
  });

  const chargeResource = ({ link, paidAt, intent, charge, amount, refundedAt }) => ({
    id: charge,
    object: "charge",
    status: "succeeded",
    created: paidAt,
    currency: "idr",
    amount,
    amount_refunded: refundedAt === undefined ? 0 : amount,
    disputed: false,
    payment_intent: intent,
    metadata: link.metadata,
    payment_method_details: { type: "card" },
    refunds: {
      object: "list",
      has_more: false,
      data:
        refundedAt === undefined
          ? []
          : [
              {
                id: `re_${charge.slice(3)}`,
                object: "refund",
                status: "succeeded",
                amount,
                currency: "idr",
                created: refundedAt,
                payment_intent: intent,
              },
            ],
    },
  });

  const sessionResource = (session) => ({
    ...sessionOf(session),
    payment_intent: {
      id: session.intent,
      object: "payment_intent",
      status: "succeeded",
      created: session.paidAt,
      canceled_at: null,
      last_payment_error: null,
      payment_method_types: ["card"],
      metadata: session.link.metadata,
      latest_charge: chargeResource(session),
    },
  });

  /** As in an event: the payment is not expanded. */
  const sessionOf = ({ id: sessionId, link, paidAt, intent, amount }) => ({
    id: sessionId,
    object: "checkout.session",
    payment_link: link.id,
    mode: "payment",
    status: "complete",
    payment_status: "paid",
    amount_subtotal: amount,
    amount_total: amount,
    currency: "idr",
    created: paidAt,
    expires_at: paidAt + 86_400,
    livemode: false,
    metadata: link.metadata,
    payment_intent: intent,
  });

  const event = (type, created, object) => {
    const body = JSON.stringify({
      id: id("evt"),
      object: "event",
      api_version: "2026-07-29.dahlia",
      created,
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      data: { object },
    });
    const at = seconds();
    const signature = createHmac("sha256", webhookSecret).update(`${at}.${body}`).digest("hex");
    const headers = { "content-type": "application/json", "stripe-signature": `t=${at},v1=${signature}` };
    return { method: "POST", headers, body };
  };

  const create = (form) => {
    const lines = Object.values(form.line_items ?? {}).map(({ price_data: price, quantity }) => ({
      id: id("li"),
      name: price?.product_data?.name,
      currency: price?.currency,
      unit: Number(price?.unit_amount),
      quantity: Number(quantity),
    }));
    if (lines.length === 0 || lines.some(({ unit }) => !Number.isSafeInteger(unit))) {
      return refusal(400, "invalid_request_error", "Missing required param: line_items.", {
        code: "parameter_missing",
        param: "line_items",
      });
    }
    made += 1;
    const link = {
      id: id("plink"),
      url: `https://buy.stripe.com/test_${random.hex(20)}`,
      active: true,
      lines,
      metadata: form.metadata ?? {},
      limit: Number(form.restrictions?.completed_sessions?.limit) || null,
      count: 0,
    };
    links.unshift(link);
    return json(200, resource(link, true), { "request-id": id("req") });
  };

  /** The first answer under a key is returned again for a day, and the key belongs to one request. */
  const createUnderKey = ({ headers, body }) => {
    const key = headers["idempotency-key"];
    const before = kept.get(key);
    if (before && clock.now() < before.untilMs) {
      if (before.body !== body) {
        return refusal(
          400,
          "idempotency_error",
          "Keys for idempotent requests can only be used with the same parameters.",
        );
      }
      return { ...before.reply, headers: { ...before.reply.headers, "idempotent-replayed": "true" } };
    }
    const reply = create(readForm(body));
    if (key !== undefined && reply.status === 200) kept.set(key, { body, reply, untilMs: clock.now() + 86_400_000 });
    return reply;
  };

  const change = (link, { active, restrictions, metadata }) => {
    const limit = Number(restrictions?.completed_sessions?.limit);
    if (restrictions === "") link.limit = null;
    if (limit > 0) link.limit = limit;
    if (active !== undefined) link.active = active === "true";
    Object.assign(link.metadata, metadata);
  };

  const page = (rows, query) => {
    const after = rows.findIndex((row) => row.id === query.starting_after);
    const rest = rows.slice(after + 1);
    const limit = Number(query.limit ?? 10);
    return json(200, { object: "list", url: "/v1", has_more: rest.length > limit, data: rest.slice(0, limit) });
  };

  const missing = () =>
    refusal(404, "invalid_request_error", "No such object", { code: "resource_missing", param: "id" });

  const handle = ({ method, path, headers = {}, body }) => {
    const { pathname, search } = new URL(path, STRIPE_URL);
    const query = readForm(search.slice(1));
    const [, kind, objectId, part] =
      /^\/v1\/(payment_links|checkout\/sessions|disputes)(?:\/([^/]+))?(\/line_items)?$/.exec(pathname) ?? [];
    if (kind === "payment_links" && objectId === undefined) {
      const hasItems = Object.values(query.expand ?? {}).includes("data.line_items");
      return method === "POST"
        ? createUnderKey({ headers, body })
        : page(
            links.map((each) => resource(each, hasItems)),
            query,
          );
    }
    if (kind === "payment_links") {
      const link = links.find((each) => each.id === decodeURIComponent(objectId));
      if (!link) return missing();
      if (part !== undefined) return json(200, itemsOf(link));
      if (method === "POST") change(link, readForm(body));
      return json(200, resource(link, true));
    }
    if (kind === "checkout/sessions") {
      const { payment_link: linkId, payment_intent: intent } = query;
      const fitting = sessions
        .filter((each) => linkId === undefined || each.link.id === linkId)
        .filter((each) => intent === undefined || each.intent === intent)
        .map(sessionResource);
      if (objectId === undefined) return page(fitting, query);
      const found = fitting.find((each) => each.id === decodeURIComponent(objectId));
      return found ? json(200, found) : missing();
    }
    return kind === "disputes" ? page([], query) : missing();
  };

  const amountOf = ({ lines }) => lines.reduce((sum, { unit, quantity }) => sum + unit * quantity, 0);

  return {
    handle,
    /** How many links were made, ever. */
    get made() {
      return made;
    },
    isCreate: ({ method, path }) => method === "POST" && path === "/v1/payment_links",
    byReference: (reference) => links.find(({ metadata }) => metadata.tautan_reference === reference),
    liveLinks: (reference) =>
      links
        .filter(({ metadata, active }) => metadata.tautan_reference === reference && active)
        .map((link) => ({ url: link.url, amount: amountOf(link) / MINOR })),
    /** A payer pays with a card. A link that has reached its limit is deactivated. */
    pay: (link) => {
      const session = {
        id: `cs_test_${random.hex(24)}`,
        link,
        paidAt: seconds(),
        intent: id("pi"),
        charge: id("ch"),
        amount: amountOf(link),
      };
      sessions.unshift(session);
      link.count += 1;
      if (link.limit !== null && link.count >= link.limit) link.active = false;
      return session;
    },
    refund: (session) => {
      session.refundedAt = seconds();
    },
    sessionsOf: (reference) => sessions.filter(({ link }) => link.metadata.tautan_reference === reference),
    /** The event of a payment, or of its refund. It is signed anew each time that it is sent. */
    notice: (session) =>
      session.refundedAt === undefined
        ? event("checkout.session.completed", session.paidAt, sessionOf(session))
        : event("charge.refunded", session.refundedAt, chargeResource(session)),
    /** The event of a payment through a checkout of the account's own, which has no link. */
    noticeElsewhere: (reference, amount) => {
      const metadata = { tautan_reference: reference };
      const session = { id: id("cs_test"), link: { id: null, metadata }, paidAt: seconds(), intent: id("pi"), amount };
      return event("checkout.session.completed", session.paidAt, sessionOf(session));
    },
    reset: () => {
      links.splice(0);
      sessions.splice(0);
      kept.clear();
    },
  };
};
