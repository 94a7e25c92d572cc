import { type Money, money, type PaymentLink, type PaymentMethod } from "@tautan/core";
import {
  compareDecimals,
  describeMethod,
  epochMsOf,
  instantAt,
  splitId,
  statusAcceptsPayments,
  sumMoney,
} from "@tautan/core/driver";
import { loadDigests } from "@tautan/driver-kit/calls";
import { OFFERED_METHODS } from "./capabilities.ts";
import { reportOf } from "./mapping.ts";
import type { CheckedOptions } from "./options.ts";
import { type Attempt, isOpen, isPaid, type MemoryStore, now, type StoredLink, statusOf } from "./store.ts";
import { SIGNATURE_HEADER } from "./webhook.ts";

/** A link by what a test has at hand: the link itself, its id, or its reference. */
export type LinkName = PaymentLink | string;

export interface AttemptChoice {
  /** The attempt, by its id. Default: the latest that fits, else a new one. */
  readonly attempt?: string;
  /** How a new attempt is paid. Default: the first method the link offers. */
  readonly method?: Pick<PaymentMethod, "kind" | "channel">;
  /** What is paid, for a link with an open amount or a payer who pays the wrong one. Default: the link's amount. */
  readonly amount?: Money;
}

/** What a simulated act led to. */
export interface Simulated {
  /** The attempt's id, as `history.providerId` has it. */
  readonly attempt: string;
  /** The webhook that tells of it, signed: pass it to `parseWebhook`, as often and in whatever order you like. */
  readonly webhook: SimulatedWebhook;
}

