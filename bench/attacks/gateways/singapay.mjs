// Payment links of SingaPay, their histories, and webhooks. Sources: docs.singapay.id, api-reference/payment-link,
// payment-link-history, webhooks/payment-link and webhooks/security-and-signature; the second generation and what the sandbox
// answers in fact: github.com/aliziodev/laravel-singapay.
// Signs without the driver's own signer, which would share the driver's mistakes.
import { createHash, createHmac } from "node:crypto";
import { jakarta, json, parseJson, spelledOut } from "./replies.mjs";

export const SINGAPAY_URL = "https://sandbox-payment-b2b.singapay.id";

const iso = (atMs) => (atMs === null || atMs === undefined ? null : `${jakarta(atMs, "T")}+07:00`);
const done = (data, more) => json(200, { status: 200, success: true, data, ...more });
const refusal = (status, message, errors) =>
  json(status, { status, success: false, error: { code: status, message, ...(errors && { errors }) } });

/** The form that is signed: keys sorted, no white space, an empty object as an empty list. */
export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  return keys.length === 0
    ? "[]"
    : `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
};

export const createSingapay = ({ random, clock, clientSecret, target, hasUniqueReferences = true, firstId = 300 }) => {
  const accounts = new Map();
  const tokens = new Set();
  let nextId = firstId;
  let made = 0;

  const accountOf = (id) => {
    const known = accounts.get(id) ?? { id, number: 35 + accounts.size, links: [], histories: [] };
    accounts.set(id, known);
    return known;
  };
  const linkOf = (id) => [...accounts.values()].flatMap(({ links }) => links).find((each) => String(each.id) === id);

  const resource = (link) => ({
    id: link.id,
    reff_no: link.reference,
    title: link.isSecond ? null : link.title,
    payment_url: `https://sandbox-paymentlink.singapay.id/b2b/${link.reference}`,
    status: link.status,
    status_computed: link.expiresAtMs !== null && clock.now() >= link.expiresAtMs ? "expired" : link.status,
    is_expired: link.expiresAtMs !== null && clock.now() >= link.expiresAtMs,
    required_customer_detail: link.required ?? false,
    max_usage: link.limit,
    current_usage: link.usage,
    expired_at: iso(link.expiresAtMs),
    total_amount: link.amount,
    items: link.items ?? null,
    whitelisted_payment_method: link.methods ?? null,
    redirect_url: link.redirect ?? null,
    optional_metadata: link.metadata ?? {},
    payment_date: iso(link.createdAtMs),
    created_at: iso(link.createdAtMs),
    updated_at: iso(link.createdAtMs),
    account: { id: link.account.id, name: "Main" },
    ...(link.isSecond && {
      description: link.title ?? null,
      source: "api v2",
      customer_pays_fee: false,
      success_redirect_url: null,
      expired_redirect_url: null,
      is_multiple_payment: link.limit !== 1,
      is_unlimited_usage: link.limit === 0,
    }),
  });

  const row = (history) => ({
    id: history.id,
    reff_no: history.reference,
    payment_link_reff_no: history.link.reference,
    payment_method_name: "VA BRI",
    payment_method_value: "1234500067890",
    payment_method_additional: null,
    expired_at: iso(history.createdAtMs + 86_400_000),
    amount: `${history.amount}.00`,
    payment_date: iso(history.paidAtMs),
    balance_after: null,
    status: history.status,
    status_computed: history.status,
    is_expired: false,
    customer_name: "Sari",
    customer_email: "sari@example.test",
    customer_phone: "0812000111",
    processed_timestamp: iso(history.paidAtMs),
    has_settle: false,
    settle_at: null,
    optional_metadata: {},
    created_at: iso(history.createdAtMs),
    updated_at: iso(history.createdAtMs),
  });

  const create = (account, body, isSecond) => {
    const reference = body?.reff_no;
    if (typeof reference !== "string") return refusal(422, "Validation error", { reff_no: ["reff_no is required"] });
    if (hasUniqueReferences && account.links.some((each) => each.reference === reference)) {
      return refusal(422, "Validation error", { reff_no: ["The reff_no has already been taken."] });
    }
    const link = {
      id: (nextId += 1),
      account,
      reference,
      isSecond,
      title: isSecond ? body.description : body.title,
      limit: body.max_usage ?? 1,
      usage: 0,
      amount: body.total_amount ?? body.items.reduce((sum, each) => sum + each.quantity * each.unit_price, 0),
      items: body.items,
      required: body.required_customer_detail,
      methods: body.whitelisted_payment_method,
      redirect: body.redirect_url,
      metadata: body.optional_metadata,
      expiresAtMs: isSecond ? Date.parse(body.expired_at) || null : Number(body.expired_at) || null,
      status: "open",
      createdAtMs: clock.now(),
    };
    made += 1;
    account.links.unshift(link);
    return done(resource(link));
  };

  const update = (link, body, isSecond) => {
    if (!isSecond && body?.status === undefined) {
      return refusal(422, "Validation error", { status: ["Status is required"] });
    }
    if (body.status !== undefined) link.status = body.status;
    if (body.max_usage !== undefined) link.limit = body.max_usage;
    if (body.expired_at !== undefined)
      link.expiresAtMs = Number(body.expired_at) || Date.parse(body.expired_at) || null;
    if (body.optional_metadata !== undefined) link.metadata = body.optional_metadata;
    if (body.description !== undefined) link.title = body.description;
    return done(resource(link));
  };

  const pageOf = (rows, query, toWire) => {
    const perPage = Number(query.get("per_page") ?? 25);
    const page = Number(query.get("page") ?? 1);
    const data = rows.slice((page - 1) * perPage, page * perPage).map(toWire);
    const pagination = {
      total: rows.length,
      count: data.length,
      per_page: perPage,
      current_page: page,
      total_pages: Math.max(1, Math.ceil(rows.length / perPage)),
    };
    return done(data, { pagination });
  };

  const METHODS = [
    { code: "VA_BRI", name: "VA BRI", group: "va", desc: null },
    { code: "QRIS", name: "QRIS", group: "qris", desc: null },
  ];

  const handle = ({ method, path, headers, body: text }) => {
    const [address, search = ""] = path.split("?");
    if (address === "/api/v1.1/access-token/b2b") {
      const token = random.hex(40);
      tokens.add(token);
      return done({ access_token: token, token_type: "Bearer", expires_in: "216000" });
    }
    if (!tokens.has(/^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1])) {
      return refusal(401, "Invalid credentials");
    }
    const query = new URLSearchParams(search);
    const body = parseJson(text);
    const parts = address.split("/").slice(2).map(decodeURIComponent);
    const [version, name, first, second] = parts;
    if (name === "payment-link-manage" && first === "payment-methods") {
      return done({ payment_methods: METHODS, available_codes: METHODS.map(({ code }) => code) });
    }
    if (name === "payment-link-histories") {
      const { histories } = accountOf(first);
      if (second === undefined) {
        const part = query.get("reff_no") ?? "";
        const rows = histories.filter(({ reference }) => reference.includes(part));
        return pageOf(rows, query, row);
      }
      const found = histories.find(({ id }) => String(id) === second);
      return found ? done(row(found)) : refusal(404, `No result for account_id: ${first} with history_id: ${second}`);
    }
    if (version === "v2.0" && name === "payment-link") {
      if (method === "POST") return create(accountOf(first), body, true);
      const link = linkOf(method === "PUT" ? second : first);
      if (!link) return refusal(404, "No such payment link");
      return method === "PUT" ? update(link, body, true) : done(resource(link));
    }
    if (name !== "payment-link-manage") return refusal(404, "Not found");
    const account = accountOf(first);
    if (second === undefined) {
      return method === "POST" ? create(account, body, false) : pageOf(account.links, query, resource);
    }
    const link = account.links.find(({ id }) => String(id) === second);
    if (!link) return refusal(404, "No such payment link");
    if (method === "PUT") return update(link, body, false);
    if (method === "GET") return done(resource(link));
    if (account.histories.some((each) => each.link === link)) return refusal(403, "The payment link has histories");
    account.links.splice(account.links.indexOf(link), 1);
    return done({ message: "Payment Link deleted successfully" });
  };

  const signed = (body, { secret = clientSecret, at = clock.now(), to = target } = {}) => {
    const bearer = random.hex(32);
    const timestamp = String(Math.floor(at / 1000));
    const bodyHash = createHash("sha256")
      .update(canonical(JSON.parse(body)))
      .digest("hex");
    return {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${bearer}`,
        "x-timestamp": timestamp,
        "x-signature": createHmac("sha512", secret)
          .update(`POST:${to}:${bearer}:${bodyHash}:${timestamp}`)
          .digest("hex"),
      },
      body,
    };
  };

  const envelope = (event, data) =>
    JSON.stringify({ status: 200, success: true, event, timestamp: spelledOut(clock.now()), data });

  const embedded = (link) => ({
    id: link.id,
    reff_no: link.reference,
    title: link.title,
    payment_url: `https://sandbox-paymentlink.singapay.id/b2b/${link.reference}`,
    status: link.status,
    max_usage: link.limit,
    current_usage: link.usage,
    total_amount: `${link.amount}.00`,
    account_id: link.account.number,
  });

  return {
    handle,
    /** How many links were made, ever. */
    get made() {
      return made;
    },
    accountOf,
    isCreate: ({ method, path }) =>
      method === "POST" && /^\/api\/(v1\.0\/payment-link-manage|v2\.0\/payment-link)\//.test(path),
    isToken: ({ path }) => path === "/api/v1.1/access-token/b2b",
    /** Forgets all links. */
    reset: () => accounts.clear(),
    signed,
    envelope,
    row,
    liveLinks: (reference, accountId) =>
      accountOf(accountId)
        .links.filter((each) => each.reference === reference && each.status === "open")
        .map((each) => ({ id: each.id, url: resource(each).payment_url, amount: each.amount })),
    /** A link that was made elsewhere, such as for another account of the same credential. */
    addLink: (accountId, reference, amount, isSecond = false) => {
      const title = isSecond ? { description: reference } : { title: reference };
      create(accountOf(accountId), { reff_no: reference, ...title, max_usage: 1, total_amount: amount }, isSecond);
      return accountOf(accountId).links[0];
    },
    open: (link) => {
      const history = {
        id: (nextId += 1),
        reference: `3017${random.text(16, "0123456789")}`,
        link,
        amount: link.amount,
        status: "pending",
        createdAtMs: clock.now(),
        paidAtMs: null,
      };
      link.account.histories.unshift(history);
      return history;
    },
    change: (history, status) => {
      history.status = status;
      if (status === "paid") {
        history.paidAtMs = clock.now();
        history.link.usage += 1;
      }
    },
    /** Of a payment that was opened or paid. */
    notice: (history, options) =>
      signed(
        history.status === "paid"
          ? envelope("payment-link-transaction", {
              transaction: {
                reff_no: history.reference,
                type: "pl",
                status: history.status,
                amount: { value: `${history.amount}.00`, currency: "IDR" },
                tip: null,
                post_timestamp: spelledOut(history.createdAtMs),
                processed_timestamp: spelledOut(history.paidAtMs),
              },
              customer: { id: null, name: "Sari", email: "sari@example.test", phone: "0812000111" },
              payment: { method: "payment_link", additional_info: { payment_link: embedded(history.link) } },
            })
          : history.status === "expired"
            ? envelope("transaction-expiration", { payment_link_histories: [row(history)] })
            : envelope("payment-link-inquiry", {
                payment_link_history: {
                  reff_no: history.reference,
                  status: history.status,
                  payment_method_name: "VA BRI",
                  payment_method_value: "1234500067890",
                  payment_method_additional: null,
                  amount: history.amount,
                },
              }),
        options,
      ),
  };
};
