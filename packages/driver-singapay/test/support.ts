import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createPaymentLinks, type Observation, type PaymentLinkHistory, type PaymentLinks } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import type { MockHttp, MockReply, SentRequest } from "@tautan/driver-kit/testing/mock-http";
import { createSingapayDriver, type SingapayDriver, type SingapayOptions } from "@tautan/driver-singapay";

export const API = "https://sandbox-payment-b2b.singapay.id";
export const CLIENT_ID = "demo-client-7f31";
export const CLIENT_SECRET = "demo-secret-Q9x2Lm";
export const API_KEY = "demo-partner-55aa";
export const ACCOUNT = "01K0DEMOACCOUNT0000000000A";
/** Ten o'clock in Jakarta. */
export const NOW = Date.parse("2026-03-15T03:00:00Z");

export const TOKEN_PATH = "/api/v1.1/access-token/b2b";
export const LINKS = `/api/v1.0/payment-link-manage/${ACCOUNT}`;
export const HISTORIES = `/api/v1.0/payment-link-histories/${ACCOUNT}`;
export const LINKS_V2 = "/api/v2.0/payment-link";
export const TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJkZW1vIn0.c2lnbmF0dXJl";

/** A clock that a test sets. */
export interface TestClock {
  nowMs: number;
  now(): number;
}

export const createClock = (nowMs = NOW): TestClock => ({
  nowMs,
  now() {
    return this.nowMs;
  },
});

export const createDriver = (changes: Partial<SingapayOptions> = {}): SingapayDriver =>
  createSingapayDriver({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    apiKey: API_KEY,
    accountId: ACCOUNT,
    environment: "sandbox",
    transport: createTransport({ retryDelayMs: 0, maxWaitMs: 0 }),
    ...changes,
  });

export type Links = PaymentLinks<{ singapay: SingapayDriver }>;

export const createLinks = (clock = createClock(), changes: Partial<SingapayOptions> = {}): Links =>
  createPaymentLinks({
    default: "singapay",
    gateways: { singapay: createDriver(changes) },
    clock,
    // Each test asks anew.
    confirmReuseMs: 0,
  });

/** A facade over API version 2, and the reply to its request for a token. */
export const startLinksV2 = (http: MockHttp): Links => {
  noRecentLinks(http);
  http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
  return createLinks(createClock(), { apiVersion: 2 });
};

/** The look among the newest links before a create finds none. */
const noRecentLinks = (http: MockHttp): void => http.always("GET", pagePath(1, 25), success([]));

/** A facade that takes whatever references the gateway does. */
export const createWideLinks = (): Links =>
  createPaymentLinks({ default: "singapay", gateways: { singapay: createDriver() }, references: "provider" });

/** A facade that has no token yet, and the reply to its request for one. */
export const startLinks = (http: MockHttp, clock = createClock()): Links => {
  noRecentLinks(http);
  http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
  return createLinks(clock);
};

/** The requests that went out, without those for a token. */
export const callsOf = (http: MockHttp): readonly SentRequest[] => http.sent.filter((each) => each.path !== TOKEN_PATH);

export const fixtureText = (name: string): string =>
  readFileSync(new URL(`fixtures/from-documents/${name}.json`, import.meta.url), "utf8");

export const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(fixtureText(name)) as Record<string, unknown>;

/** The documented link with fields changed or, by `undefined`, left out. */
export const link = (changes: object = {}): Record<string, unknown> => ({ ...fixture("link"), ...changes });

/** The same of API version 2. */
export const linkV2 = (changes: object = {}): Record<string, unknown> => ({ ...fixture("link-v2"), ...changes });

/** The documented row of histories with fields changed. */
export const history = (changes: object = {}): Record<string, unknown> => ({ ...fixture("history"), ...changes });

/** A success around data, as every path of payment links wraps it. */
export const success = (data: unknown, more: object = {}): MockReply => ({
  body: { status: 200, success: true, data, ...more },
});

/** An error of the first generation, as a reply. */
export const refusal = (status: number, message = "no", errors?: object): MockReply => ({
  status,
  body: { status, success: false, error: { code: status, message, ...(errors && { errors }) } },
});

/** The path of a page of links or histories. */
export const pagePath = (page: number, perPage = 100): string => `${LINKS}?page=${page}&per_page=${perPage}`;
export const historiesPath = (page: number, filter = ""): string =>
  `${HISTORIES}?page=${page}&per_page=100&sort_by=id&sort_order=desc${filter}`;

/**
 * The provider's canonical form, written here once more from its description so that the driver's own code does not check
 * itself.
 */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (entries.length === 0) return "[]";
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
};

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface Signing {
  readonly secret?: string;
  readonly target?: string;
  readonly bearer?: string;
  /** In seconds. */
  readonly timestamp?: number | string;
  /** What is hashed in place of the body's canonical form. */
  readonly hashed?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export const TARGET = "/webhooks/singapay?src=pl";
export const BEARER = "wh-random-token-01";
/** When the documented deliveries were signed. */
export const SIGNED_AT = 1_773_544_830;

/** A delivery as SingaPay signs it. */
export const delivery = (body: unknown, signing: Signing = {}) => {
  const { secret = CLIENT_SECRET, target = TARGET, bearer = BEARER, timestamp = SIGNED_AT, headers = {} } = signing;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const hash = sha256(signing.hashed ?? canonical(tryParse(text)));
  const signature = createHmac("sha512", secret).update(`POST:${target}:${bearer}:${hash}:${timestamp}`).digest("hex");
  return {
    method: "POST",
    url: TARGET,
    headers: {
      "Content-Type": "application/json",
      "X-PARTNER-ID": API_KEY,
      "X-Signature": signature,
      "X-Timestamp": String(timestamp),
      Authorization: `Bearer ${bearer}`,
      ...headers,
    },
    body: text,
  };
};

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

export const historyIn = (observation: Observation | undefined): PaymentLinkHistory => {
  if (observation?.kind !== "history") throw new Error(`expected a history, got ${observation?.kind}`);
  return observation.history;
};
