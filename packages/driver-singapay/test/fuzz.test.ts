// A hundred thousand replies and webhooks that are damaged, odd or forged: nothing throws, and nothing is taken for a payment
// that SingaPay did not report as one.
import { createHmac } from "node:crypto";
import { idr } from "@tautan/core";
import type {
  DriverError,
  DriverHistory,
  DriverLink,
  DriverObservation,
  DriverWebhookError,
  HistoryReport,
} from "@tautan/core/driver";
import { historyRecord } from "@tautan/core/driver";
import type { HttpReply, HttpRequest, Transport } from "@tautan/driver-kit";
import { damage, fuzz, mutate, noise, type Random } from "@tautan/driver-kit/testing";
import type { SingapayDriver } from "@tautan/driver-singapay";
import { ok, type Result } from "neverthrow";
import { expect, test } from "vitest";
import {
  API_KEY,
  BEARER,
  CLIENT_SECRET,
  canonical,
  createDriver,
  fixtureText,
  NOW,
  SIGNED_AT,
  sha256,
  TARGET,
  TOKEN,
  TOKEN_PATH,
} from "./support.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 6_000);
const TIMEOUT_MS = 120_000;

/** What SingaPay says, where it may say it or not; secrets, which no error may repeat. */
const WORDS = [
  "paid",
  "PAID",
  "settled",
  "pending",
  "expired",
  "failed",
  "unpaid",
  "open",
  "closed",
  "api v2",
  "VA BRI",
  "QRIS",
  "SP000",
  "SP014",
  "ORD-1001",
  "30170120260315101500",
  "payment-link-transaction",
  "payment_link.inquiry.expired",
  "transaction-expiration",
  "product-expiration",
  "pl",
  true,
  301,
  302,
  9101,
  200,
  404,
  422,
  `Bearer ${TOKEN}`,
  CLIENT_SECRET,
  `for ${API_KEY}`,
] as const;

/** What decides over money, and over whose it is. */
const FIELDS = [
  "status",
  "status_computed",
  "has_settle",
  "is_expired",
  "reff_no",
  "id",
  "amount",
  "event",
  "data",
] as const;

const copyOf = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** Whether JSON says, anywhere, that the payment of a reference was paid. */
const saysPaid = (value: unknown, reference: string): boolean => {
  if (typeof value !== "object" || value === null) return false;
  const { reff_no, status, status_computed } = value as Readonly<Record<string, unknown>>;
  const isPaid = [status, status_computed].some((word) => typeof word === "string" && /^(paid|settled)$/i.test(word));
  return (String(reff_no) === reference && isPaid) || Object.values(value).some((each) => saysPaid(each, reference));
};

const isPaid = ({ record }: DriverHistory): boolean =>
  record.attempts.some(({ facts }) => facts.paid !== undefined || facts.settled !== undefined);

const parsedOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const LINK = fixtureText("link");
const ROW = fixtureText("history");
/** Of somebody who has not paid. */
const OPEN_ROW = ROW.replaceAll('"paid"', '"pending"');
const REPLIES = {
  token: fixtureText("token-reply"),
  link: `{"status":200,"success":true,"data":${LINK}}`,
  linkV2: `{"status":200,"success":true,"data":${fixtureText("link-v2").replace('"id": 302', '"id": 301')}}`,
  links: `{"status":200,"success":true,"data":[${LINK},${fixtureText("link-v2")}],"pagination":{"total_pages":1}}`,
  row: `{"status":200,"success":true,"data":${ROW}}`,
  openRow: `{"status":200,"success":true,"data":${OPEN_ROW}}`,
  rows: `{"status":200,"success":true,"data":[${ROW}],"pagination":{"total_pages":1}}`,
  openRows: `{"status":200,"success":true,"data":[${OPEN_ROW}],"pagination":{"total_pages":1}}`,
  methods: fixtureText("methods-reply"),
  deleted: fixtureText("delete-reply"),
  refused: fixtureText("error-422"),
  wrapped: '{"response_code":"SP018","response_message":"no","data":{"errors":{"title":["no"]}}}',
} as const;

