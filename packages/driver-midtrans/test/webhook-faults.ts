// Deliveries and configurations that are wrong in one thing, each with the cause that must be named. Signs with its own code, so that
// the driver does not check its own.
import { createHash } from "node:crypto";
import { midtrans as definition } from "@tautan/driver-midtrans";
import { type DriverFaults, type FaultyRequest, faultTable } from "@tautan/example-conformance/webhook-faults";

const ENV = {
  MIDTRANS_KEY: "SB-Mid-server-fault-table-1",
  MIDTRANS_KEY_2: "SB-Mid-server-fault-table-2",
  MIDTRANS_LIVE_KEY: "Mid-server-fault-table-3",
} as const;
type Name = keyof typeof ENV;

const named = (name: Name) => ({ env: name });
const midtrans = (key: Name = "MIDTRANS_KEY", environment = "sandbox") => ({
  driver: "midtrans",
  environment,
  serverKey: named(key),
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

const text = ({ body }: FaultyRequest): string => (typeof body === "string" ? body : JSON.stringify(body));

const fault = faultTable("midtrans", ENV);

export const faults: DriverFaults = {
  definition,
  env: ENV,
  entry: midtrans(),
  entryOfOtherSecret: midtrans("MIDTRANS_KEY_2"),
  genuine: fromMidtrans(),
  // The first gateway of each configuration receives the request.
  faults: [
    fault("nothing is wrong", { midtrans: midtrans() }, fromMidtrans(), "genuine"),
    fault("no signature_key", { midtrans: midtrans() }, fromMidtrans({ signature_key: undefined }), "header_missing", {
      shows: { names: ["the field signature_key"] },
    }),
    fault(
      "a cut signature",
      { midtrans: midtrans() },
      fromMidtrans({ signature_key: MIDTRANS_SIGNATURE.slice(4) }),
      "signature_malformed",
      {
        shows: { name: "signature_key" },
      },
    ),
    fault(
      "the key of another account",
      { first: midtrans("MIDTRANS_KEY_2"), second: midtrans() },
      fromMidtrans(),
      "another_secret",
      {
        shows: { otherGateway: "second" },
      },
    ),
    fault("quotes around the key", { midtrans: midtrans() }, fromMidtrans(), "whitespace_in_secret", {
      env: { MIDTRANS_KEY: `"${ENV.MIDTRANS_KEY}"` },
      shows: { option: "serverKey" },
    }),
    fault("the client key", { midtrans: midtrans() }, fromMidtrans(), "wrong_kind_of_key", {
      env: { MIDTRANS_KEY: "SB-Mid-client-fault-table" },
      shows: { option: "serverKey" },
    }),
    fault(
      "a sandbox key at production",
      { midtrans: midtrans("MIDTRANS_KEY_2", "production") },
      fromMidtrans(),
      "sandbox_key_at_production",
    ),
    fault(
      "a production key at the sandbox",
      { midtrans: midtrans("MIDTRANS_LIVE_KEY") },
      fromMidtrans(),
      "production_key_at_sandbox",
    ),
    fault(
      "an amount without decimals",
      { midtrans: midtrans() },
      fromMidtrans({ gross_amount: "190000" }),
      "body_reserialised",
    ),
    fault(
      "a parser has run",
      { midtrans: midtrans() },
      { ...fromMidtrans(), body: JSON.parse(text(fromMidtrans())) as object },
      "body_already_parsed",
    ),
    fault(
      "a body without its end",
      { midtrans: midtrans() },
      { ...fromMidtrans(), body: text(fromMidtrans()).slice(0, 99) },
      "body_truncated",
    ),
    fault(
      "a body that is too large",
      { midtrans: midtrans() },
      { ...fromMidtrans(), body: "x".repeat(70_000) },
      "body_too_large",
    ),
    fault(
      "another content type",
      { midtrans: midtrans() },
      { ...fromMidtrans(), headers: { "content-type": "text/plain" } },
      "wrong_content_type",
    ),
    fault("a page", { midtrans: midtrans() }, { ...fromMidtrans(), body: "<html></html>" }, "content_malformed"),
    fault("a forged amount", { midtrans: midtrans() }, fromMidtrans({ gross_amount: "1.00" }), "unknown"),
  ],
};
