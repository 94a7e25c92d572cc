import { createHash, createHmac } from "node:crypto";
import type { ConformanceSubject, Forgery, RawWebhook } from "@tautan/conformance";
import type { PaymentLink } from "@tautan/core";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { actsOnSandbox, type OnSandbox, startOnSandbox, withBody, withHeaders } from "./on-sandbox.ts";

/** The keys of every sandbox; they are public. */
const CREDENTIALS = {
  clientId: "tautan-sandbox-client",
  clientSecret: "tautan-sandbox-client-secret",
  apiKey: "tautan-sandbox-api-key",
  accountId: "01K0SANDB0XACC0VNT00000001",
} as const;

/** `X-Signature`, as docs.singapay.id, webhooks/security-and-signature, describes it, of a body that is canonical as it is. */
const sign = (body: string, bearer: string, timestamp: string, clientSecret: string): string => {
  const bodyHash = createHash("sha256").update(body).digest("hex");
  return createHmac("sha512", clientSecret).update(`POST:/:${bearer}:${bodyHash}:${timestamp}`).digest("hex");
};

const forge = (webhook: RawWebhook, how: Forgery): RawWebhook => {
  switch (how) {
    case "changed":
      return withBody(webhook, (body) => ({ ...body, timestamp: "1 Jan 2026 00:00:00" }));
    case "wrong_key": {
      const { "X-Timestamp": timestamp = "", Authorization: authorization = "" } = webhook.headers;
      const bearer = authorization.replace("Bearer ", "");
      return withHeaders(webhook, { "x-signature": sign(webhook.body, bearer, timestamp, "somebody else's secret") });
    }
    case "unsigned":
      return withHeaders(webhook, { "x-signature": undefined });
    case "unsigned_part":
      throw new Error("the signature covers everything");
  }
};

/** A genuine webhook about a disbursement: names in order, so that its text is its canonical form. */
const disbursement = ({ clock }: OnSandbox): RawWebhook => {
  const body = JSON.stringify({ data: { amount: "50000.00" }, event: "disbursement", status: 200, success: true });
  const [bearer, timestamp] = ["token-of-the-suite", String(Math.floor(clock.now() / 1000))];
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${bearer}`,
    "x-timestamp": timestamp,
    "x-signature": sign(body, bearer, timestamp, CREDENTIALS.clientSecret),
  };
  return { method: "POST", url: "/", headers, body };
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** Attempts that expire together are told in one delivery. */
const expireTogether = async ({ sandbox, clock }: OnSandbox, links: readonly PaymentLink[]): Promise<void> => {
  for (const { url } of links) await sandbox.open(url);
  clock.advance(DAY_MS);
  await sandbox.idle();
};

/** The SingaPay driver against the sandbox. */
export const singapaySubject: ConformanceSubject<OnSandbox> = {
  name: "singapay",
  capabilities: createSingapayDriver({ environment: "sandbox", ...CREDENTIALS }).capabilities,
  wire: "http",
  start: (wire) =>
    startOnSandbox(wire, "singapay", ({ singapay: { url, credentials } }, transport) =>
      createSingapayDriver({ environment: "sandbox", baseUrl: url, transport, ...credentials }),
    ),
  acts: {
    ...actsOnSandbox,
    refund: { absent: "SingaPay documents no refund of a payment through a link" },
    reverse: { absent: "SingaPay documents no reversal of a payment" },
    forge: (_running, webhook, how) => forge(webhook, how),
    batch: expireTogether,
    unknownEvent: disbursement,
  },
  secrets: [CREDENTIALS.clientSecret, CREDENTIALS.apiKey],
  // docs.singapay.id, api-reference/payment-link/update.
  notChangeable: { title: { absent: "SingaPay does not change titles" } },
  isPreparation: ({ url }) => url.includes("/access-token/"),
  // docs.singapay.id, api-reference/references/response-codes.
  refusalBody: (status, text) =>
    JSON.stringify({ status, success: false, error: { code: status, message: text, errors: { reff_no: [text] } } }),
};
