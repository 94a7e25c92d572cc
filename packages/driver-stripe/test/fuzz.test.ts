// Replies and events, genuine ones with changes and plain nonsense, through the real handlers. The seed is fixed, so that a failure can
// be repeated; fast-check shows the smallest one.
import type { HistoryRecord } from "@tautan/core";
import type { CallContext, DriverDelivery } from "@tautan/core/driver";
import { must } from "@tautan/driver-kit/testing";
import { mutatedBody } from "@tautan/driver-kit/testing/mutations";
import { createStripeDriver } from "@tautan/driver-stripe";
import * as fc from "fast-check";
import { ok } from "neverthrow";
import { expect, test } from "vitest";
import {
  charge,
  dispute,
  event,
  intent,
  KEY,
  LINK_ID,
  link,
  list,
  NOW,
  plainSession,
  refund,
  SECRET,
  SESSION_ID,
  session,
  signatureOf,
} from "./support.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 1_500);
const SEED = 20_260_815;

const WORDS: readonly unknown[] = [
  ["open", "complete", "expired", "paid", "unpaid", "no_payment_required", "payment", "subscription", "setup"],
  ["requires_payment_method", "requires_action", "processing", "requires_capture", "succeeded", "canceled"],
  ["pending", "failed", "needs_response", "lost", "won", "usd", "idr", "kwd", "USD", "1050", 1050, 0, 105_000],
  [LINK_ID, SESSION_ID, "plink_", "pi_3Other", "../refunds", `key ${KEY}`, { id: "plink_1Other" }],
].flat();

const OPEN = { status: "open", payment_status: "unpaid" } as const;
const SESSIONS = [
  session(),
  session({ ...OPEN, payment_intent: intent({ status: "requires_payment_method", last_payment_error: {} }) }),
  session({ payment_status: "unpaid", payment_intent: intent({ status: "processing" }) }),
  session({ payment_intent: intent({ latest_charge: charge({ refunds: list([refund()]), disputed: true }) }) }),
];

const context: CallContext = { clock: { now: () => NOW }, signal: new AbortController().signal };

/** A driver whose gateway gives one answer to everything. */
const answering = (status: number, text: string) =>
  createStripeDriver({
    environment: "sandbox",
    secretKey: KEY,
    webhookSecrets: [SECRET],
    transport: { send: async () => ok({ status, text, header: () => undefined }) },
  }).handlers;

type Json = Record<string, unknown>;
const objectIn = (value: unknown, name: string): Json => ((value as Json | null | undefined)?.[name] ?? {}) as Json;

const isPaid = ({ attempts }: HistoryRecord): boolean =>
  attempts.some(({ facts }) => facts.paid !== undefined || facts.settled !== undefined);

/** The documents' rule for money, written here once more: the session is complete and not unpaid, or its payment has succeeded. */
const wordsArePaid = (body: unknown): boolean => {
  const { status, payment_status, payment_intent } = body as Json;
  const isSettled = status === "complete" && (payment_status === "paid" || payment_status === "no_payment_required");
  return isSettled || objectIn({ payment_intent }, "payment_intent")["status"] === "succeeded";
};

/** Runs a check, and returns how many of its runs were of use. */
const fuzz = async (bodies: readonly object[], check: (body: unknown) => Promise<boolean>): Promise<number> => {
  let useful = 0;
  const property = fc.asyncProperty(mutatedBody(bodies, WORDS), async (body) => {
    if (await check(body)) useful += 1;
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  return useful;
};

const expectSoundError = (error: { readonly message: string; readonly hint: string }): void => {
  const shown = JSON.stringify(error);
  must(error.message !== "" && error.hint !== "", "an error without a message or a hint");
  must(!shown.includes(KEY) && !shown.includes(SECRET), "a key is shown");
};

test(`${RUNS} sessions: none throws, and none is paid that the documents do not call paid`, {
  timeout: 60_000,
}, async () => {
  const useful = await fuzz(SESSIONS, async (body) => {
    const read = await answering(200, JSON.stringify(body)).getHistory(SESSION_ID, context);
    if (read.isErr()) expectSoundError(read.error);
    else if (isPaid(read.value.record)) must(wordsArePaid(body), "a payment that no word reports");
    return read.isOk();
  });
  expect(useful).toBeGreaterThan(RUNS / 4);
});

test(`${RUNS} links and refusals: none throws, and none shows a key`, { timeout: 60_000 }, async () => {
  const refusal = { error: { type: "invalid_request_error", code: "resource_missing", message: `with ${KEY}` } };
  const useful = await fuzz([link(), link({ active: false }), refusal], async (body) => {
    for (const status of [200, 400]) {
      const handlers = answering(status, JSON.stringify(body));
      const read = await handlers.get(LINK_ID, context);
      if (read.isErr()) expectSoundError(read.error);
      else must(read.value.url !== "", "a link without an address");
      if (status === 200 && read.isOk()) return true;
    }
    return false;
  });
  expect(useful).toBeGreaterThan(RUNS / 4);
});

test(`${RUNS} events: none throws, and none is a payment without its signature and its words`, {
  timeout: 60_000,
}, async () => {
  const handlers = answering(500, "");
  const events = [
    ...SESSIONS.map((each) => event("checkout.session.completed", { ...each, payment_intent: "pi_3DemoIntent" })),
    event("checkout.session.async_payment_succeeded", plainSession()),
    event("payment_intent.payment_failed", intent()),
    event("charge.refunded", charge()),
    event("charge.dispute.created", dispute()),
    event("payment_link.updated", link()),
  ];
  const useful = await fuzz(events, async (body) => {
    const text = JSON.stringify(body);
    const bytes = new TextEncoder().encode(text);
    const deliver = (signature: string): DriverDelivery => ({
      target: "/",
      header: (name) => (name === "stripe-signature" ? signature : undefined),
      text,
      bytes,
    });
    const forged = await handlers.parseWebhook(deliver(signatureOf(text, "whsec_other")), context);
    must(forged.isErr(), "a forged event is taken");
    const parsed = await handlers.parseWebhook(deliver(signatureOf(text)), context);
    if (parsed.isErr()) {
      expectSoundError(parsed.error);
      return false;
    }
    for (const each of parsed.value) {
      if (each.kind !== "history" || !isPaid(each.record)) continue;
      must(wordsArePaid(objectIn(objectIn(body, "data"), "object")), "a payment that no word reports");
    }
    return parsed.value.some(({ kind }) => kind !== "unknown");
  });
  expect(useful).toBeGreaterThan(RUNS / 4);
});
