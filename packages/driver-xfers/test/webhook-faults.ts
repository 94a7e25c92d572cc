// Deliveries and configurations that are wrong in one thing, each with the cause that must be named. Signs with its own code, so that
// the driver does not check its own.
import { createHmac } from "node:crypto";
import { xfers as definition } from "@tautan/driver-xfers";
import { type DriverFaults, type FaultyRequest, faultTable } from "@tautan/example-conformance/webhook-faults";

const ENV = {
  XFERS_KEY: "test_fault_table",
  XFERS_SECRET: "fault-table-secret-key",
  XFERS_SIGNING: "fault-table-signing-secret",
  XFERS_SIGNING_2: "fault-table-other-signing-secret",
} as const;
type Name = keyof typeof ENV;

const named = (name: Name) => ({ env: name });
const xfers = (signing: readonly Name[] = ["XFERS_SIGNING"], options: object = {}) => ({
  driver: "xfers",
  environment: "sandbox",
  apiKey: named("XFERS_KEY"),
  secretKey: named("XFERS_SECRET"),
  signingSecrets: signing.map(named),
  ...options,
});

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

const reparsed = JSON.stringify(JSON.parse(XFERS_BODY));
const indented = JSON.stringify(JSON.parse(XFERS_BODY), undefined, 2);

const fault = faultTable("xfers", ENV);

export const faults: DriverFaults = {
  definition,
  env: ENV,
  entry: xfers(),
  entryOfOtherSecret: xfers(["XFERS_SIGNING_2"]),
  genuine: fromXfers(),
  // The first gateway of each configuration receives the request.
  faults: [
    fault("nothing is wrong", { xfers: xfers() }, fromXfers(), "genuine"),
    fault("no Xfers-Signature", { xfers: xfers() }, without(fromXfers(), "xfers-signature"), "header_missing"),
    fault(
      "a prefix before the signature",
      { xfers: xfers() },
      fromXfers({ headers: { "xfers-signature": "sha256=00" } }),
      "signature_malformed",
      {
        shows: { name: "Xfers-Signature" },
      },
    ),
    fault(
      "the secret of another address",
      { first: xfers(["XFERS_SIGNING_2"]), second: xfers() },
      fromXfers(),
      "another_secret",
      {
        shows: { otherGateway: "second" },
      },
    ),
    fault(
      "a comma after the second secret",
      { xfers: xfers(["XFERS_SIGNING_2", "XFERS_SIGNING"]) },
      fromXfers(),
      "whitespace_in_secret",
      {
        env: { XFERS_SIGNING: `${ENV.XFERS_SIGNING},` },
        shows: { option: "signingSecrets[1]" },
      },
    ),
    fault("the secret key as the signing secret", { xfers: xfers(["XFERS_SECRET"]) }, fromXfers(), "wrong_kind_of_key"),
    fault("a JSON parser and JSON.stringify", { xfers: xfers() }, fromXfers({ body: reparsed }), "body_reserialised"),
    fault("a pretty-printed body", { xfers: xfers() }, fromXfers({ body: indented }), "body_reserialised"),
    fault("a line end after the body", { xfers: xfers() }, fromXfers({ body: `${XFERS_BODY}\n` }), "body_reserialised"),
    fault(
      "a body that was serialised twice",
      { xfers: xfers() },
      fromXfers({ body: JSON.stringify(XFERS_BODY) }),
      "body_reserialised",
    ),
    fault(
      "a parser has run",
      { xfers: xfers() },
      fromXfers({ body: JSON.parse(XFERS_BODY) as object }),
      "body_already_parsed",
    ),
    fault(
      "fewer bytes than Content-Length",
      { xfers: xfers() },
      fromXfers({ body: XFERS_BODY.slice(0, 99), headers: { "content-length": String(XFERS_BODY.length) } }),
      "body_truncated",
      {
        shows: { proven: true },
      },
    ),
    fault("a GET", { xfers: xfers() }, fromXfers({ method: "GET" }), "request_malformed"),
    fault("a forged body", { xfers: xfers() }, fromXfers({ body: XFERS_BODY.replace("10000.0", "1.0") }), "unknown"),
  ],
};
