// Deliveries and configurations that are wrong in one thing, each with the cause that must be named. For tests of whatever
// explains refused webhooks. Signs them with its own code, so that no driver checks its own code.
import { createHash, createHmac } from "node:crypto";
import type { WebhookCause } from "@tautan/core";

/** A webhook in parts, as a test can write it to a file or send it. */
export interface FaultyRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body; an object if a parser has run. */
  readonly body: string | object;
}

/** One fault. */
export interface WebhookFault {
  readonly name: string;
  readonly cause: WebhookCause;
  /** More fields that the explanation must have. */
  readonly shows?: Readonly<Record<string, unknown>>;
  /** A configuration for `createPaymentLinksFromConfig`. */
  readonly config: { readonly default: string; readonly gateways: Readonly<Record<string, object>> };
  /** The environment variables that the configuration names. */
  readonly env: Readonly<Record<string, string>>;
  /** The key under which the request arrives. */
  readonly gateway: string;
  readonly request: FaultyRequest;
  readonly publicUrl?: string;
  /** The time of the receiving machine, in milliseconds since 1970. */
  readonly nowMs: number;
}

const NOW_MS: number = Date.parse("2026-03-15T03:00:00Z");
const NOW_S = NOW_MS / 1000;

const ENV = {
  MIDTRANS_KEY: "SB-Mid-server-fault-table-1",
  MIDTRANS_KEY_2: "SB-Mid-server-fault-table-2",
  MIDTRANS_LIVE_KEY: "Mid-server-fault-table-3",
  SINGAPAY_ID: "fault-table-client-id",
  SINGAPAY_SECRET: "fault-table-client-secret",
  SINGAPAY_SECRET_2: "fault-table-other-secret",
  SINGAPAY_API_KEY: "fault-table-api-key",
  XFERS_KEY: "test_fault_table",
  XFERS_SECRET: "fault-table-secret-key",
  XFERS_SIGNING: "fault-table-signing-secret",
  XFERS_SIGNING_2: "fault-table-other-signing-secret",
} as const;
type Name = keyof typeof ENV;

const named = (name: Name) => ({ env: name });
const midtrans = (key: Name = "MIDTRANS_KEY", environment = "sandbox") => ({
  driver: "midtrans",
  environment,
  serverKey: named(key),
});
const singapay = (options: object = {}) => ({
  driver: "singapay",
  environment: "sandbox",
  clientId: named("SINGAPAY_ID"),
  clientSecret: named("SINGAPAY_SECRET"),
  apiKey: named("SINGAPAY_API_KEY"),
  accountId: "01K0FAVLT0TABLE00000000001",
  ...options,
});
const xfers = (signing: readonly Name[] = ["XFERS_SIGNING"], options: object = {}) => ({
  driver: "xfers",
  environment: "sandbox",
  apiKey: named("XFERS_KEY"),
  secretKey: named("XFERS_SECRET"),
  signingSecrets: signing.map(named),
  ...options,
});

const MIDTRANS_FIELDS = {
  transaction_time: "2026-03-15 09:58:00",
  transaction_status: "settlement",
  transaction_id: "11111111-2222-4333-8444-555555555555",
  status_message: "midtrans payment notification",
  status_code: "200",
  payment_type: "bank_transfer",
  order_id: "INV-001-1773543480123",
  merchant_id: "G000000001",
  gross_amount: "190000.00",
  currency: "IDR",
  settlement_time: "2026-03-15 09:59:30",
  custom_field1: "INV-001",
} as const;
/** https://docs.midtrans.com/docs/https-notification-webhooks. */
const MIDTRANS_SIGNATURE = createHash("sha512")
  .update(`${MIDTRANS_FIELDS.order_id}200190000.00${ENV.MIDTRANS_KEY}`)
  .digest("hex");

const fromMidtrans = (changes: Readonly<Record<string, unknown>> = {}): FaultyRequest => ({
  method: "POST",
  url: "/webhooks/midtrans",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ ...MIDTRANS_FIELDS, signature_key: MIDTRANS_SIGNATURE, ...changes }),
});

/** Sorted and without white space, as https://docs.singapay.id/api-reference/webhooks/security-and-signature hashes it. */
const SINGAPAY_BODY = JSON.stringify({
  data: {
    payment: {
      additional_info: {
        payment_link: {
          id: 301,
          payment_url: "https://sandbox-paymentlink.singapay.id/b2b/INV-001",
          reff_no: "INV-001",
        },
      },
      method: "payment_link",
    },
    transaction: {
      amount: { currency: "IDR", value: "75000.00" },
      reff_no: "30170120260315",
      status: "paid",
      type: "pl",
    },
  },
  event: "payment-link-transaction",
  status: 200,
  success: true,
});
const SINGAPAY_URL = "/shop/webhooks/singapay?from=pay";

