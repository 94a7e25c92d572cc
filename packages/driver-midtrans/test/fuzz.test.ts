// A hundred thousand replies and notifications, genuine ones with changes and plain nonsense, through the real handlers. The
// seed stands still, so that a failure can be repeated; fast-check shows the smallest one.
import { idr } from "@tautan/core";
import type { CallContext, CreateInput, DriverDelivery, DriverError, DriverObservation } from "@tautan/core/driver";
import { deriveHistory, historyRecord } from "@tautan/core/driver";
import type { HttpFailure, HttpReply } from "@tautan/driver-kit";
import { must } from "@tautan/driver-kit/testing";
import { damage, mutatedBody } from "@tautan/driver-kit/testing/mutations";
import { createMidtransDriver, type MidtransDriver } from "@tautan/driver-midtrans";
import * as fc from "fast-check";
import { err, ok, type Result } from "neverthrow";
import { expect, test } from "vitest";
import { fixture, notification, OPTIONS, SERVER_KEY, signatureOf } from "./support.ts";

const SEED = 20_260_101;
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 6_000);
const TIME_LIMIT_MS = 120_000;

const ORDER_ID = "inv-2026-0042";
const PURCHASE = "inv-2026-0042-1767225600123";
const TRY = "11111111-2222-4333-8444-555555555555";
const SLUG = "k3v9q2m7x1c8w5t4";

const STATUSES = [
  "pending",
  "authorize",
  "capture",
  "settlement",
  "deny",
  "cancel",
  "expire",
  "failure",
  "refund",
  "partial_refund",
  "chargeback",
  "partial_chargeback",
];
const WORDS: readonly unknown[] = [
  ...STATUSES,
  ...STATUSES.map((each) => each.toUpperCase()),
  "accept",
  "challenge",
  "credit_card",
  "echannel",
  "gopay",
  "cstore",
  "indomaret",
  "qris",
  "bank_transfer",
  "200",
  "201",
  "202",
  "404",
  "407",
  "412",
  200,
  404,
  "190000.00",
  190000,
  "150000",
  "1.00",
  "USD",
  ORDER_ID,
  PURCHASE,
  TRY,
  `${ORDER_ID}-1767225600999`,
  "2026-01-01 07:02:30",
  "2026-13-45 99:99:99",
  "FIXED_AMOUNT",
  "DYNAMIC_AMOUNT",
  "days",
  "minutes",
  "2026-01-01 07:00 +0700",
  `key ${SERVER_KEY}`,
];

const fact = (changes: Record<string, unknown>) =>
  notification({ order_id: PURCHASE, custom_field1: ORDER_ID, ...changes });
const TRANSACTIONS = [
  fact({}),
  fact({ transaction_status: "pending", status_code: "201", settlement_time: undefined }),
  fact({ payment_type: "credit_card", transaction_status: "capture", va_numbers: undefined }),
  fact({ transaction_status: "expire", status_code: "407" }),
  { ...fixture("docs/notification-partial-refund"), order_id: PURCHASE, transaction_id: TRY },
  { ...fixture("docs/notification-pending"), order_id: PURCHASE, transaction_id: TRY },
  { ...fixture("docs/status-dana"), transaction_id: TRY },
];
const DETAILS = fixture("from-documents/link-details");
const [SAMPLE] = DETAILS["purchases"] as readonly object[];
const LINKS = STATUSES.map((word) => ({ ...DETAILS, purchases: [{ ...SAMPLE, payment_status: word.toUpperCase() }] }));
const CREATED = { order_id: ORDER_ID, payment_url: `https://app.sandbox.midtrans.com/payment-links/${SLUG}` };
const REPLIES = [
  ...TRANSACTIONS,
  ...LINKS,
  ...Array.from({ length: 10 }, () => CREATED),
  fixture("docs/error-400"),
  fixture("docs/error-401"),
  ...Array.from({ length: 10 }, () => fixture("docs/delete-reply")),
  { status_code: "404", status_message: "Transaction doesn't exist.", id: "x" },
];

const context: CallContext = {
  clock: { now: () => Date.parse("2026-01-01T00:00:00Z") },
  signal: new AbortController().signal,
};
const CREATE: CreateInput<never> = {
  reference: ORDER_ID,
  amount: idr(150_000),
  usage: { limit: 1 },
  expiresAt: "2026-01-04T00:00:00.000Z",
  slug: SLUG,
};

/** A driver whose gateway gives one answer to everything. */
const answering = (reply: Result<HttpReply, HttpFailure>): MidtransDriver["handlers"] =>
  createMidtransDriver({ ...OPTIONS, transport: { send: () => Promise.resolve(reply) } }).handlers;

const objectIn = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};
const lower = (value: unknown): string => (typeof value === "string" ? value.toLowerCase() : "");

