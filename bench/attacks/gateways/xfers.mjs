// Payment links of Xfers (Fazz Business v4, Indonesia) and their callbacks. Sources: docs.fazz.com/v4-ID, Payment link via API,
// Update payment link, Idempotent requests and Securing your callback.
// Signs without the driver's own signer, which would share the driver's mistakes.
import { createHmac } from "node:crypto";
import { jakarta, json, parseJson } from "./replies.mjs";

export const XFERS_URL = "https://sandbox-id.xfers.com/api/v4";

const refusal = (status, code, title, detail) => json(status, { errors: [{ code, title, detail }] });

export const createXfers = ({ random, clock, signingSecret }) => {
  const links = new Map();
  const byReference = new Map();
  let made = 0;

  const resource = ({ id, attributes, status, createdAtMs, expiresAtMs }) => ({
    data: {
      id,
      type: "payment_links",
      attributes: {
        status,
        amount: `${attributes.amount}.0`,
        referenceId: attributes.referenceId,
        createdAt: `${jakarta(createdAtMs)} +0700`,
        description: attributes.description,
        expiredAt: `${jakarta(expiresAtMs)} +0700`,
        paymentLinkUrl: `https://id-payment-link.xfers.com/${id}`,
        customerName: attributes.customerName,
        customerEmail: attributes.customerEmail,
        customerPhoneNumber: attributes.customerPhoneNumber,
        ...(attributes.paymentMethodOptions && { paymentMethodOptions: attributes.paymentMethodOptions }),
      },
    },
  });

  const create = (attributes) => {
    if (typeof attributes?.referenceId !== "string" || typeof attributes.amount !== "number") {
      return refusal(400, "005", "Invalid parameters", "referenceId and amount are required");
    }
    // A repeat returns the first result, whatever its content: Idempotent requests.
    let link = byReference.get(attributes.referenceId);
    if (!link) {
      const expiresAtMs = Date.parse(attributes.expiredAt) || clock.now() + 86_400_000;
      link = {
        id: `paymentlink_${random.hex(32)}`,
        attributes,
        status: "pending",
        createdAtMs: clock.now(),
        expiresAtMs,
      };
      made += 1;
      links.set(link.id, link);
      byReference.set(attributes.referenceId, link);
    }
    return json(201, resource(link));
  };

  const handle = ({ method, path, body }) => {
    if (method === "POST" && path === "/payment_links") return create(parseJson(body)?.data?.attributes);
    const [, id, tasks] = /^\/payment_links\/([^/]+)(\/tasks)?$/.exec(path) ?? [];
    const link = links.get(id && decodeURIComponent(id));
    if (!link) return refusal(404, "004", "Record not found", "no such payment link");
    if (!tasks) return json(200, resource(link));
    const { action } = parseJson(body)?.data?.attributes ?? {};
    if (action === "cancel" && link.status === "pending") link.status = "cancelled";
    else return refusal(400, "005", "Invalid parameters", "the payment link cannot be cancelled");
    return json(201, { data: { type: "task", attributes: { targetId: link.id, targetType: "payment_link", action } } });
  };

  const sign = (body, secret = signingSecret) => createHmac("sha256", secret).update(body).digest("hex");
  const signed = (body, secret) => ({
    method: "POST",
    headers: { "content-type": "application/json", "xfers-signature": sign(body, secret) },
    body,
  });

  return {
    handle,
    /** How many links were made, ever. */
    get made() {
      return made;
    },
    links,
    isCreate: ({ method, path }) => method === "POST" && path === "/payment_links",
    sign,
    signed,
    liveLinks: (reference) =>
      [byReference.get(reference)]
        .filter((link) => link?.status === "pending")
        .map(({ id, attributes }) => ({ url: `https://id-payment-link.xfers.com/${id}`, amount: attributes.amount })),
    byReference: (reference) => byReference.get(reference),
    change: (link, status) => {
      link.status = status;
    },
    notice: (link) => signed(JSON.stringify(resource(link))),
    /** A callback about a payment, which is another resource, made by the same account. */
    paymentNotice: (referenceId, amount) =>
      signed(
        JSON.stringify({
          data: {
            id: `contract_${random.hex(32)}`,
            type: "payment",
            attributes: { status: "paid", amount: `${amount}.0`, referenceId },
          },
        }),
      ),
    resource,
  };
};