const fromSingapay = (
  changes: Partial<FaultyRequest> = {},
  { secret = ENV.SINGAPAY_SECRET, atS = NOW_S }: { secret?: string; atS?: number } = {},
): FaultyRequest => {
  const hash = createHash("sha256").update(SINGAPAY_BODY).digest("hex");
  const signed = `POST:${SINGAPAY_URL}:random-token:${hash}:${atS}`;
  return {
    method: "POST",
    url: SINGAPAY_URL,
    body: SINGAPAY_BODY,
    ...changes,
    headers: {
      "content-type": "application/json",
      authorization: "Bearer random-token",
      "x-timestamp": String(atS),
      "x-signature": createHmac("sha512", secret).update(signed).digest("hex"),
      ...changes.headers,
    },
  };
};

/** As Ruby on Rails writes it. */
const XFERS_BODY = JSON.stringify({
  data: {
    id: "paymentlink_00112233445566778899aabbccddeeff",
    type: "payment_links",
    attributes: {
      status: "paid",
      amount: "10000.0",
      referenceId: "INV-001",
      createdAt: "2026-03-15 09:05:26 +0700",
      description: "Tom & Jerry",
      expiredAt: "2026-03-16 16:00:00 +0700",
      paymentLinkUrl: "https://id-payment-link.xfers.com/paymentlink_00112233445566778899aabbccddeeff",
    },
  },
}).replaceAll("&", "\\u0026");

/** https://docs.fazz.com/docs/securing-your-callback. */
const fromXfers = (changes: Partial<FaultyRequest> = {}, secret: string = ENV.XFERS_SIGNING): FaultyRequest => ({
  method: "POST",
  url: "/webhooks/xfers",
  body: XFERS_BODY,
  ...changes,
  headers: {
    "content-type": "application/json",
    "xfers-signature": createHmac("sha256", secret).update(XFERS_BODY).digest("hex"),
    ...changes.headers,
  },
});

const without = ({ headers, ...request }: FaultyRequest, name: string): FaultyRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
});

const fault = (
  name: string,
  gateways: WebhookFault["config"]["gateways"],
  request: FaultyRequest,
  cause: WebhookCause,
  more: Partial<Pick<WebhookFault, "shows" | "env" | "publicUrl" | "nowMs">> = {},
): WebhookFault => {
  const [gateway = ""] = Object.keys(gateways);
  const config = { default: gateway, gateways };
  return { name, cause, config, gateway, request, nowMs: NOW_MS, ...more, env: { ...ENV, ...more.env } };
};

const text = ({ body }: FaultyRequest): string => (typeof body === "string" ? body : JSON.stringify(body));
const reparsed = JSON.stringify(JSON.parse(XFERS_BODY));
const indented = JSON.stringify(JSON.parse(XFERS_BODY), undefined, 2);

