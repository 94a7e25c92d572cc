import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createPaymentLinks, type PaymentLinks } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { createMidtransDriver, type MidtransDriver, type MidtransOptions } from "@tautan/driver-midtrans";

export const SERVER_KEY = "SB-Mid-server-EXAMPLEKEY0001";
export const API = "https://api.sandbox.midtrans.com";
const NOW = Date.parse("2026-01-01T00:00:00Z");

export const OPTIONS: MidtransOptions = { serverKey: SERVER_KEY, environment: "sandbox" };

const createDriver = (): MidtransDriver =>
  createMidtransDriver({ ...OPTIONS, transport: createTransport({ retryDelayMs: 0, maxWaitMs: 0 }) });

export const createLinks = (): PaymentLinks<{ midtrans: MidtransDriver }> =>
  createPaymentLinks({
    default: "midtrans",
    gateways: { midtrans: createDriver() },
    clock: { now: () => NOW },
    // Each test asks anew.
    confirmReuseMs: 0,
  });

const fixtureText = (name: string): string => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8");

export const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(fixtureText(name)) as Record<string, unknown>;

/** The provider's signature, written here once more so that the driver's own code does not check itself. */
export const signatureOf = (orderId: string, statusCode: string, grossAmount: string, key = SERVER_KEY): string =>
  createHash("sha512").update(`${orderId}${statusCode}${grossAmount}${key}`).digest("hex");

/** A genuine settlement of a BCA virtual account, with fields changed or, by `undefined`, left out. */
export const notification = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
  const fields: Record<string, unknown> = {
    transaction_time: "2026-01-01 07:01:00",
    transaction_status: "settlement",
    transaction_id: "11111111-2222-4333-8444-555555555555",
    status_message: "midtrans payment notification",
    status_code: "200",
    payment_type: "bank_transfer",
    order_id: "INV-001-1767225600123",
    merchant_id: "G000000001",
    gross_amount: "190000.00",
    currency: "IDR",
    settlement_time: "2026-01-01 07:02:30",
    expiry_time: "2026-01-02 07:01:00",
    fraud_status: "accept",
    va_numbers: [{ bank: "bca", va_number: "00018929808" }],
    payment_amounts: [],
    custom_field1: "INV-001",
    ...changes,
  };
  const signature = signatureOf(
    String(fields["order_id"]),
    String(fields["status_code"]),
    String(fields["gross_amount"]),
  );
  return { ...fields, signature_key: "signature_key" in changes ? changes["signature_key"] : signature };
};

/** A delivery of a body to the webhook handler. */
export const delivery = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  url: "/webhooks/midtrans",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
