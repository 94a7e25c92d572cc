// A shop on the ledger whose gateway is the simulator of Stripe, with faults: whatever is lost, doubled or late on the way, its handlers
// are called once for each fact, in order. A seed decides the whole story.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPaymentLinks, money, type PaymentLink } from "@tautan/core";
import { createTransport } from "@tautan/driver-kit";
import { createStripeDriver } from "@tautan/driver-stripe";
import { createLedger, type Ledger, type LedgerEvent, type SqliteTransaction, sqlite } from "@tautan/ledger";
import { createSandbox, type FaultName, type FaultSetting, type Payment, type Sandbox } from "@tautan/sandbox";
import { createDice, type Dice } from "./dice.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = "2026-03-02T03:00:00Z";

/** The faults of a run, with how often each strikes. */
const FAULTS: Readonly<Partial<Record<FaultName, number>>> = {
  duplicate_webhook: 0.2,
  reorder_webhooks: 0.2,
  delay_webhook: 0.15,
  drop_webhook: 0.15,
  truncate_webhook: 0.05,
  wrong_key: 0.05,
  rolled_key: 0.3,
  stale_timestamp: 0.1,
  reset_before_commit: 0.05,
  reset_after_commit: 0.05,
  rate_limit: 0.05,
  server_error: 0.05,
  server_error_after_commit: 0.05,
  html_body: 0.03,
  html_body_after_commit: 0.05,
};

/** What was played, and what of it was not as it should be. */
export interface Played {
  readonly steps: readonly string[];
  readonly problems: readonly string[];
  /** How often each fault has struck, and how many events of each type were handled. */
  readonly counts: Readonly<Record<string, number>>;
}

interface World {
  readonly dice: Dice;
  readonly sandbox: Sandbox<"stripe">;
  readonly ledger: Ledger<SqliteTransaction, undefined>;
  readonly links: PaymentLink[];
  /** The events whose handling was committed, in order. */
  readonly handled: LedgerEvent[];
  readonly drain: () => Promise<void>;
}

/** `atEnd` is called before the sandbox closes. */
export const playStripe = async (
  seed: number,
  {
    count = 40,
    atEnd,
  }: { readonly count?: number; readonly atEnd?: (sandbox: Sandbox<"stripe">) => Promise<void> } = {},
): Promise<Played> => {
  const dice = createDice(seed);
  const sandbox = await createSandbox({ gateways: ["stripe"], seed: `ledger ${seed}`, clock: { frozenAt: START } });
  const { secretKey, webhookSecret } = sandbox.stripe.credentials;
  const stripe = createStripeDriver({
    environment: "sandbox",
    baseUrl: sandbox.stripe.url,
    secretKey,
    webhookSecrets: [webhookSecret],
    transport: createTransport({ retryDelayMs: 0, maxWaitMs: 0 }),
  });
  const links = createPaymentLinks({ default: "stripe", gateways: { stripe }, clock: sandbox.clock });
  const ledger = createLedger({ links, database: sqlite(":memory:"), clock: sandbox.clock });
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { url = "/", headers } = request;
      const answer = await ledger.ingest("stripe", { method: "POST", url, headers, body: Buffer.concat(chunks) });
      const { status, headers: sent, body } = (answer.isOk() ? answer.value : answer.error).acknowledgement;
      response.writeHead(status, sent).end(body);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  sandbox.setWebhookUrl("stripe", `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`);

  const handled: LedgerEvent[] = [];
  const drain = async (): Promise<void> => {
    const drained = await ledger.drain(
      (event) => {
        // Undone, and called again later.
        if (dice.isLess(0.1)) throw new Error("the shop is busy");
        handled.push(event);
      },
      { onError: () => undefined },
    );
    if (drained.isErr()) throw new Error(drained.error.message);
  };
  const world: World = { dice, sandbox, ledger, links: [], handled, drain };
  const steps: string[] = [];
  try {
    await createAll(world);
    setFaults(sandbox);
    for (let step = 0; step < count; step += 1) steps.push(await playStep(world, step));
    const triggered = countFaults(sandbox);
    sandbox.chaos.clear();
    await settle(world);
    return { steps, problems: await problemsOf(world), counts: { ...triggered, ...countTypes(handled) } };
  } finally {
    await atEnd?.(sandbox);
    await ledger.end();
    await sandbox.close();
    server.closeAllConnections();
    server.close();
  }
};

const setFaults = (sandbox: Sandbox<"stripe">): void => {
  for (const [fault, probability] of Object.entries(FAULTS)) {
    // The driver waits for as long as it is told, by the machine's clock.
    const more = fault === "rate_limit" ? { retryAfterSeconds: 0 } : {};
    sandbox.chaos.set("stripe", fault as FaultName, { probability, ...more } as FaultSetting);
  }
};