/** The first gateway of each configuration receives the request. */
export const WEBHOOK_FAULTS: readonly WebhookFault[] = [
  fault("midtrans: nothing is wrong", { midtrans: midtrans() }, fromMidtrans(), "genuine"),
  fault("singapay: nothing is wrong", { singapay: singapay() }, fromSingapay(), "genuine"),
  fault("xfers: nothing is wrong", { xfers: xfers() }, fromXfers(), "genuine"),

  fault(
    "midtrans: no signature_key",
    { midtrans: midtrans() },
    fromMidtrans({ signature_key: undefined }),
    "header_missing",
    {
      shows: { names: ["the field signature_key"] },
    },
  ),
  fault(
    "singapay: no X-Timestamp",
    { singapay: singapay() },
    without(fromSingapay(), "x-timestamp"),
    "header_missing",
    {
      shows: { names: ["the header X-Timestamp"] },
    },
  ),
  fault(
    "singapay: a proxy keeps Authorization",
    { singapay: singapay() },
    without(fromSingapay(), "authorization"),
    "header_missing",
    {
      shows: { names: ["the header Authorization"] },
    },
  ),
  fault("xfers: no Xfers-Signature", { xfers: xfers() }, without(fromXfers(), "xfers-signature"), "header_missing"),

  fault(
    "midtrans: a cut signature",
    { midtrans: midtrans() },
    fromMidtrans({ signature_key: MIDTRANS_SIGNATURE.slice(4) }),
    "signature_malformed",
    {
      shows: { name: "signature_key" },
    },
  ),
  fault(
    "singapay: a time in milliseconds",
    { singapay: singapay() },
    fromSingapay({ headers: { "x-timestamp": String(NOW_MS) } }),
    "signature_malformed",
    {
      shows: { name: "X-Timestamp" },
    },
  ),
  fault(
    "singapay: a second Authorization",
    { singapay: singapay() },
    fromSingapay({ headers: { authorization: "Basic eDp5, Bearer random-token" } }),
    "signature_malformed",
    {
      shows: { name: "Authorization" },
    },
  ),
  fault(
    "xfers: a prefix before the signature",
    { xfers: xfers() },
    fromXfers({ headers: { "xfers-signature": "sha256=00" } }),
    "signature_malformed",
    {
      shows: { name: "Xfers-Signature" },
    },
  ),

  fault(
    "midtrans: the key of another account",
    { first: midtrans("MIDTRANS_KEY_2"), second: midtrans() },
    fromMidtrans(),
    "another_secret",
    {
      shows: { otherGateway: "second" },
    },
  ),
  fault(
    "singapay: clientSecret is not in webhookSecrets",
    { singapay: singapay({ webhookSecrets: [named("SINGAPAY_SECRET_2")] }) },
    fromSingapay(),
    "another_secret",
    {
      shows: { option: "clientSecret" },
    },
  ),
  fault(
    "xfers: the secret of another address",
    { first: xfers(["XFERS_SIGNING_2"]), second: xfers() },
    fromXfers(),
    "another_secret",
    {
      shows: { otherGateway: "second" },
    },
  ),

  fault("midtrans: quotes around the key", { midtrans: midtrans() }, fromMidtrans(), "whitespace_in_secret", {
    env: { MIDTRANS_KEY: `"${ENV.MIDTRANS_KEY}"` },
    shows: { option: "serverKey" },
  }),
  fault(
    "singapay: a written line end after the secret",
    { singapay: singapay() },
    fromSingapay(),
    "whitespace_in_secret",
    {
      env: { SINGAPAY_SECRET: `${ENV.SINGAPAY_SECRET}\\n` },
      shows: { option: "clientSecret" },
    },
  ),
  fault(
    "xfers: a comma after the second secret",
    { xfers: xfers(["XFERS_SIGNING_2", "XFERS_SIGNING"]) },
    fromXfers(),
    "whitespace_in_secret",
    {
      env: { XFERS_SIGNING: `${ENV.XFERS_SIGNING},` },
      shows: { option: "signingSecrets[1]" },
    },
  ),

  fault("midtrans: the client key", { midtrans: midtrans() }, fromMidtrans(), "wrong_kind_of_key", {
    env: { MIDTRANS_KEY: "SB-Mid-client-fault-table" },
    shows: { option: "serverKey" },
  }),
  fault(
    "singapay: the API key as the secret",
    { singapay: singapay({ webhookSecrets: [named("SINGAPAY_API_KEY")], clientSecret: named("SINGAPAY_SECRET_2") }) },
    fromSingapay(),
    "wrong_kind_of_key",
  ),
  fault(
    "xfers: the secret key as the signing secret",
    { xfers: xfers(["XFERS_SECRET"]) },
    fromXfers(),
    "wrong_kind_of_key",
  ),

  fault(
    "midtrans: a sandbox key at production",
    { midtrans: midtrans("MIDTRANS_KEY_2", "production") },
    fromMidtrans(),
    "sandbox_key_at_production",
  ),
  fault(
    "midtrans: a production key at the sandbox",
    { midtrans: midtrans("MIDTRANS_LIVE_KEY") },
    fromMidtrans(),
    "production_key_at_sandbox",
  ),
  fault(
    "singapay: a sandbox delivery at production",
    { singapay: singapay({ environment: "production", clientSecret: named("SINGAPAY_SECRET_2") }) },
    fromSingapay(),
    "another_environment",
  ),

  fault(
    "xfers: a JSON parser and JSON.stringify",
    { xfers: xfers() },
    fromXfers({ body: reparsed }),
    "body_reserialised",
  ),
  fault("xfers: a pretty-printed body", { xfers: xfers() }, fromXfers({ body: indented }), "body_reserialised"),
  fault(
    "xfers: a line end after the body",
    { xfers: xfers() },
    fromXfers({ body: `${XFERS_BODY}\n` }),
    "body_reserialised",
  ),
  fault(
    "xfers: a body that was serialised twice",
    { xfers: xfers() },
    fromXfers({ body: JSON.stringify(XFERS_BODY) }),
    "body_reserialised",
  ),
  fault(
    "singapay: a byte order mark",
    { singapay: singapay() },
    fromSingapay({ body: `\ufeff${SINGAPAY_BODY}` }),
    "body_reserialised",
  ),
  fault(
    "midtrans: an amount without decimals",
    { midtrans: midtrans() },
    fromMidtrans({ gross_amount: "190000" }),
    "body_reserialised",
  ),

  fault(
    "midtrans: a parser has run",
    { midtrans: midtrans() },
    { ...fromMidtrans(), body: JSON.parse(text(fromMidtrans())) as object },
    "body_already_parsed",
  ),
  fault(
    "xfers: a parser has run",
    { xfers: xfers() },
    fromXfers({ body: JSON.parse(XFERS_BODY) as object }),
    "body_already_parsed",
  ),
  fault("singapay: an empty body", { singapay: singapay() }, fromSingapay({ body: "" }), "body_empty"),
  fault(
    "midtrans: a body without its end",
    { midtrans: midtrans() },
    { ...fromMidtrans(), body: text(fromMidtrans()).slice(0, 99) },
    "body_truncated",
  ),
  fault(
    "xfers: fewer bytes than Content-Length",
    { xfers: xfers() },
    fromXfers({ body: XFERS_BODY.slice(0, 99), headers: { "content-length": String(XFERS_BODY.length) } }),
    "body_truncated",
    {
      shows: { proven: true },
    },
  ),
  fault(
    "midtrans: a body that is too large",
    { midtrans: midtrans() },
    { ...fromMidtrans(), body: "x".repeat(70_000) },
    "body_too_large",
  ),
  fault(
    "midtrans: another content type",
    { midtrans: midtrans() },
    { ...fromMidtrans(), headers: { "content-type": "text/plain" } },
    "wrong_content_type",
  ),
  fault("xfers: a GET", { xfers: xfers() }, fromXfers({ method: "GET" }), "request_malformed"),
  fault(
    "midtrans: a page",
    { midtrans: midtrans() },
    { ...fromMidtrans(), body: "<html></html>" },
    "content_malformed",
  ),

  fault("singapay: our clock is two days behind", { singapay: singapay() }, fromSingapay(), "clock_off", {
    nowMs: NOW_MS - 172_800_000,
    shows: { seconds: 172_800, signedTime: "future" },
  }),
  fault("singapay: our clock is a year ahead", { singapay: singapay() }, fromSingapay(), "clock_off", {
    nowMs: NOW_MS + 31_536_000_000,
    shows: { seconds: 31_536_000, signedTime: "past" },
  }),

  fault(
    "singapay: a slash at the end of the path",
    { singapay: singapay() },
    fromSingapay({ url: "/shop/webhooks/singapay/?from=pay" }),
    "wrong_url",
  ),
  fault(
    "singapay: a proxy removes the prefix",
    { singapay: singapay() },
    fromSingapay({ url: "/webhooks/singapay?from=pay" }),
    "wrong_url",
    {
      publicUrl: "https://shop.example/shop/webhooks/singapay?from=pay",
    },
  ),
  fault(
    "singapay: a proxy removes the query",
    { singapay: singapay() },
    fromSingapay({ url: "/shop/webhooks/singapay" }),
    "wrong_url",
    {
      publicUrl: "https://shop.example/shop/webhooks/singapay?from=pay",
    },
  ),
  fault(
    "singapay: a proxy adds a prefix",
    { singapay: singapay() },
    fromSingapay({ url: `/internal${SINGAPAY_URL}` }),
    "wrong_url",
  ),

  fault(
    "midtrans: a callback of Xfers",
    { midtrans: midtrans(), xfers: xfers() },
    fromXfers(),
    "delivered_to_another_gateway",
    {
      shows: { otherGateway: "xfers", proven: true },
    },
  ),
  fault(
    "xfers: a notification of Midtrans",
    { xfers: xfers(), midtrans: midtrans() },
    fromMidtrans(),
    "delivered_to_another_gateway",
    {
      shows: { otherGateway: "midtrans", proven: true },
    },
  ),
  fault(
    "singapay: a callback of Xfers with a secret that is not configured",
    { singapay: singapay(), xfers: xfers(["XFERS_SIGNING_2"]) },
    fromXfers(),
    "delivered_to_another_gateway",
    {
      shows: { otherGateway: "xfers", proven: false },
    },
  ),

  fault("midtrans: a forged amount", { midtrans: midtrans() }, fromMidtrans({ gross_amount: "1.00" }), "unknown"),
  fault(
    "singapay: a forged body",
    { singapay: singapay() },
    fromSingapay({ body: SINGAPAY_BODY.replace("75000.00", "1.00") }, { secret: "of a third party" }),
    "unknown",
  ),
  fault(
    "xfers: a forged body",
    { xfers: xfers() },
    fromXfers({ body: XFERS_BODY.replace("10000.0", "1.0") }),
    "unknown",
  ),
];
