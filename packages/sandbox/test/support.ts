import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import {
  createSandbox,
  type DefaultProvider,
  type Provider,
  type RecordedDelivery,
  type Sandbox,
} from "../src/index.ts";
import { createProviderSet } from "../src/provider.ts";
import { type Definition, LOADERS } from "../src/providers.ts";
import type { SignatureCheck } from "../src/webhooks/signing.ts";

/** All simulators, in the order of the list. */
export const providers: readonly Definition[] = await Promise.all(Object.values(LOADERS).map((load) => load()));

const namesOf = (some: readonly Definition[]): string => some.map(({ name }) => name).join(", ");

/** Their names, as messages list them. */
export const PROVIDER_NAMES: string = namesOf(providers);

/** Those that a sandbox starts by default. The others have tests of their own. */
export const startedProviders: readonly Extract<Definition, { readonly name: DefaultProvider }>[] = providers.filter(
  (one) => !("startsOnRequest" in one),
) as never;

/** Their names, as messages list them. */
export const STARTED_NAMES: string = namesOf(startedProviders);

export const minuteMs = 60_000;
export const hourMs: number = 60 * minuteMs;
export const dayMs: number = 24 * hourMs;

/** 10:00:00.123 on 15 March 2026 in Jakarta. */
export const startMs: number = Date.parse("2026-03-15T03:00:00.123Z");

export interface TestClock {
  now(): number;
  advance(ms: number): void;
}

const testClock = (nowMs: number = startMs): TestClock => {
  let current = nowMs;
  return {
    now: () => current,
    advance(ms) {
      current += ms;
    },
  };
};

/** A sandbox on free ports with a clock that stands still, closed when the test ends. */
export const startSandbox = async (
  webhookUrls: Partial<Record<Provider, string>> = {},
): Promise<{ readonly sandbox: Sandbox; readonly clock: TestClock }> => {
  const clock = testClock();
  const sandbox = await createSandbox({ clock, webhookUrls });
  onTestFinished(() => sandbox.close());
  return { sandbox, clock };
};

export type Json = Readonly<Record<string, unknown>>;

/** What is at a path in unknown JSON; `undefined` where the path ends early. */
export const pick = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );

/** The text at a path in unknown JSON. */
export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = pick(value, ...path);
  if (typeof found !== "string") throw new TypeError(`No text at ${path.join(".")} in ${JSON.stringify(value)}`);
  return found;
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

export const call = async (url: string, init: RequestInit = {}): Promise<Reply> => {
  // A kept connection would not survive the start of another sandbox on the same port.
  const headers = { ...init.headers, Connection: "close" };
  const response = await fetch(url, { redirect: "manual", ...init, headers });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Json) : {} };
};

export type Caller = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

const caller =
  (baseUrl: string, fixedHeaders: Record<string, string>): Caller =>
  (method, path, body, headers = {}) =>
    call(baseUrl + path, {
      method,
      headers: { ...fixedHeaders, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

export const midtransCaller = ({ midtrans }: Sandbox): Caller =>
  caller(midtrans.url, {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: basic(midtrans.credentials.serverKey, ""),
  });

export const xfersCaller = ({ xfers }: Sandbox): Caller =>
  caller(xfers.url, {
    "Content-Type": "application/vnd.api+json",
    Authorization: basic(xfers.credentials.apiKey, xfers.credentials.secretKey),
  });

/** The date is passed in, so that tests can send a wrong one. */
export const tokenHeaders = ({ singapay }: Sandbox, day: string): Record<string, string> => {
  const { clientId, clientSecret, apiKey } = singapay.credentials;
  const signature = createHmac("sha512", clientSecret).update(`${clientId}_${clientSecret}_${day}`).digest("hex");
  return {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-PARTNER-ID": apiKey,
    "X-CLIENT-ID": clientId,
    "X-Signature": signature,
  };
};

export const singapayCaller = async (sandbox: Sandbox, day = "20260315"): Promise<Caller> => {
  const { url, credentials } = sandbox.singapay;
  const token = await call(`${url}/api/v1.1/access-token/b2b`, {
    method: "POST",
    headers: tokenHeaders(sandbox, day),
    body: '{"grant_type":"client_credentials"}',
  });
  return caller(url, {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-PARTNER-ID": credentials.apiKey,
    Authorization: `Bearer ${textAt(token.json, "data", "access_token")}`,
  });
};

export interface ReceivedWebhook {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A merchant's server: keeps what it receives and answers with `answerWith(…)`, at first 200. */
export const startMerchant = async (): Promise<{
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  answerWith(status: number): void;
}> => {
  const received: ReceivedWebhook[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(status).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith(next) {
      status = next;
    },
  };
};

/** How a delivery was signed, as its provider explains it. */
export const checkSignature = (
  delivery: Pick<RecordedDelivery, "provider" | "url" | "headers" | "body">,
): SignatureCheck => createProviderSet(providers).get(delivery.provider).explainSignature(delivery);
