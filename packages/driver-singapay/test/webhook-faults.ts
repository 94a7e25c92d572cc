// Deliveries and configurations that are wrong in one thing, each with the cause that must be named. Signs with its own code, so that
// the driver does not check its own.
import { createHash, createHmac } from "node:crypto";
import { singapay as definition } from "@tautan/driver-singapay";
import { type DriverFaults, type FaultyRequest, faultTable, NOW_MS } from "@tautan/example-conformance/webhook-faults";

const NOW_S = NOW_MS / 1000;

const ENV = {
  SINGAPAY_ID: "fault-table-client-id",
  SINGAPAY_SECRET: "fault-table-client-secret",
  SINGAPAY_SECRET_2: "fault-table-other-secret",
  SINGAPAY_API_KEY: "fault-table-api-key",
} as const;
type Name = keyof typeof ENV;

const named = (name: Name) => ({ env: name });
const singapay = (options: object = {}) => ({
  driver: "singapay",
  environment: "sandbox",
  clientId: named("SINGAPAY_ID"),
  clientSecret: named("SINGAPAY_SECRET"),
  apiKey: named("SINGAPAY_API_KEY"),
  accountId: "01K0FAVLT0TABLE00000000001",
  ...options,
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

const without = ({ headers, ...request }: FaultyRequest, name: string): FaultyRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
});

const fault = faultTable("singapay", ENV);

export const faults: DriverFaults = {
  definition,
  env: ENV,
  entry: singapay(),
  entryOfOtherSecret: singapay({ clientSecret: named("SINGAPAY_SECRET_2") }),
  genuine: fromSingapay(),
  // The first gateway of each configuration receives the request.
  faults: [
    fault("nothing is wrong", { singapay: singapay() }, fromSingapay(), "genuine"),
    fault("no X-Timestamp", { singapay: singapay() }, without(fromSingapay(), "x-timestamp"), "header_missing", {
      shows: { names: ["the header X-Timestamp"] },
    }),
    fault(
      "a proxy keeps Authorization",
      { singapay: singapay() },
      without(fromSingapay(), "authorization"),
      "header_missing",
      {
        shows: { names: ["the header Authorization"] },
      },
    ),
    fault(
      "a time in milliseconds",
      { singapay: singapay() },
      fromSingapay({ headers: { "x-timestamp": String(NOW_MS) } }),
      "signature_malformed",
      {
        shows: { name: "X-Timestamp" },
      },
    ),
    fault(
      "a second Authorization",
      { singapay: singapay() },
      fromSingapay({ headers: { authorization: "Basic eDp5, Bearer random-token" } }),
      "signature_malformed",
      {
        shows: { name: "Authorization" },
      },
    ),
    fault(
      "clientSecret is not in webhookSecrets",
      { singapay: singapay({ webhookSecrets: [named("SINGAPAY_SECRET_2")] }) },
      fromSingapay(),
      "another_secret",
      {
        shows: { option: "clientSecret" },
      },
    ),
    fault("a written line end after the secret", { singapay: singapay() }, fromSingapay(), "whitespace_in_secret", {
      env: { SINGAPAY_SECRET: `${ENV.SINGAPAY_SECRET}\\n` },
      shows: { option: "clientSecret" },
    }),
    fault(
      "the API key as the secret",
      { singapay: singapay({ webhookSecrets: [named("SINGAPAY_API_KEY")], clientSecret: named("SINGAPAY_SECRET_2") }) },
      fromSingapay(),
      "wrong_kind_of_key",
    ),
    fault(
      "a sandbox delivery at production",
      { singapay: singapay({ environment: "production", clientSecret: named("SINGAPAY_SECRET_2") }) },
      fromSingapay(),
      "another_environment",
    ),
    fault(
      "a byte order mark",
      { singapay: singapay() },
      fromSingapay({ body: `\ufeff${SINGAPAY_BODY}` }),
      "body_reserialised",
    ),
    fault("an empty body", { singapay: singapay() }, fromSingapay({ body: "" }), "body_empty"),
    fault("our clock is two days behind", { singapay: singapay() }, fromSingapay(), "clock_off", {
      nowMs: NOW_MS - 172_800_000,
      shows: { seconds: 172_800, signedTime: "future" },
    }),
    fault("our clock is a year ahead", { singapay: singapay() }, fromSingapay(), "clock_off", {
      nowMs: NOW_MS + 31_536_000_000,
      shows: { seconds: 31_536_000, signedTime: "past" },
    }),
    fault(
      "a slash at the end of the path",
      { singapay: singapay() },
      fromSingapay({ url: "/shop/webhooks/singapay/?from=pay" }),
      "wrong_url",
    ),
    fault(
      "a proxy removes the prefix",
      { singapay: singapay() },
      fromSingapay({ url: "/webhooks/singapay?from=pay" }),
      "wrong_url",
      {
        publicUrl: "https://shop.example/shop/webhooks/singapay?from=pay",
      },
    ),
    fault(
      "a proxy removes the query",
      { singapay: singapay() },
      fromSingapay({ url: "/shop/webhooks/singapay" }),
      "wrong_url",
      {
        publicUrl: "https://shop.example/shop/webhooks/singapay?from=pay",
      },
    ),
    fault(
      "a proxy adds a prefix",
      { singapay: singapay() },
      fromSingapay({ url: `/internal${SINGAPAY_URL}` }),
      "wrong_url",
    ),
    fault(
      "a forged body",
      { singapay: singapay() },
      fromSingapay({ body: SINGAPAY_BODY.replace("75000.00", "1.00") }, { secret: "of a third party" }),
      "unknown",
    ),
  ],
};
