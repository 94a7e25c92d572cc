// A hundred thousand replies and callbacks, genuine ones with changes and plain nonsense, through the real handlers. The seed
// stands still, so that a failure can be repeated; fast-check shows the smallest one.
import { createHmac } from "node:crypto";
import { idr } from "@tautan/core";
import type {
  CallContext,
  CreateInput,
  DriverDelivery,
  DriverError,
  DriverObservation,
  HistoryReport,
} from "@tautan/core/driver";
import { deriveHistory, historyRecord } from "@tautan/core/driver";
import type { HttpFailure, HttpReply } from "@tautan/driver-kit";
import { must } from "@tautan/driver-kit/testing";
import { damage, mutatedBody } from "@tautan/driver-kit/testing/mutations";
import { createXfersDriver, type XfersDriver } from "@tautan/driver-xfers";
import * as fc from "fast-check";
import { err, ok, type Result } from "neverthrow";
import { expect, test } from "vitest";
import { CUSTOMER, errorBody, fixture, ID, linkBody, NOW, OPTIONS, SIGNING_SECRET } from "./support.ts";

const SEED = 20_260_101;
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 6_000);
const TIME_LIMIT_MS = 120_000;

const SECOND_SECRET = "ss_second";
const SECRETS = [SIGNING_SECRET, SECOND_SECRET];
const STATUSES = ["draft", "pending", "processing", "paid", "completed", "expired", "failed", "cancelled"];
const WORDS: readonly unknown[] = [
  ...STATUSES,
  ...STATUSES.map((each) => each.toUpperCase()),
  "payment_links",
  "payment",
  "10000.0",
  "10000",
  10000,
  "10000.5",
  "-1.0",
  "0.0",
  "1e4",
  ID,
  `${ID}#1`,
  "2021-12-05 22:05:26 +0700",
  "2021-12-06T16:00:00+07:00",
  "2021-13-45 99:99:99 +0700",
  "https://example.test/x",
  "000",
  "001",
  "002",
  "003",
  "004",
  "005",
  "010",
  "TXN0002",
  `key ${OPTIONS.secretKey} ${SIGNING_SECRET}`,
];
const LINKS = STATUSES.map((status) => linkBody({ status }));
const PAYMENT = { type: "virtual_bank_account", instructions: { bankShortCode: "BCA" } };
const CALLBACKS = [
  ...LINKS,
  linkBody({ status: "paid", paymentMethod: PAYMENT }),
  fixture("callback-paid"),
  fixture("callback-completed"),
  { data: { id: "contract_12345678", type: "payment", attributes: { status: "paid", referenceId: "ORDER-1" } } },
];
const REPLIES = [
  ...LINKS,
  linkBody({ status: "paid", paymentMethod: PAYMENT }),
  fixture("create-reply"),
  errorBody("005"),
  errorBody("002"),
  { data: { type: "task", attributes: { targetId: ID, action: "cancel" } } },
];

const context: CallContext = { clock: { now: () => NOW }, signal: new AbortController().signal };
const CREATE: CreateInput<never> = {
  reference: "ORDER-1",
  title: "Order Number 0001",
  amount: idr(10_000),
  usage: { limit: 1 },
  expiresAt: "2021-12-06T09:00:00.000Z",
  customer: CUSTOMER,
};

/** A driver whose gateway gives one answer to everything. */
const answering = (reply: Result<HttpReply, HttpFailure>, acceptUnsignedCallbacks = false): XfersDriver["handlers"] =>
  createXfersDriver({
    ...OPTIONS,
    signingSecrets: SECRETS,
    acceptUnsignedCallbacks,
    transport: { send: () => Promise.resolve(reply) },
  }).handlers;

/** The one place where a status stands, read once more without the driver's schemas. */
const statusIn = (text: string): unknown => {
  try {
    return (JSON.parse(text) as { data?: { attributes?: { status?: unknown } } } | null)?.data?.attributes?.status;
  } catch {
    return undefined;
  }
};
/** The documents' rule for money: two words, and no other. */
const saysPaid = (text: string): boolean => {
  const status = statusIn(text);
  return typeof status === "string" && ["paid", "completed"].includes(status.toLowerCase());
};

const digestOf = (text: string, secret: string): string => createHmac("sha256", secret).update(text).digest("hex");
const isSigned = (text: string, signature: string | undefined): boolean =>
  signature !== undefined && SECRETS.some((secret) => digestOf(text, secret) === signature.trim().toLowerCase());