/** A webhook's parts; fits `WebhookRequest`, and `fetch(url, webhook)`. */
export interface SimulatedWebhook {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Plays the payer and the bank. What makes no sense rejects with an `Error` that says why. */
export interface Simulator {
  /** A payer chooses a method: an attempt opens. */
  open(link: LinkName, choice?: AttemptChoice): Promise<Simulated>;
  /** A payer pays. An attempt that is open already can be paid late, however long the link has been closed. */
  pay(link: LinkName, choice?: AttemptChoice): Promise<Simulated>;
  /** A payment is declined. */
  fail(link: LinkName, choice?: AttemptChoice): Promise<Simulated>;
  /** The money of a payment arrives. */
  settle(link: LinkName, choice?: Pick<AttemptChoice, "attempt">): Promise<Simulated>;
  /** A payment is given back, in full or in part. */
  refund(link: LinkName, choice?: Pick<AttemptChoice, "attempt" | "amount">): Promise<Simulated>;
  /** The bank takes a payment back. */
  reverse(link: LinkName, choice?: Pick<AttemptChoice, "attempt">): Promise<Simulated>;
}

export const createSimulator = (store: MemoryStore, options: CheckedOptions): Simulator => {
  const { clock, webhookSecret, attemptExpiryMs } = options;

  const openAttempt = (link: StoredLink, { method, amount }: AttemptChoice): Attempt => {
    const status = statusOf(link, clock.now());
    if (!statusAcceptsPayments(status)) throw refusal(link, `takes no new payer: it is ${status}`);
    const offered = link.mutable.methods ?? OFFERED_METHODS;
    const chosen = method
      ? offered.find((each) => each.kind === method.kind && each.channel === method.channel)
      : offered[0];
    if (!chosen) throw refusal(link, `does not offer ${method ? describeMethod(method) : "any method"}`);
    const openedAt = now(clock);
    const expiresAt = instantAt(epochMsOf(openedAt) + attemptExpiryMs);
    return {
      id: store.nextId("attempt"),
      method: chosen,
      amount: amount ?? amountOf(link),
      openedAt,
      expiresAt,
      refunds: [],
    };
  };

  const save = async (link: StoredLink, attempt: Attempt): Promise<Simulated> => {
    const isNew = !link.attempts.some((each) => each.id === attempt.id);
    const attempts = isNew
      ? [...link.attempts, attempt]
      : link.attempts.map((each) => (each.id === attempt.id ? attempt : each));
    const saved = store.put({ ...link, attempts, updatedAt: now(clock) });
    const body = JSON.stringify(reportOf(saved, attempt, clock.now()));
    const signature = (await loadDigests()).hmacSha256Hex(webhookSecret, body);
    const headers = { "content-type": "application/json", [SIGNATURE_HEADER]: signature };
    return { attempt: attempt.id, webhook: { method: "POST", url: "/webhooks/memory", headers, body } };
  };

  /** The attempt named, or the latest that fits. */
  const choose = (
    link: StoredLink,
    id: string | undefined,
    fits: (attempt: Attempt) => boolean,
    wanted: string,
  ): Attempt => {
    const named = link.attempts.find((attempt) => attempt.id === id);
    const attempt = id === undefined ? link.attempts.findLast(fits) : named && fits(named) ? named : undefined;
    if (!attempt) throw refusal(link, `has no ${wanted} attempt${id === undefined ? "" : ` ${id}`}`);
    return attempt;
  };

  const toPay = (link: StoredLink, choice: AttemptChoice): Attempt => {
    if (choice.attempt !== undefined)
      return choose(link, choice.attempt, (each) => each.paidAt === undefined, "unpaid");
    return link.attempts.findLast((each) => isOpen(each, clock.now())) ?? openAttempt(link, choice);
  };

  return {
    open: async (name, choice = {}) => {
      const link = findLink(store, name);
      return save(link, openAttempt(link, choice));
    },
    pay: async (name, choice = {}) => {
      const link = findLink(store, name);
      const attempt = toPay(link, choice);
      return save(link, { ...attempt, ...(choice.amount && { amount: choice.amount }), paidAt: now(clock) });
    },
    fail: async (name, choice = {}) => {
      const link = findLink(store, name);
      return save(link, { ...toPay(link, choice), failedAt: now(clock) });
    },
    settle: async (name, { attempt } = {}) => {
      const link = findLink(store, name);
      const paid = choose(link, attempt, (each) => isPaid(each) && each.settledAt === undefined, "paid and unsettled");
      return save(link, { ...paid, settledAt: now(clock) });
    },
    refund: async (name, { attempt, amount } = {}) => {
      const link = findLink(store, name);
      const paid = choose(link, attempt, isPaid, "paid");
      const back = amount ?? paid.amount;
      const total = sumMoney([...paid.refunds.map((each) => each.amount), back]);
      if (back.currency !== paid.amount.currency || !total || compareDecimals(total.amount, paid.amount.amount) > 0) {
        throw refusal(link, `was paid ${paid.amount.amount} ${paid.amount.currency}; refunds cannot come to more`);
      }
      const refund = { id: store.nextId("refund"), amount: back, at: now(clock) };
      return save(link, { ...paid, refunds: [...paid.refunds, refund] });
    },
    reverse: async (name, { attempt } = {}) => {
      const link = findLink(store, name);
      return save(link, { ...choose(link, attempt, isPaid, "paid"), reversedAt: now(clock) });
    },
  };
};

const findLink = (store: MemoryStore, name: LinkName): StoredLink => {
  const text = typeof name === "string" ? name : name.id;
  const link = store.get(splitId(text)?.providerId ?? text) ?? store.findByReference(text);
  if (!link)
    throw new Error(`simulate: expected a link, its id or its reference; there is none for ${JSON.stringify(text)}`);
  return link;
};

const amountOf = ({ input: { amount } }: StoredLink): Money => {
  if (!("open" in amount)) return amount;
  const { preset, min, currency } = amount.open;
  const decimal = preset ?? min;
  if (decimal === undefined) throw new Error("simulate: the payer chooses this link's amount: pass { amount }");
  return money(decimal, currency);
};

const refusal = (link: StoredLink, message: string): Error =>
  new Error(`simulate: link ${link.input.reference} ${message}`);