const replyTo = ({ method, url }: HttpRequest, random: Random): string => {
  const { pathname } = new URL(url);
  if (pathname === TOKEN_PATH) return REPLIES.token;
  if (random.oneIn(12)) return random.pick([REPLIES.refused, REPLIES.wrapped]);
  if (/payment-link-histories\/\w+\/\d+$/.test(pathname)) return random.pick([REPLIES.row, REPLIES.openRow]);
  if (pathname.includes("/payment-link-histories/")) return random.pick([REPLIES.rows, REPLIES.openRows]);
  if (pathname.endsWith("/payment-methods")) return REPLIES.methods;
  if (method === "DELETE") return REPLIES.deleted;
  const isOneLink = /\d$/.test(pathname) || method !== "GET";
  return isOneLink ? random.pick([REPLIES.link, REPLIES.linkV2]) : REPLIES.links;
};

const STATUSES = [200, 200, 200, 200, 200, 201, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503] as const;

/** Answers requests oddly, and keeps what it answered. */
class OddTransport implements Transport {
  random: Random | undefined;
  replies: string[] = [];

  async send(request: HttpRequest): Promise<Result<HttpReply, never>> {
    const { random } = this;
    if (!random) throw new Error("expected a run");
    const isToken = request.url.endsWith(TOKEN_PATH);
    const isOdd = isToken ? random.oneIn(50) : !random.oneIn(3);
    const text = isOdd ? oddly(random, replyTo(request, random)) : replyTo(request, random);
    this.replies.push(text);
    const status = isOdd && random.oneIn(3) ? random.pick(STATUSES) : 200;
    return ok({ status, text, header: (name) => (name === "content-type" ? "application/json" : undefined) });
  }
}

const oddly = (random: Random, text: string): string => {
  if (random.oneIn(8)) return damage(random, text);
  if (random.oneIn(20)) return noise(random);
  const body = copyOf(text);
  mutate(random, body, { words: WORDS, fields: FIELDS });
  return JSON.stringify(body);
};

const transport = new OddTransport();
const [first, second] = [createDriver({ apiVersion: 1, transport }), createDriver({ apiVersion: 2, transport })];
const driverOf = (index: number): SingapayDriver => (index % 2 === 0 ? first : second);
type Handlers = SingapayDriver["handlers"];
type Context = Parameters<Handlers["get"]>[1];

const ID = "30170120260315101500";
const record = (report: Partial<HistoryReport> = {}) => historyRecord({ providerId: ID, trust: "unsigned", ...report });
const CREATE = {
  reference: "ORD-1001",
  title: "Order 1001",
  amount: idr(75_000),
  usage: { limit: 3 },
  expiresAt: "2026-03-20T16:59:59.000Z",
} as const;

/** One operation as core calls it, and the link or history that it is about. */
interface Operation {
  readonly about?: string;
  readonly call: (to: Handlers, context: Context) => PromiseLike<Result<unknown, DriverError>>;
}

const OPERATIONS: readonly [Operation, ...Operation[]] = [
  { call: (to, context) => to.create(CREATE, context) },
  { call: (to, context) => to.find("ORD-1001", context) },
  { call: (to, context) => to.list({ limit: 25 }, context) },
  { call: (to, context) => to.listPaymentMethods(context) },
  { call: (to, context) => to.listHistories("301", { limit: 25 }, context) },
  { call: (to, context) => to.listRecentHistories("2026-03-15T00:00:00.000Z", { limit: 25 }, context) },
  { call: (to, context) => to.delete("301", context) },
  { call: (to, context) => to.close("301", context) },
  { about: "301", call: (to, context) => to.get("301", context) },
  {
    about: "301",
    call: (to, context) => to.update("301", { usage: { limit: 5 }, methods: null, redirect: null }, context),
  },
  { about: "301", call: (to, context) => to.reopen("301", context) },
  { about: "301", call: (to, context) => to.confirm({ kind: "link", providerId: "301" }, context) },
  { about: ID, call: (to, context) => to.getHistory(ID, context) },
  { about: ID, call: (to, context) => to.confirm({ kind: "history", providerId: ID }, context) },
  {
    about: ID,
    call: (to, context) =>
      to.confirm({ kind: "history", providerId: ID, record: record({ otherIds: ["9101"] }) }, context),
  },
];

