// Invoices of Xendit, which are its payment links, and their refunds. Sources: github.com/xendit/xendit-node, docs/invoice (Invoice.md,
// CreateInvoiceRequest.md, InvoiceCallback.md, BadRequestError.md, InvoiceNotFoundError.md) and docs/refund/RefundList.md.
import { json, parseJson } from "./replies.mjs";

export const XENDIT_URL = "https://api.xendit.co";

const refusal = (status, code, message) => json(status, { error_code: code, message });

export const createXendit = ({ random, clock, webhookToken }) => {
  const invoices = [];
  let made = 0;

  const iso = (atMs) => new Date(atMs).toISOString();
  const pageOf = ({ id }) => `https://checkout-staging.xendit.co/web/${id}`;

  const resource = (invoice) => {
    const { id, body, status, createdAtMs, updatedAtMs, expiresAtMs, paidAtMs } = invoice;
    return {
      id,
      external_id: body.external_id,
      user_id: "5781d19b2e2385880609791c",
      status,
      merchant_name: "Toko",
      merchant_profile_picture_url: "https://example.test/picture.png",
      amount: body.amount,
      currency: body.currency ?? "IDR",
      description: body.description,
      expiry_date: iso(expiresAtMs),
      invoice_url: pageOf(invoice),
      available_banks: [],
      available_retail_outlets: [],
      available_ewallets: [],
      available_qr_codes: [],
      should_exclude_credit_card: false,
      should_send_email: body.should_send_email ?? false,
      created: iso(createdAtMs),
      updated: iso(updatedAtMs),
      ...(body.payer_email !== undefined && { payer_email: body.payer_email }),
      ...(body.customer && { customer: body.customer }),
      ...(body.items && { items: body.items }),
      ...(body.metadata && { metadata: body.metadata }),
      ...(body.success_redirect_url !== undefined && { success_redirect_url: body.success_redirect_url }),
      ...(paidAtMs !== undefined && {
        paid_amount: body.amount,
        paid_at: iso(paidAtMs),
        payment_id: `py-${id}`,
        payment_method: "BANK_TRANSFER",
        payment_channel: "BRI",
        bank_code: "BRI",
      }),
    };
  };

  /** The external id is not unique: each request makes an invoice. */
  const create = (body) => {
    if (typeof body?.external_id !== "string" || typeof body.amount !== "number") {
      return refusal(400, "API_VALIDATION_ERROR", "There was an error with the format submitted to the server.");
    }
    const now = clock.now();
    made += 1;
    const invoice = {
      id: random.hex(24),
      body,
      status: "PENDING",
      createdAtMs: now,
      updatedAtMs: now,
      expiresAtMs: now + (body.invoice_duration ?? 86_400) * 1000,
    };
    invoices.unshift(invoice);
    return json(200, resource(invoice));
  };

  const list = (search) => {
    const after = invoices.findIndex(({ id }) => id === search.get("last_invoice"));
    const statuses = search.getAll("statuses");
    const paidAfter = Date.parse(search.get("paid_after") ?? "") || undefined;
    const fits = ({ body, status, paidAtMs }) =>
      (!search.has("external_id") || body.external_id === search.get("external_id")) &&
      (statuses.length === 0 || statuses.includes(status)) &&
      (paidAfter === undefined || paidAtMs >= paidAfter);
    const found = invoices.slice(after + 1).filter(fits);
    return json(200, found.slice(0, Number(search.get("limit") ?? 10)).map(resource));
  };

  const change = (invoice, status) => {
    invoice.status = status;
    invoice.updatedAtMs = clock.now();
    if (status === "PAID") invoice.paidAtMs = clock.now();
  };

  const handle = ({ method, path, body }) => {
    const { pathname, searchParams } = new URL(path, XENDIT_URL);
    if (pathname === "/v2/invoices") return method === "POST" ? create(parseJson(body)) : list(searchParams);
    if (pathname === "/refunds") return json(200, { data: [], has_more: false });
    const [, id, isExpire] = /^\/(?:v2\/)?invoices\/([^/]+?)(\/expire!)?$/.exec(pathname) ?? [];
    const invoice = invoices.find((each) => each.id === decodeURIComponent(id ?? ""));
    if (!invoice) return refusal(404, "INVOICE_NOT_FOUND_ERROR", "Invoice not found");
    if (isExpire) {
      // https://github.com/xendit/xendit-php/issues/200
      if (invoice.status !== "PENDING")
        return refusal(404, "INVOICE_NOT_FOUND_ERROR", "Could not find and update PENDING invoice");
      change(invoice, "EXPIRED");
    }
    return json(200, resource(invoice));
  };

  return {
    handle,
    /** How many links were made, ever. */
    get made() {
      return made;
    },
    isCreate: ({ method, path }) => method === "POST" && path === "/v2/invoices",
    byReference: (reference) => invoices.find(({ body }) => body.external_id === reference),
    liveLinks: (reference) =>
      invoices
        .filter(({ body, status }) => body.external_id === reference && status === "PENDING")
        .map((invoice) => ({ url: pageOf(invoice), amount: invoice.body.amount })),
    change,
    /** The callback has the fields of the invoice, and a token that proves nothing about them. */
    notice: (invoice) => ({
      method: "POST",
      headers: { "content-type": "application/json", "x-callback-token": webhookToken },
      body: JSON.stringify(resource(invoice)),
    }),
    url: pageOf,
    reset: () => invoices.splice(0),
  };
};
