import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { createXenditDriver, type XenditDriver, type XenditOptions } from "@tautan/driver-xendit";

const SECRET_KEY = "xnd_development_abc";
export const TOKEN = "tok-1f0c2b3a4d5e6f708192a3b4c5d6e7f8";
export const API = "https://api.xendit.co";
export const NOW = Date.parse("2026-01-01T00:00:00.000Z");

export const ID = "65a0c0ffee0000000000a001";
export const PATH = `/v2/invoices/${ID}`;
export const REFUNDS = `/refunds?invoice_id=${ID}&limit=100`;

export const OPTIONS: XenditOptions & { readonly product?: "invoice" } = {
  environment: "sandbox",
  secretKey: SECRET_KEY,
  webhookTokens: [TOKEN],
};

const setUp = <D extends XenditDriver | XenditDriver<"invoice"> | XenditDriver<"session">>(xendit: D) =>
  createPaymentLinks({
    default: "xendit",
    gateways: { xendit },
    references: "provider",
    clock: { now: () => NOW },
    // Each test asks anew.
    confirmReuseMs: 0,
  });

const transport = createTransport({ retryDelayMs: 0, maxWaitMs: 0 });

export const createLinks = (options: Partial<typeof OPTIONS> = {}): PaymentLinks<{ xendit: XenditDriver<"invoice"> }> =>
  setUp(createXenditDriver({ ...OPTIONS, transport, ...options }));

export const createSessions = (): PaymentLinks<{ xendit: XenditDriver<"session"> }> =>
  setUp(createXenditDriver({ ...OPTIONS, transport, product: "session" }));

/** The least that can be asked for. */
export const REQUEST = { reference: "INV-1", amount: idr(30_000) } as const;

/** An invoice as Xendit returns it, with fields changed or, by `undefined`, left out. */
export const invoice = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: ID,
  external_id: "INV-1",
  user_id: "5f00000000000000000000aa",
  status: "PENDING",
  merchant_name: "Toko Uji",
  merchant_profile_picture_url: "https://cdn.example.test/p.png",
  amount: 30_000,
  currency: "IDR",
  invoice_url: `https://checkout-staging.xendit.co/web/${ID}`,
  expiry_date: "2026-01-02T00:00:00.000Z",
  created: "2026-01-01T00:00:00.120Z",
  updated: "2026-01-01T00:00:00.120Z",
  available_banks: [{ bank_code: "BCA", collection_type: "POOL", account_holder_name: "TOKO UJI" }],
  available_retail_outlets: [],
  available_ewallets: [],
  available_qr_codes: [],
  available_direct_debits: [],
  available_paylaters: [],
  should_send_email: false,
  ...changes,
});

/** A callback about an invoice. */
export const callback = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: ID,
  external_id: "INV-1",
  user_id: "5f00000000000000000000aa",
  is_high: false,
  status: "PAID",
  merchant_name: "Toko Uji",
  amount: 30_000,
  paid_amount: 30_000,
  currency: "IDR",
  paid_at: "2026-01-01T03:04:05.678Z",
  created: "2026-01-01T00:00:00.120Z",
  updated: "2026-01-01T03:04:06.001Z",
  payment_method: "BANK_TRANSFER",
  payment_channel: "BCA",
  payment_destination: "10766000123456",
  bank_code: "BCA",
  payment_id: "py-0001",
  payer_email: "payer@example.test",
  ...changes,
});

export const refundCallback = (data: Record<string, unknown> = {}): Record<string, unknown> => ({
  event: "refund.succeeded",
  business_id: "5f00000000000000000000aa",
  created: "2026-01-02T00:00:00.000Z",
  data: {
    id: "rfd-1",
    payment_id: "py-0001",
    invoice_id: ID,
    amount: 10_000,
    currency: "IDR",
    status: "SUCCEEDED",
    reason: "REQUESTED_BY_CUSTOMER",
    created: "2026-01-02T00:00:00.000Z",
    updated: "2026-01-02T00:00:01.000Z",
    ...data,
  },
});

export const SESSION_ID = "ps-0123456789abcdef01234567";

export const session = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  payment_session_id: SESSION_ID,
  reference_id: "INV-1",
  session_type: "PAY",
  mode: "PAYMENT_LINK",
  status: "ACTIVE",
  amount: 30_000,
  currency: "IDR",
  country: "ID",
  payment_link_url: "https://dev.xen.to/abc",
  expires_at: "2026-01-02T00:00:00.000Z",
  created: "2026-01-01T00:00:00.120Z",
  updated: "2026-01-01T00:00:00.120Z",
  ...changes,
});

export const errorBody = (error_code: string, message = "A message", more: object = {}): object => ({
  error_code,
  message,
  ...more,
});

/** A genuine callback of a body, with headers changed or, by `undefined`, left out. */
export const delivery = (body: unknown, headers: Record<string, string | undefined> = {}) => ({
  method: "POST",
  url: "/webhooks/xendit",
  headers: { "content-type": "application/json", "x-callback-token": TOKEN, ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