/** The links and histories in whatever an operation gave. */
const foundIn = (
  value: unknown,
): { readonly links: readonly DriverLink[]; readonly histories: readonly DriverHistory[] } => {
  const { items, providerId } = (value ?? {}) as { readonly items?: readonly unknown[]; readonly providerId?: string };
  // A link has items of its own.
  const all = items === undefined || providerId !== undefined ? [value] : items;
  const objects = all.filter((each) => typeof each === "object" && each !== null) as readonly Partial<
    DriverLink & DriverHistory & { readonly link: DriverLink }
  >[];
  const links = objects.flatMap((each) =>
    each.link ? [each.link] : each.url === undefined ? [] : [each as DriverLink],
  );
  return { links, histories: objects.filter((each) => each.record !== undefined) as readonly DriverHistory[] };
};

test(`replies: ${RUNS} runs through every operation of both versions`, { timeout: TIMEOUT_MS }, async () => {
  const seen = { good: 0, paid: 0, bad: 0 };
  await fuzz(RUNS, async (random, index) => {
    Object.assign(transport, { random, replies: [] });
    const context = { signal: new AbortController().signal, clock: { now: () => NOW } };
    const operation = random.pick(OPERATIONS);
    const result = await operation.call(driverOf(index).handlers, context);
    if (result.isErr()) {
      seen.bad += 1;
      checkError(result.error);
      return;
    }
    seen.good += 1;
    const { links, histories } = foundIn(result.value);
    const ids = [...links.map((each) => each.providerId), ...histories.map((each) => each.record.providerId)];
    if (operation.about !== undefined && ids.join() !== operation.about) throw new Error(`about ${ids.join()}`);
    for (const { url, amount, usage } of links) {
      if (!/^https?:\/\//.test(url) || !("amount" in amount) || !/^-?\d+$/.test(amount.amount))
        throw new Error("a link that is none");
      if (!Number.isSafeInteger(usage.used)) throw new Error("a usage that is none");
    }
    for (const history of histories.filter(isPaid)) {
      seen.paid += 1;
      const { providerId } = history.record;
      if (!transport.replies.some((text) => saysPaid(parsedOrNull(text), providerId)))
        throw new Error("paid by nobody");
    }
  });
  // Enough of each kind, or the runs prove nothing.
  expect(seen.good).toBeGreaterThan(RUNS / 10);
  expect(seen.bad).toBeGreaterThan(RUNS / 10);
  expect(seen.paid).toBeGreaterThan(RUNS / 100);
});

const checkError = (error: DriverError): void => {
  if (error.message === "" || error.hint === "" || error.kind === undefined)
    throw new Error("an error that says nothing");
  const text = JSON.stringify(error);
  for (const secret of [CLIENT_SECRET, TOKEN, API_KEY]) {
    if (text.includes(secret)) throw new Error(`an error that shows a secret: ${text}`);
  }
};

const PAYMENT = JSON.stringify(copyOf(fixtureText("notification-paid")));
const DELIVERIES = [
  PAYMENT,
  PAYMENT,
  JSON.stringify(copyOf(fixtureText("notification-inquiry"))),
  `{"status":200,"success":true,"event":"transaction-expiration","data":{"payment_link_histories":[${ROW},${OPEN_ROW}],"qris_histories":[]}}`,
  '{"status":200,"success":true,"event":"product-expiration","data":{"payment_links":[{"id":301},{"id":302}]}}',
] as const;

interface Signed {
  readonly text: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const sign = (text: string, secret: string, timestamp = String(SIGNED_AT)): Signed => {
  const hash = sha256(canonical(parsedOrNull(text)));
  const signature = createHmac("sha512", secret).update(`POST:${TARGET}:${BEARER}:${hash}:${timestamp}`).digest("hex");
  return {
    text,
    target: TARGET,
    headers: {
      "content-type": "application/json",
      "x-signature": signature,
      "x-timestamp": timestamp,
      authorization: `Bearer ${BEARER}`,
    },
  };
};

/** Changes one header, or the address, of a delivery that was signed. */
const tamper = (random: Random, signed: Signed): Signed => {
  const name = random.pick(["x-signature", "x-timestamp", "authorization", "target"]);
  if (name === "target") return { ...signed, target: damage(random, signed.target) };
  const value = signed.headers[name] ?? "";
  return { ...signed, headers: { ...signed.headers, [name]: random.oneIn(4) ? undefined : damage(random, value) } };
};

const receive = async (
  { text, target, headers }: Signed,
  index: number,
): Promise<Result<readonly DriverObservation[], DriverWebhookError>> =>
  driverOf(index).handlers.parseWebhook(
    { text, target, bytes: new TextEncoder().encode(text), header: (name) => headers[name] },
    { clock: { now: () => SIGNED_AT * 1000 } },
  );

const paidIn = (observations: readonly DriverObservation[]): readonly string[] =>
  observations.flatMap((each) => (each.kind === "history" && isPaid(each) ? [each.record.providerId] : []));

/** What a signature covers, so far as it can be told apart. */
const signedPart = ({ text, target, headers }: Signed): string =>
  JSON.stringify([
    canonical(parsedOrNull(text)),
    target,
    headers["x-timestamp"],
    headers["authorization"]?.toLowerCase(),
    headers["x-signature"]?.toLowerCase(),
  ]);

test(`webhooks: ${RUNS} runs of what is forged, changed on the way, or signed and odd`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const seen = { forged: 0, changed: 0, odd: 0, paid: 0 };
  await fuzz(RUNS, async (random, index) => {
    const original = random.pick(DELIVERIES);
    const text = random.oneIn(6) ? original : oddly(random, original);
    switch (random.below(3)) {
      case 0: {
        // Whatever it says, somebody without the secret wrote it.
        const forged = sign(text, random.pick([`${CLIENT_SECRET}x`, API_KEY, "x"]));
        const parsed = await receive(random.oneIn(4) ? tamper(random, forged) : forged, index);
        if (parsed.isOk()) throw new Error("a forgery that was believed");
        seen.forged += 1;
        return;
      }
      case 1: {
        const genuine = sign(original, CLIENT_SECRET);
        const changed = random.oneIn(2) ? { ...genuine, text } : tamper(random, genuine);
        const parsed = await receive(changed, index);
        if (parsed.isOk() && signedPart(changed) !== signedPart(genuine)) throw new Error("a change that was believed");
        seen.changed += 1;
        return;
      }
      default: {
        const parsed = await receive(sign(text, CLIENT_SECRET), index);
        if (parsed.isErr()) {
          if (parsed.error.kind !== "malformed_webhook")
            throw new Error(`genuine, and refused: ${parsed.error.message}`);
          return;
        }
        seen.odd += 1;
        for (const id of paidIn(parsed.value)) {
          seen.paid += 1;
          if (!saysPaid(parsedOrNull(text), id)) throw new Error("paid by nobody");
        }
      }
    }
  });
  expect(Math.min(seen.forged, seen.changed, seen.odd)).toBeGreaterThan(RUNS / 10);
  expect(seen.paid).toBeGreaterThan(RUNS / 100);
});
