import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { createXfersDriver, type XfersDriver, type XfersOptions } from "@tautan/driver-xfers";

const API_KEY = "test_key";
const SECRET_KEY = "secret_abc";
/** The sample value of the provider's page on signatures. */
export const SIGNING_SECRET = "ss_5572cf13d099";
export const API = "https://sandbox-id.xfers.com/api/v4";
/** When the link of the documents' samples was made. */
export const NOW = Date.parse("2021-12-05T15:05:26Z");

export const ID = "paymentlink_00112233445566778899aabbccddeeff";
export const LINK_PATH = `/payment_links/${ID}`;

export const OPTIONS: XfersOptions = {
  apiKey: API_KEY,
  secretKey: SECRET_KEY,
  signingSecrets: [SIGNING_SECRET],
  environment: "sandbox",
};

export const createLinks = (options: Partial<XfersOptions> = {}): PaymentLinks<{ xfers: XfersDriver }> =>
  createPaymentLinks({
    default: "xfers",
    gateways: {
      xfers: createXfersDriver({
        ...OPTIONS,
        transport: createTransport({ retryDelayMs: 0, maxWaitMs: 0 }),
        ...options,
      }),
    },
    references: "provider",
    clock: { now: () => NOW },
    // Each test asks anew.
    confirmReuseMs: 0,
  });

export const CUSTOMER = { name: "Sari Dewi", email: "sari@example.test", phone: "+62 811-0000-0001" } as const;

/** The least that can be asked for. */
export const REQUEST = { reference: "ORDER-1", amount: idr(10_000), customer: CUSTOMER } as const;

export const fixtureText = (name: string): string =>
  readFileSync(new URL(`fixtures/docs/${name}.json`, import.meta.url), "utf8");

export const fixture = (name: string): object => JSON.parse(fixtureText(name)) as object;

/** A link as Xfers tells it, with attributes changed or, by `undefined`, left out. */
export const linkBody = (changes: Record<string, unknown> = {}, id: unknown = ID): Record<string, unknown> => ({
  data: {
    id,
    type: "payment_links",
    attributes: {
      status: "pending",
      amount: "10000.0",
      referenceId: "ORDER-1",
      createdAt: "2021-12-05 22:05:26 +0700",
      description: "Order Number 0001",
      expiredAt: "2021-12-06 16:00:00 +0700",
      paymentLinkUrl: `https://id-payment-link.xfers.com/${ID}`,
      customerName: "Sari Dewi",
      customerEmail: "sari@example.test",
      customerPhoneNumber: "081100000001",
      ...changes,
    },
  },
});

/** Xfers' error body. */
export const errorBody = (code: string, detail = "detail", title = "Title"): object => ({
  errors: [{ code, title, detail }],
});

/** The provider's signature, written here once more so that the driver's own code does not check itself. */
export const signatureOf = (body: string, secret = SIGNING_SECRET): string =>
  createHmac("sha256", secret).update(body).digest("hex");

/** A genuine callback of a body, with headers changed or, by `undefined`, left out. */
export const delivery = (body: unknown, headers: Record<string, string | readonly string[] | undefined> = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method: "POST",
    url: "/webhooks/xfers",
    headers: { "content-type": "application/json", "xfers-signature": signatureOf(text), ...headers },
    body: text,
  };
};
