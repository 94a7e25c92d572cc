// A hundred thousand webhooks and calls that are damaged, odd or forged: nothing throws, and nothing is taken for a payment that
// was not simulated.
import { createHmac } from "node:crypto";
import { createPaymentLinks, idr } from "@tautan/core";
import type { DriverObservation, DriverWebhookError } from "@tautan/core/driver";
import { createRandom, damage, fuzz, mutate, noise, type Random, SEED } from "@tautan/driver-kit/testing";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import type { Result } from "neverthrow";
import { expect, test } from "vitest";

const WEBHOOKS = 80_000;
const CALLS = 20_000;
const TIMEOUT_MS = 120_000;
const SECRET = "known-to-the-test";

const WORDS = [
  "2026-01-01T00:00:00.000Z",
  "2026-01-01T07:00:00+07:00",
  "link-000001",
  "payment-000002",
  "INV-001",
  "virtual_account",
  "qris",
  "bca",
  "IDR",
  "190000",
  190_000,
  true,
  false,
  { amount: "190000", currency: "IDR" },
  [{ id: "refund-1", amount: { amount: "5", currency: "IDR" }, at: "2026-01-01T00:00:00.000Z" }],
] as const;
const FIELDS = [
  "paidAt",
  "settledAt",
  "reversedAt",
  "failedAt",
  "refunds",
  "amount",
  "id",
  "expired",
  "payment",
  "dispute",
  "events",
  "event",
  "notice",
] as const;

const oddly = (random: Random, text: string): string => {
  if (random.oneIn(8)) return damage(random, text);
  if (random.oneIn(20)) return noise(random);
  const body = JSON.parse(text) as object;
  mutate(random, body, { words: WORDS, fields: FIELDS });
  return JSON.stringify(body);
};

const sign = (text: string, secret: string): string => createHmac("sha256", secret).update(text).digest("hex");

/** Webhooks of all that can happen, as the simulator signs them. */
const genuineWebhooks = async (): Promise<readonly [string, ...string[]]> => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const memory = createMemoryDriver({ clock, webhookSecret: SECRET });
  const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock });
  const { simulate } = memory;
  const bodyOf = async (act: Promise<{ readonly webhook: { readonly body: string } }>) => (await act).webhook.body;
  const create = (reference: string) => links.create({ reference, amount: idr(190_000), usage: { limit: 9 } });
  await create("INV-001");
  await create("INV-002");
  return [
    await bodyOf(simulate.open("INV-001")),
    await bodyOf(simulate.fail("INV-001")),
    await bodyOf(simulate.pay("INV-001")),
    await bodyOf(simulate.settle("INV-001")),
    await bodyOf(simulate.refund("INV-001", { amount: idr(5) })),
    await bodyOf(simulate.pay("INV-002")),
    await bodyOf(simulate.reverse("INV-002")),
    await bodyOf(simulate.dispute("INV-001")),
    (await simulate.payTogether(["INV-001", "INV-002"])).webhook.body,
    await bodyOf(simulate.payElsewhere()),
  ];
};

interface Webhook {
  readonly text: string;
  readonly signature: string | undefined;
}

const driver = createMemoryDriver({ clock: createManualClock("2026-01-01T00:00:00Z"), webhookSecret: SECRET });

const receive = async ({
  text,
  signature,
}: Webhook): Promise<Result<readonly DriverObservation[], DriverWebhookError>> =>
  driver.handlers.parseWebhook(
    {
      target: "/webhooks/memory",
      text,
      bytes: new TextEncoder().encode(text),
      header: (name) => (name === "memory-signature" ? signature : "application/json"),
    },
    { clock: { now: () => 0 } },
  );

const saysPaid = (observations: readonly DriverObservation[]): boolean =>
  observations.some(
    (each) => each.kind === "history" && each.record.attempts.some(({ facts }) => facts.paid !== undefined),
  );

/** By the report's own words: a time of payment. */
const hasPayment = (text: string): boolean => {
  const body = JSON.parse(text) as Report & { readonly events?: unknown };
  // A field that was added by chance may have any value.
  const events = Array.isArray(body.events) ? (body.events as readonly (Report | null)[]) : [];
  return [body, ...events].some((each) => typeof each?.payment?.paidAt === "string");
};

interface Report {
  readonly payment?: { readonly paidAt?: unknown };
}

