// Midtrans Payment Link, its Core API for reading payments, and its notifications. Sources: docs.midtrans.com, Create Payment
// Link, Get Payment Link Details, Get Transaction Status, HTTP(S) Notification, DANA and SeaBank VA.
// Signs without the driver's own signer, which would share the driver's mistakes.
import { createHash } from "node:crypto";
import { jakarta, json, parseJson } from "./replies.mjs";

export const MIDTRANS_URL = "https://api.sandbox.midtrans.com";

const CODES = {
  pending: "201",
  settlement: "200",
  capture: "200",
  refund: "200",
  partial_refund: "200",
  chargeback: "200",
};
const codeOf = (status) => CODES[status] ?? "202";

/** Methods that run over BI-SNAP, or DANA: Get Status knows them by the transaction id alone. */
const BY_TRANSACTION_ID = new Set(["dana", "seabank_va", "bsi_va"]);
const PAYMENT_TYPES = { bca_va: "bank_transfer", seabank_va: "bank_transfer", bsi_va: "bank_transfer", dana: "dana" };

/** `maxLagMs`: how far a link's list may be behind Get Status. */
export const createMidtrans = ({ random, clock, serverKey, maxLagMs = 0 }) => {
  const links = new Map();
  const slugs = new Set();
  const purchases = new Map();
  const transactions = new Map();
  let lastSuffixMs = 0;
  let made = 0;

  const sign = (orderId, code, amount) =>
    createHash("sha512").update(`${orderId}${code}${amount}${serverKey}`).digest("hex");

  const create = (body) => {
    const details = body?.transaction_details;
    if (typeof details?.order_id !== "string")
      return json(400, { error_messages: ["transaction_details is required"] });
    const { order_id: orderId, payment_link_id: slug = random.hex(16), gross_amount: amount } = details;
    if (links.has(orderId)) return json(409, { error_messages: [`The Order ID '${orderId}' has been taken`] });
    if (slugs.has(slug)) return json(400, { error_messages: [`The Payment Link ID '${slug}' has been taken`] });
    slugs.add(slug);
    made += 1;
    links.set(orderId, { orderId, slug, amount, body, createdAtMs: clock.now(), isDeleted: false, purchases: [] });
    return json(200, { order_id: orderId, payment_url: pageOf(slug) });
  };
  const pageOf = (slug) => `https://app.sandbox.midtrans.com/payment-links/${slug}`;

  /** A link's list can be older than Get Status. */
  const listedStatusOf = ({ status, statusBefore = status, updatedAtMs, lagMs }) =>
    clock.now() - updatedAtMs < lagMs ? statusBefore : status;

  const detailsOf = (link) => {
    const { body, createdAtMs } = link;
    const paid = link.purchases.filter((each) => each.newest.paidAtMs !== undefined).length;
    return {
      id: "90417",
      payment_link_url: pageOf(link.slug),
      order_id: link.orderId,
      payment_link_type: body.payment_link_type ?? "FIXED_AMOUNT",
      ...(body.dynamic_amount && { dynamic_amount: body.dynamic_amount }),
      merchant_id: "G000000001",
      payment_link_id: link.slug,
      usage_limit: body.usage_limit,
      usage: paid,
      gross_amount: link.amount,
      ...(body.title !== undefined && { title: body.title }),
      ...(body.expiry && {
        expiry_start: body.expiry.start_time ?? `${jakarta(createdAtMs).slice(0, 16)} +0700`,
        expiry_duration: body.expiry.duration,
        expiry_unit: body.expiry.unit,
      }),
      item_details: (body.item_details ?? []).map(({ id, ...each }) => ({ ...each, item_id: id })),
      customer_details: body.customer_details ?? null,
      purchases: link.purchases.map((each) => ({
        id: 501,
        snap_token: random.uuid(),
        order_id: each.orderId,
        payment_status: listedStatusOf(each.newest).toUpperCase(),
        payment_method: each.newest.paymentType.toUpperCase(),
        created_at: new Date(each.createdAtMs).toISOString(),
        updated_at: new Date(each.newest.updatedAtMs).toISOString(),
        payment_link_id: 90417,
      })),
      created_at: new Date(createdAtMs).toISOString(),
      updated_at: new Date(createdAtMs).toISOString(),
    };
  };

  /** The content of a notification and of Get Status about a transaction, by order id. */
  const bodyOf = (transaction, orderId, code, message) => {
    const { purchase, amount } = transaction;
    const gross = `${amount}.00`;
    return {
      transaction_time: jakarta(transaction.createdAtMs),
      transaction_status: transaction.status,
      transaction_id: transaction.id,
      status_message: message,
      status_code: code,
      signature_key: sign(orderId, code, gross),
      payment_type: transaction.paymentType,
      order_id: orderId,
      merchant_id: "G000000001",
      gross_amount: gross,
      currency: "IDR",
      fraud_status: "accept",
      ...(transaction.paidAtMs !== undefined && { settlement_time: jakarta(transaction.paidAtMs) }),
      ...(transaction.status === "refund" && { refund_amount: gross }),
      ...(transaction.status === "partial_refund" && { refund_amount: "1000.00" }),
      ...(purchase.customFields[0] !== undefined && { custom_field1: purchase.customFields[0] }),
    };
  };

  const statusOf = (id) => {
    const byOrderId = purchases.get(id);
    if (byOrderId && !byOrderId.isByTransactionId) {
      const { newest } = byOrderId;
      const code = newest.status === "expire" ? "407" : codeOf(newest.status);
      return json(200, bodyOf(newest, byOrderId.orderId, code, "Success, transaction is found"));
    }
    const byId = transactions.get(id);
    if (!byId) {
      return json(404, { status_code: "404", status_message: "Transaction doesn't exist.", id: random.uuid() });
    }
    const { purchase } = byId;
    const told = bodyOf(byId, purchase.namesOrder ? purchase.orderId : byId.id, codeOf(byId.status), "Success");
    if (!purchase.tellsField) delete told.custom_field1;
    return json(200, told);
  };

  const handle = ({ method, path, body: text }) => {
    const [, id] = /^\/v1\/payment-links\/([^/?]+)$/.exec(path) ?? [];
    if (method === "POST" && path === "/v1/payment-links") return create(parseJson(text));
    if (id !== undefined) {
      const link = links.get(decodeURIComponent(id));
      if (!link || link.isDeleted) return json(404, { error_messages: ["Payment Link not found"] });
      if (method === "GET") return json(200, detailsOf(link));
      link.isDeleted = true;
      return json(200, { message: `Payment Link with Order ID ${link.orderId} deleted` });
    }
    const [, transactionId, action] = /^\/v2\/([^/]+)\/(status|expire)$/.exec(path) ?? [];
    if (action === "status") return statusOf(decodeURIComponent(transactionId));
    if (action === "expire") {
      const purchase = purchases.get(decodeURIComponent(transactionId));
      if (purchase?.newest.status === "pending") change(purchase.newest, "expire");
      return json(200, { status_code: "407", status_message: "Success, transaction is expired" });
    }
    return json(404, { error_messages: ["no Route matched with those values"] });
  };

  const begin = (orderId, amount, method, more) => {
    const now = clock.now();
    const purchase = {
      orderId,
      customFields: [],
      createdAtMs: now,
      isByTransactionId: BY_TRANSACTION_ID.has(method),
      // Documents and reports differ on what the reply by transaction id has.
      namesOrder: false,
      tellsField: random.chance(0.5),
      ...more,
    };
    // Of some, the notification has the transaction id in place of the order id, too. All that names the link is the field.
    if (purchase.isByTransactionId && random.chance(0.3))
      Object.assign(purchase, { isNotifiedById: true, tellsField: true });
    purchase.newest = {
      id: random.uuid(),
      purchase,
      amount,
      status: "pending",
      paymentType: PAYMENT_TYPES[method] ?? method,
      createdAtMs: now,
      updatedAtMs: now,
      lagMs: random.chance(0.3) ? random.below(maxLagMs) : 0,
    };
    purchases.set(orderId, purchase);
    transactions.set(purchase.newest.id, purchase.newest);
    return purchase.newest;
  };

  const change = (transaction, status) => {
    transaction.statusBefore = transaction.status;
    transaction.status = status;
    transaction.updatedAtMs = clock.now();
    if (status === "settlement" || status === "capture") transaction.paidAtMs ??= clock.now();
  };

  return {
    handle,
    /** How many links were made, ever. */
    get made() {
      return made;
    },
    links,
    isCreate: ({ method, path }) => method === "POST" && path === "/v1/payment-links",
    sign,
    /** Links that a payer can use, by reference. */
    liveLinks: (reference) => {
      const link = links.get(reference);
      return link && !link.isDeleted ? [{ url: pageOf(link.slug), amount: link.amount, createdBy: link.body }] : [];
    },
    /** A payer chooses a method on the pay page. */
    open: (reference, method, amount) => {
      const link = links.get(reference);
      lastSuffixMs = Math.max(clock.now(), lastSuffixMs + 1);
      const fields = { customFields: [link.body.custom_field1], link };
      const transaction = begin(`${reference}-${lastSuffixMs}`, amount ?? link.amount, method, fields);
      link.purchases.push(transaction.purchase);
      return transaction;
    },
    /** A payment through another product of the same account, such as Snap. */
    openElsewhere: (orderId, amount, method, customField1) =>
      begin(orderId, amount, method, { customFields: [customField1] }),
    change,
    notice: (transaction) => {
      const told = bodyOf(
        transaction,
        transaction.purchase.isNotifiedById ? transaction.id : transaction.purchase.orderId,
        codeOf(transaction.status),
        "midtrans payment notification",
      );
      return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(told) };
    },
    /** Whether a purchase of this link is paid, with that amount. */
    paidThrough: (reference) =>
      (links.get(reference)?.purchases ?? [])
        .map(({ newest }) => newest)
        .filter(({ status }) => status === "settlement" || status === "capture"),
  };
};