const evidenceIn = (observation: DriverObservation) =>
  observation.kind === "history" ? observation.record : undefined;
const tellsPayment = (observation: DriverObservation): boolean => {
  if (observation.kind === "link") return observation.link.usage.used > 0;
  const record = evidenceIn(observation);
  return record !== undefined && deriveHistory("xfers", record).isPaid;
};

const expectNoSecretIn = (error: object): void => {
  const shown = JSON.stringify(error);
  for (const secret of [...SECRETS, OPTIONS.secretKey]) must(!shown.includes(secret), "a secret is shown");
};
const expectSoundError = (error: DriverError): void => {
  must(["not_sent", "refused", "unknown"].includes(error.outcome), `the outcome ${error.outcome}`);
  must(error.message !== "" && error.hint !== "", "an error without a message or a hint");
  expectNoSecretIn(error);
  must(JSON.stringify(error).length < 10_000, "an error of 10,000 characters or more");
};

const fuzz = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> =>
  fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: RUNS, seed: SEED });

const SIGNERS = {
  genuine: (text: string) => digestOf(text, SIGNING_SECRET),
  "by the second secret": (text: string) => digestOf(text, SECOND_SECRET),
  "of another account": (text: string) => digestOf(text, "ss_other"),
  "by the API's secret": (text: string) => digestOf(text, OPTIONS.secretKey),
  "of the body before it was changed": () => digestOf(JSON.stringify(LINKS[3]), SIGNING_SECRET),
  "of no key": (text: string) => digestOf(text, ""),
  nonsense: () => "0".repeat(64),
  empty: () => "",
  none: () => undefined,
} as const;
type Signer = keyof typeof SIGNERS;
const SIGNER_NAMES = Object.keys(SIGNERS) as Signer[];

test(`${RUNS} callbacks: none throws, none is taken without a valid signature, unsigned ones are hints where they are wished`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  // What the gateway knows is the truth: nobody has paid.
  const truth = ok({ status: 200, header: () => undefined, text: JSON.stringify(linkBody({ status: "pending" })) });
  const strict = answering(truth);
  const lenient = answering(truth, true);
  const taken = new Map<string, number>();
  let payments = 0;
  const count = (name: string) => taken.set(name, (taken.get(name) ?? 0) + 1);
  await fuzz(
    fc.record({
      body: mutatedBody(CALLBACKS, WORDS),
      signer: fc.constantFrom<Signer>("genuine", "genuine", "genuine", ...SIGNER_NAMES),
      damage,
      header: fc.constantFrom("xfers-signature", "xfers-signature", "x-xfers-signature"),
      type: fc.constantFrom(
        "application/json",
        "application/vnd.api+json",
        "application/json",
        undefined,
        "text/plain",
      ),
      acceptUnsigned: fc.boolean(),
    }),
    async ({ body, signer, damage: spoil, header, type, acceptUnsigned }) => {
      const text = spoil(JSON.stringify(body) ?? "");
      // Half a surrogate pair cannot be sent.
      if (!text.isWellFormed()) return;
      const signature = SIGNERS[signer](text);
      const headers = new Map([
        ["content-type", type],
        [header, signature],
      ]);
      const delivery: DriverDelivery = {
        target: "/webhooks/xfers",
        header: (name) => headers.get(name),
        text,
        bytes: new TextEncoder().encode(text),
      };
      const { parseWebhook, confirm } = acceptUnsigned ? lenient : strict;
      const parsed = await parseWebhook(delivery, context);
      if (parsed.isErr()) {
        must(["signature_invalid", "malformed_webhook"].includes(parsed.error.kind), `an error ${parsed.error.kind}`);
        expectNoSecretIn(parsed.error);
        return;
      }
      const isNotice = acceptUnsigned && signature === undefined;
      must(isSigned(text, signature) || isNotice, "taken without a signature");
      for (const observation of parsed.value) {
        must(observation.trust === (isNotice ? "unsigned" : "signed"), `the trust ${observation.trust}`);
        count(`${signer}: ${observation.kind}`);
        if (tellsPayment(observation)) {
          must(isSigned(text, signature) && saysPaid(text), "a payment that the callback does not prove");
          payments += 1;
        }
        if (!isNotice) continue;
        must(["notice", "unknown"].includes(observation.kind), `more than a hint: ${observation.kind}`);
        if (observation.kind !== "notice") continue;
        const confirmed = await confirm({ kind: "history", providerId: observation.providerId }, context);
        must(confirmed.isErr() || !tellsPayment(confirmed.value), "a payment that the gateway does not know");
      }
    },
  );
  // The fuzz is no use where it stops at the door.
  expect(payments).toBeGreaterThan(RUNS / 25);
  for (const name of ["genuine: history", "genuine: link", "genuine: unknown", "none: notice"]) {
    expect(taken.get(name), name).toBeGreaterThan(RUNS / 500);
  }
  expect(taken.get("by the second secret: history")).toBeGreaterThan(RUNS / 500);
  expect(new Set([...taken.keys()].map((name) => name.split(":")[0]))).toEqual(
    new Set(["genuine", "by the second secret", "none", "of the body before it was changed"]),
  );
});