test(`webhooks: ${WEBHOOKS} runs of what is forged, changed on the way, or signed and odd`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const genuine = await genuineWebhooks();
  const seen = { forged: 0, changed: 0, odd: 0, refused: 0, paid: 0 };
  await fuzz(WEBHOOKS, async (random) => {
    const original = random.pick(genuine);
    const text = random.oneIn(6) ? original : oddly(random, original);
    const signature = sign(original, SECRET);
    switch (random.below(3)) {
      case 0: {
        seen.forged += 1;
        const forged = sign(text, random.pick([`${SECRET}x`, "memory-webhook-secret", "x"]));
        const parsed = await receive({ text, signature: random.pick([forged, damage(random, signature), undefined]) });
        // Damage of a signature may leave it whole: it is then that of the original.
        if (parsed.isOk() && text !== original) throw new Error("a forgery that was believed");
        return;
      }
      case 1: {
        seen.changed += 1;
        if ((await receive({ text, signature })).isOk() && text !== original)
          throw new Error("a change that was believed");
        return;
      }
      default: {
        const parsed = await receive({ text, signature: sign(text, SECRET) });
        if (parsed.isErr()) {
          if (parsed.error.kind !== "malformed_webhook")
            throw new Error(`genuine, and refused: ${parsed.error.message}`);
          seen.refused += 1;
          return;
        }
        seen.odd += 1;
        if (!saysPaid(parsed.value)) return;
        seen.paid += 1;
        if (!hasPayment(text)) throw new Error("paid by nobody");
      }
    }
  });
  // Enough of each kind, or the runs prove nothing.
  expect(Math.min(seen.forged, seen.changed, seen.refused)).toBeGreaterThan(WEBHOOKS / 10);
  expect(seen.odd).toBeGreaterThan(WEBHOOKS / 50);
  expect(seen.paid).toBeGreaterThan(WEBHOOKS / 100);
});

const REQUEST = JSON.stringify({
  reference: "INV-001",
  title: "Concert",
  amount: { amount: "190000", currency: "IDR" },
  items: [{ name: "Seat", quantity: 1, unitPrice: { amount: "190000", currency: "IDR" } }],
  usage: { limit: 3 },
  expiresAt: "2026-01-05T00:00:00Z",
  methods: [{ kind: "virtual_account", channel: "bca" }],
  collect: { email: "required" },
  redirect: { url: "https://shop.example/" },
  metadata: { cart: "c-9" },
});

test(`calls: ${CALLS} runs through every operation, and nobody pays`, { timeout: TIMEOUT_MS }, async () => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const memory = createMemoryDriver({ clock });
  const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock });
  // Somebody is about to pay, and never does.
  for (const reference of ["A", "B", "C"]) {
    await links.create({ reference, amount: idr(190_000), usage: { limit: 9 } });
    await memory.simulate.open(reference);
  }
  const make = (random: Random): object => {
    const request = JSON.parse(REQUEST) as { reference: string };
    request.reference = `INV-${random.below(200)}`;
    if (!random.oneIn(3)) mutate(random, request, { words: WORDS, fields: ["amount", "items", "usage", "methods"] });
    return request;
  };
  const idIn = (random: Random): string =>
    random.pick([
      `memory:link-${String(random.below(30)).padStart(6, "0")}`,
      `memory:payment-${String(random.below(30)).padStart(6, "0")}`,
      noise(random),
      "memory:__proto__",
      "memory:..",
      "other:link-000001",
    ]);
  const cursorIn = (random: Random): string | undefined => (random.oneIn(2) ? undefined : idIn(random));
  const operations = [
    (random: Random) => links.create(make(random) as never),
    (random: Random) => links.update(idIn(random) as never, make(random) as never),
    (random: Random) => links.get(idIn(random) as never),
    (random: Random) => links.find({ reference: `INV-${random.below(300)}` }),
    (random: Random) => links.list({ limit: random.below(5), cursor: cursorIn(random) }),
    (random: Random) => links.close(idIn(random) as never),
    (random: Random) => links.reopen(idIn(random) as never),
    (random: Random) => links.delete(idIn(random) as never),
    (random: Random) => links.listHistories(idIn(random) as never, { cursor: cursorIn(random) }),
    (random: Random) => links.getHistory(idIn(random) as never),
  ] as const;
  const seen = { good: 0, bad: 0 };
  await fuzz(CALLS, async (random) => {
    const result = await (random.pick(operations) as (from: Random) => PromiseLike<Result<unknown, { hint: string }>>)(
      random,
    );
    if (result.isErr()) {
      seen.bad += 1;
      // Core turns what a driver throws into an error that says so.
      if (/fault in the driver/.test(result.error.hint)) throw new Error("the driver threw");
      return;
    }
    seen.good += 1;
    if (JSON.stringify(result.value).includes('"isPaid":true')) throw new Error("paid by nobody");
  });
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(CALLS / 20);
});

test("the same seed gives the same runs, another seed others", () => {
  const run = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 8 }, () => oddly(random, REQUEST));
  };
  expect(run(SEED)).toEqual(run(SEED));
  expect(run(SEED)).not.toEqual(run(SEED + 1));
});