/** The documents' rule for money, written here once more: from the words alone, without the driver's tables. */
const statusSaysPaid = (body: Record<string, unknown>): boolean => {
  const word = lower(body["transaction_status"]);
  if (["refund", "partial_refund", "chargeback", "partial_chargeback"].includes(word)) return true;
  const fraud = body["fraud_status"] ?? "";
  const isAccepted = fraud === "" || lower(fraud) === "accept";
  return ["settlement", "capture"].includes(word) && String(body["status_code"]) === "200" && isAccepted;
};
/** Paid once, and not any more. */
const statusSaysTakenBack = (body: Record<string, unknown>): boolean =>
  lower(body["transaction_status"]) === "deny" && lower(body["settlement_time"]) !== "";
const PAID_PURCHASE: ReadonlySet<string> = new Set([
  "settlement",
  "refund",
  "partial_refund",
  "chargeback",
  "partial_chargeback",
]);
const linkSaysPaid = (body: Record<string, unknown>): boolean =>
  Array.isArray(body["purchases"]) &&
  body["purchases"].some((each: unknown) =>
    PAID_PURCHASE.has(lower((each as Record<string, unknown>)?.["payment_status"])),
  );

/** The documents' signature, over whichever way the amount can have been written. */
const isSigned = (text: string): boolean => {
  const body = objectIn(text);
  if (!body) return false;
  const spellings = (name: string): readonly string[] => {
    const value = body[name];
    if (typeof value === "string") return [value];
    if (typeof value !== "number") return [];
    const written = [...text.matchAll(new RegExp(`"${name}"\\s*:\\s*(-?[\\d.eE+-]+)`, "g"))].map(
      (each) => each[1] ?? "",
    );
    return [...written, String(value), value.toFixed(2)];
  };
  return spellings("status_code").some((code) =>
    spellings("gross_amount").some(
      (amount) => signatureOf(String(body["order_id"]), code, amount) === lower(body["signature_key"]),
    ),
  );
};

const hasPaidFact = (observation: DriverObservation): boolean =>
  observation.kind === "history" &&
  observation.record.attempts.some(({ facts }) => "paid" in facts || "settled" in facts);

const expectSoundError = (error: DriverError): void => {
  must(["not_sent", "refused", "unknown"].includes(error.outcome), `the outcome ${error.outcome}`);
  must(error.message !== "" && error.hint !== "", "an error without a message or a hint");
  const shown = JSON.stringify(error);
  must(!shown.includes(SERVER_KEY), "the server key is shown");
  must(shown.length < 10_000, `an error of ${shown.length} characters`);
};