const OPERATIONS = ["create", "get", "listHistories", "getHistory", "confirm", "confirm a link", "close"] as const;
type Operation = (typeof OPERATIONS)[number];

const FAILURES: readonly HttpFailure[] = [
  { reason: "broken", sent: true, code: "ECONNRESET" },
  { reason: "connect", sent: false },
  { reason: "timeout", sent: true },
  { reason: "too_large", sent: true },
  { reason: "paused", sent: false, retryAfterMs: 1 },
];

/** What the operations' successes have in common, as far as it is looked at. */
interface Answer {
  readonly items?: readonly { readonly record: ReturnType<typeof historyRecord> }[];
  readonly record?: ReturnType<typeof historyRecord>;
  readonly link?: { readonly usage: { readonly used: number } };
  readonly usage?: { readonly used: number };
  readonly state?: string;
}

test(`${RUNS} replies: none throws, none becomes a payment or a closed link that its words do not tell`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const report: HistoryReport = { providerId: `${ID}#1`, trust: "unsigned", facts: { paid: {} } };
  const record = historyRecord(report);
  const successes = new Map<Operation, number>();
  let paid = 0;
  await fuzz(
    fc.record({
      operation: fc.constantFrom(...OPERATIONS),
      body: mutatedBody(REPLIES, WORDS),
      damage,
      status: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(200, 200, 200, 201) },
        { weight: 1, arbitrary: fc.constantFrom(302, 400, 401, 404, 409, 422, 429, 500, 503, 0, 999) },
      ),
      retryAfter: fc.constantFrom(undefined, "7", "-1", "soon", "1e309"),
      failure: fc.oneof(
        { weight: 15, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom(...FAILURES) },
      ),
    }),
    async ({ operation, body, damage: spoil, status, retryAfter, failure }) => {
      const text = spoil(JSON.stringify(body) ?? "");
      const reply = { status, header: (name: string) => (name === "retry-after" ? retryAfter : undefined), text };
      const handlers = answering(failure ? err(failure) : ok(reply));
      const answers = {
        create: () => handlers.create(CREATE, context),
        get: () => handlers.get(ID, context),
        listHistories: () => handlers.listHistories(ID, { limit: 10 }, context),
        getHistory: () => handlers.getHistory(`${ID}#1`, context),
        confirm: () => handlers.confirm({ kind: "history", providerId: `${ID}#1`, record }, context),
        "confirm a link": () => handlers.confirm({ kind: "link", providerId: ID }, context),
        close: () => handlers.close(ID, context),
      } as const;
      const result: Result<unknown, DriverError> = await answers[operation]();
      if (result.isErr()) {
        expectSoundError(result.error);
        return;
      }
      must(failure === undefined, "a success without a reply");
      must(status >= 200 && status <= 299, `a success with HTTP ${status}`);
      successes.set(operation, (successes.get(operation) ?? 0) + 1);
      const answer = result.value as Answer;
      const told = answer.items?.map((each) => each.record) ?? (answer.record ? [answer.record] : []);
      const isPaid = told.some((each) => deriveHistory("xfers", each).isPaid);
      const isUsed = ((answer.link ?? answer).usage?.used ?? 0) > 0;
      if (isPaid || isUsed) paid += 1;
      must(!(isPaid || isUsed) || saysPaid(text), "a payment that the reply does not report");
      if (operation === "close") {
        must(answer.state === "closed", `closed, with the state ${answer.state}`);
        const word = String(statusIn(text)).toLowerCase();
        must(["cancelled", "expired", "failed"].includes(word), "closed, which the reply does not report");
      }
    },
  );
  for (const operation of OPERATIONS) expect(successes.get(operation), operation).toBeGreaterThan(RUNS / 500);
  expect(paid).toBeGreaterThan(RUNS / 100);
});