const createAll = async (world: World): Promise<void> => {
  for (let index = 0; index < 2; index += 1) await create(world, `FIRST-${index}`);
};

/** As a shop does: the same request again, until it knows the link or that there is none. */
const create = async ({ ledger, links, dice }: World, reference: string): Promise<string> => {
  const request = {
    reference,
    title: "Concert",
    amount: money("19.99", "EUR"),
    expiresAt: "never",
    usage: { limit: dice.upTo(3) },
  } as const;
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    const created = await ledger.create(request);
    if (created.isErr()) continue;
    links.push(created.value);
    return `create ${reference}`;
  }
  return `create ${reference}: not known`;
};

const METHODS = ["card", "card", "card", "sepa_debit", "ideal"] as const;

const playStep = async (world: World, step: number): Promise<string> => {
  const { dice, sandbox, ledger } = world;
  const link = dice.oneOf(world.links);
  const named = (what: string): string => `${step}: ${what} ${link?.reference}`;
  const action = dice.oneOf([
    "create",
    "visit",
    "pay",
    "pay",
    "pay",
    "open",
    "fail",
    "refund",
    "refund part",
    "fail refund",
    "dispute",
    "win",
    "lose",
    "advance",
    "advance",
    "advance a day",
    "drain",
    "drain",
    "reconcile",
    "confirm",
    "close",
    "reopen",
  ] as const);
  if (action === "create") return `${step}: ${await create(world, `INV-${step}`)}`;
  if (link === undefined) return `${step}: nothing`;
  const { url, id } = link;
  const method = dice.oneOf(METHODS);
  const refused = (error: unknown): undefined => {
    if (!(error instanceof Error) || error.name !== "RefusedAction") throw error;
  };
  const act = async (perform: Promise<unknown>): Promise<string> => {
    await perform.catch(refused);
    return named(`${action} ${method}`);
  };
  switch (action) {
    case "visit":
      await fetch(url);
      return named(action);
    case "pay":
      return act(sandbox.pay(url, dice.isLess(0.5) ? {} : { method }));
    case "open":
      return act(sandbox.open(url, { method }));
    case "fail":
      return act(sandbox.fail(url));
    case "refund":
      return act(sandbox.refund(url));
    case "refund part":
      return act(sandbox.refund(url, { amount: 100 * dice.upTo(5) }));
    case "fail refund":
      return act(sandbox.failRefund(url));
    case "dispute":
      return act(sandbox.chargeback(url));
    case "win":
      return act(sandbox.winDispute(url));
    case "lose":
      return act(sandbox.loseDispute(url));
    case "advance":
      await sandbox.advance(dice.upTo(90) * MINUTE_MS);
      return named(action);
    case "advance a day":
      await sandbox.advance(DAY_MS);
      return named(action);
    case "drain":
      await world.drain();
      return named(action);
    case "reconcile":
      await ledger.reconcile();
      return named(action);
    case "confirm":
      await ledger.confirm(id);
      return named(action);
    case "close":
      await ledger.close(id);
      return named(action);
    case "reopen":
      await ledger.reopen(id);
      return named(action);
  }
};

/** Everything that is under way ends: webhooks are sent again, and what never comes is asked for. */
const settle = async ({ sandbox, ledger, drain, links }: World): Promise<void> => {
  await sandbox.idle();
  for (let hours = 0; hours < 96; hours += 6) {
    await sandbox.advance(6 * HOUR_MS);
    await ledger.reconcile();
    await drain();
  }
  for (const { id } of links) {
    const confirmed = await ledger.confirm(id);
    if (confirmed.isErr()) throw new Error(`confirm: ${confirmed.error.message}`);
  }
  // Handlers that threw are called again later.
  for (let round = 0; round < 12; round += 1) {
    await sandbox.advance(HOUR_MS);
    await drain();
  }
};

const countFaults = (sandbox: Sandbox<"stripe">): Record<string, number> =>
  Object.fromEntries(
    sandbox.chaos.faults().flatMap(({ name, triggered }) => (triggered.stripe ? [[name, triggered.stripe]] : [])),
  );