/** Runs a check as often as the case asks, and tells how many of its runs were of use. */
const fuzz = async <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<boolean>): Promise<number> => {
  let useful = 0;
  const property = fc.asyncProperty(arbitrary, async (value) => {
    if (await check(value)) useful += 1;
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  return useful;
};

const SIGNERS = {
  /** Whatever the body now says, signed by somebody who has the key. */
  genuine: (body: Record<string, unknown>) =>
    signatureOf(String(body["order_id"]), String(body["status_code"]), String(body["gross_amount"])),
  unchanged: (body: Record<string, unknown>) => body["signature_key"],
  "of another account": (body: Record<string, unknown>) =>
    signatureOf(
      String(body["order_id"]),
      String(body["status_code"]),
      String(body["gross_amount"]),
      "SB-Mid-server-OTHER",
    ),
  "of no key": (body: Record<string, unknown>) =>
    signatureOf(String(body["order_id"]), String(body["status_code"]), String(body["gross_amount"]), ""),
  nonsense: () => "0".repeat(128),
  none: () => undefined,
} as const;
type Signer = keyof typeof SIGNERS;

const signed = (body: unknown, signer: Signer): unknown =>
  typeof body === "object" && body !== null && !Array.isArray(body)
    ? { ...body, signature_key: SIGNERS[signer](body as Record<string, unknown>) }
    : body;

test(`${RUNS} notifications: none throws, none is taken without a valid signature, none proves a payment by itself`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const { parseWebhook, confirm } = answering(
    // What the gateway knows is the truth: nobody has paid.
    ok({ status: 200, header: () => undefined, text: JSON.stringify(TRANSACTIONS[1]) }),
  );
  const signers = Object.keys(SIGNERS) as Signer[];
  const taken = new Map<Signer, number>();
  let paidClaims = 0;
  await fuzz(
    fc.record({
      body: mutatedBody(TRANSACTIONS, WORDS),
      signer: fc.constantFrom<Signer>("genuine", "genuine", "genuine", ...signers),
      damage,
      type: fc.constantFrom("application/json", "application/json", "application/json", undefined, "text/plain", ""),
    }),
    async ({ body, signer, damage: spoil, type }) => {
      const text = spoil(JSON.stringify(signed(body, signer)) ?? "");
      const delivery: DriverDelivery = {
        target: "/webhooks/midtrans",
        header: (name) => (name === "content-type" ? type : undefined),
        text,
        bytes: new TextEncoder().encode(text),
      };
      const parsed = await parseWebhook(delivery, context);
      if (parsed.isErr()) {
        must(["signature_invalid", "malformed_webhook"].includes(parsed.error.kind), `an error ${parsed.error.kind}`);
        must(!JSON.stringify(parsed.error).includes(SERVER_KEY), "the server key is shown");
        return false;
      }
      must(isSigned(text), "taken without a signature");
      taken.set(signer, (taken.get(signer) ?? 0) + 1);
      for (const observation of parsed.value) {
        must(observation.trust === "partly_signed", `the trust ${observation.trust}`);
        const { order_id, transaction_id } = objectIn(text) ?? {};
        const isPurchase = /.-\d{13}$/.test(String(order_id));
        const isNotice = !isPurchase && order_id === transaction_id;
        const kind = isPurchase ? "history" : isNotice ? "notice" : "unknown";
        must(observation.kind === kind, `expected ${kind}, got ${observation.kind}`);
        if (observation.kind !== "history") continue;
        const history = deriveHistory("midtrans", observation.record);
        if (!hasPaidFact(observation)) continue;
        must(statusSaysPaid(objectIn(text) ?? {}), "a payment that the status does not report");
        paidClaims += 1;
        // The status is not signed: what counts is the gateway's answer.
        const subject = { kind: "history", providerId: history.providerId, record: observation.record } as const;
        const confirmed = await confirm(subject, context);
        must(confirmed.isErr() || !hasPaidFact(confirmed.value), "a payment that the gateway does not know");
      }
      return true;
    },
  );
  // The fuzz is no use where it stops at the door.
  expect(taken.get("genuine")).toBeGreaterThan(RUNS / 10);
  expect(paidClaims).toBeGreaterThan(RUNS / 25);
  for (const signer of ["of another account", "of no key", "nonsense", "none"] as const) {
    expect(taken.get(signer)).toBeUndefined();
  }
});

type Operation = "create" | "get" | "listHistories" | "getHistory" | "confirm" | "close" | "delete";

const FAILURES: readonly HttpFailure[] = [
  { reason: "broken", sent: true, code: "ECONNRESET" },
  { reason: "connect", sent: false },
  { reason: "timeout", sent: true },
  { reason: "too_large", sent: true },
  { reason: "paused", sent: false, retryAfterMs: 1 },
];

test(`${RUNS} replies: none throws, none becomes a payment or a link that its words do not tell`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const told = historyRecord({ providerId: PURCHASE, trust: "partly_signed", attemptId: TRY, facts: { paid: {} } });
  const successes = new Map<Operation, number>();
  let paid = 0;
  await fuzz(
    fc.record({
      operation: fc.constantFrom<Operation>(
        "create",
        "get",
        "listHistories",
        "getHistory",
        "confirm",
        "close",
        "delete",
      ),
      body: mutatedBody(REPLIES, WORDS),
      damage,
      status: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(200, 200, 200, 201) },
        { weight: 1, arbitrary: fc.constantFrom(302, 400, 401, 404, 409, 429, 500, 503, 0, 999) },
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
        get: () => handlers.get(ORDER_ID, context),
        listHistories: () => handlers.listHistories(ORDER_ID, { limit: 10 }, context),
        getHistory: () => handlers.getHistory(PURCHASE, context),
        confirm: () => handlers.confirm({ kind: "history", providerId: PURCHASE, record: told }, context),
        close: () => handlers.close(ORDER_ID, context),
        delete: () => handlers.delete(ORDER_ID, context),
      } as const;
      const result: Result<unknown, DriverError> = await answers[operation]();
      if (result.isErr()) {
        expectSoundError(result.error);
        return false;
      }
      const came = objectIn(text);
      must(failure === undefined, "a success without a reply");
      must(status >= 200 && status <= 299, `a success with HTTP ${status}`);
      must(came !== undefined, "a success without an object");
      successes.set(operation, (successes.get(operation) ?? 0) + 1);
      const value = (result.value ?? {}) as {
        readonly items?: readonly { readonly record: Parameters<typeof deriveHistory>[1] }[];
        readonly record?: Parameters<typeof deriveHistory>[1];
        readonly providerId?: string;
        readonly usage?: { readonly used: number };
      };
      const histories = value.items?.map((each) => each.record) ?? (value.record ? [value.record] : []);
      const saysPaid = linkSaysPaid(came ?? {}) || (!value.items && statusSaysPaid(came ?? {}));
      for (const record of histories) {
        const hasPaid = record.attempts.some(({ facts }) => "paid" in facts);
        if (hasPaid) paid += 1;
        const isTold = saysPaid || (!value.items && statusSaysTakenBack(came ?? {}));
        must(!hasPaid || isTold, "a fact of a payment that the reply does not report");
        must(!deriveHistory("midtrans", record).isPaid || saysPaid, "a payment that the reply does not report");
      }
      if (operation === "create" || operation === "get") {
        must(value.providerId === came?.["order_id"], "the id of another link");
        const counted = Number(came?.["usage"] ?? 0) > 0 || linkSaysPaid(came ?? {});
        must((value.usage?.used ?? 0) === 0 || counted, "a use that the reply does not report");
      }
      return true;
    },
  );
  for (const operation of ["create", "get", "listHistories", "getHistory", "confirm", "close", "delete"] as const) {
    expect(successes.get(operation), operation).toBeGreaterThan(RUNS / 500);
  }
  expect(paid).toBeGreaterThan(RUNS / 100);
});