const countTypes = (events: readonly LedgerEvent[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/** Stripe's own list of objects. */
const listAt = async ({ stripe }: Sandbox<"stripe">, path: string): Promise<readonly Record<string, unknown>[]> => {
  const response = await fetch(`${stripe.url}/v1/${path}${path.includes("?") ? "&" : "?"}limit=100`, {
    headers: { Authorization: `Bearer ${stripe.credentials.secretKey}` },
  });
  return ((await response.json()) as { readonly data: readonly Record<string, unknown>[] }).data;
};

const PAID_WORDS = new Set(["paid", "partially_refunded", "refunded", "disputed", "lost"]);
const TAKEN_BACK = new Set(["refunded", "disputed", "lost"]);
const DELIVERIES = ["paid", "excess", "late", "mismatched"];
/** Of one refund or dispute, the first must not come after the second. */
const ORDER = [
  ["refunded", "refund_failed"],
  ["disputed", "dispute_closed"],
] as const;
/** These come after `paid`, unless the payment was taken back before it was reported. */
const AFTER_PAID = new Set(["refunded", "disputed"]);
/** These make a payment that was taken back a paid one, and may be learnt with it. */
const GIVEN_BACK = new Set(["refund_failed", "dispute_closed"]);

/** The ledger's account beside Stripe's. */
const problemsOf = async ({ sandbox, ledger, handled, links }: World): Promise<readonly string[]> => {
  const problems: string[] = [];
  const waiting = [
    ...(await ledger.events.list({ state: "waiting" }))._unsafeUnwrap().items,
    ...(await ledger.events.list({ state: "dead" }))._unsafeUnwrap().items,
  ];
  for (const { id, state, error = "" } of waiting) problems.push(`${id} is ${state}: ${error}`);
  const ids = handled.map(({ id }) => id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`${id} was handled twice`);
  const references = sandbox.links.map(({ reference }) => reference);
  for (const reference of new Set(references)) {
    if (references.indexOf(reference) !== references.lastIndexOf(reference))
      problems.push(`${reference} has two links`);
  }
  for (const link of links) {
    const known = sandbox.links.find((one) => one.link === link.url);
    for (const payment of known?.payments ?? []) problems.push(...(await problemsWith(sandbox, payment, handled)));
  }
  return problems;
};

const problemsWith = async (
  sandbox: Sandbox<"stripe">,
  payment: Payment,
  handled: readonly LedgerEvent[],
): Promise<readonly string[]> => {
  const { id, status, transactionId = "" } = payment;
  const events = handled.filter(({ history }) => history?.id === `stripe:${id}`);
  const types = events.map(({ type }) => type);
  const count = (...wanted: readonly string[]): number => types.filter((type) => wanted.includes(type)).length;
  const problems: string[] = [];
  const expectCount = (expected: number, ...wanted: readonly string[]): void => {
    const got = count(...wanted);
    if (got !== expected)
      problems.push(`${id}, ${status}: expected ${expected} ${wanted.join(" or ")}, got ${got} in ${types.join(", ")}`);
  };
  // What was taken back before the ledger heard of it was never one to deliver on.
  const isTakenBack = TAKEN_BACK.has(status) && count(...DELIVERIES) === 0;
  expectCount(PAID_WORDS.has(status) && !isTakenBack ? 1 : 0, ...DELIVERIES);
  if (transactionId !== "") {
    const refunds = await listAt(sandbox, `refunds?payment_intent=${transactionId}`);
    const failed = refunds.filter((refund) => refund["status"] === "failed");
    // One that has failed before the ledger heard of it was never reported as made.
    const made = count("refunded");
    if (made > refunds.length || made < refunds.length - failed.length) {
      problems.push(`${id}: expected ${refunds.length} refunded, got ${made} in ${types.join(", ")}`);
    }
    expectCount(failed.length, "refund_failed");
    const disputes = await listAt(sandbox, `disputes?payment_intent=${transactionId}`);
    const closed = disputes.filter((dispute) => dispute["status"] === "won" || dispute["status"] === "lost");
    expectCount(closed.length, "dispute_closed");
    if (count("disputed") > disputes.length || count("disputed") < disputes.length - closed.length) {
      problems.push(`${id}: expected ${disputes.length} disputed, got ${types.join(", ")}`);
    }
  }
  const delivered = types.findIndex((type) => DELIVERIES.includes(type));
  const before = types.slice(0, Math.max(0, delivered));
  if (before.some((type) => AFTER_PAID.has(type)) && !types.some((type) => GIVEN_BACK.has(type))) {
    problems.push(`${id}: ${types[delivered]} came after ${before.join(", ")}`);
  }
  // The id of an event has that of its refund or dispute.
  const subjectOf = (eventId: string): string => eventId.split(/[#:/ ]/).at(-1) ?? "";
  for (const [first, second] of ORDER) {
    for (const [place, { id: eventId, type }] of events.entries()) {
      const isLater = events.slice(place).some((one) => one.type === first && subjectOf(one.id) === subjectOf(eventId));
      if (type === second && isLater) problems.push(`${eventId} came before its ${first}`);
    }
  }
  return problems;
};
