import { type Money, money, type PaymentLink, type PaymentMethod, parseMoney } from "@tautan/core";
import {
  compareDecimals,
  coversMethod,
  describeMethod,
  epochMsOf,
  instantAt,
  splitId,
  statusAcceptsPayments,
  sumMoney,
} from "@tautan/core/driver";
import { loadDigests } from "@tautan/driver-kit/http";
import { OFFERED_METHODS } from "./capabilities.ts";
import type { CheckedOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { type Attempt, isOpen, isPaid, type MemoryStore, now, type StoredLink, statusOf } from "./store.ts";
import { SIGNATURE_HEADER } from "./webhook.ts";

/** A link, its id, or its reference. */
export type LinkName = PaymentLink | string;

export interface AttemptChoice {
  /** The id of the payment. Default: the latest that matches, otherwise a new one. */
  readonly attempt?: string;
  /** The method; without a channel, any of the kind. Default: the method of the payment, or the first that the link offers. */
  readonly method?: Pick<PaymentMethod, "kind" | "channel">;
  /** The paid amount, for an open amount or to simulate a wrong amount. Default: the link's amount. */
  readonly amount?: Money;
}

/** The result of a simulated action. */
export interface Simulated {
  /** The id of the payment, as in `history.providerId`. */
  readonly attempt: string;
  /** The signed webhook of the event. Pass it to `parseWebhook`, in any order and any number of times. */
  readonly webhook: SimulatedWebhook;
}

/** The parts of a webhook, for `WebhookRequest` and `fetch(url, webhook)`. */
export interface SimulatedWebhook {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Simulates the payer and the bank. Impossible actions reject with an `Error` that says why. */
export interface Simulator {
  /** A payer chooses a method: a payment opens. */
  open(link: LinkName, choice?: Omit<AttemptChoice, "attempt">): Promise<Simulated>;
  /**
   * A payer pays. An open payment can be paid long after the link was closed. A payment that is named by its id can be paid even
   * after it failed or expired.
   */
  pay(link: LinkName, choice?: AttemptChoice): Promise<Simulated>;
  /** A payment is declined: an open one, otherwise a new one. */
  fail(link: LinkName, choice?: AttemptChoice): Promise<Simulated>;
  /** The money of a payment arrives. */
  settle(link: LinkName, choice?: Pick<AttemptChoice, "attempt">): Promise<Simulated>;
  /** A payment is refunded: `amount` of it, or the rest. */
  refund(link: LinkName, choice?: Pick<AttemptChoice, "attempt" | "amount">): Promise<Simulated>;
  /** The bank takes a payment back. */
  reverse(link: LinkName, choice?: Pick<AttemptChoice, "attempt">): Promise<Simulated>;
}

export const createSimulator = (store: MemoryStore, options: CheckedOptions): Simulator => {
  const { clock, webhookSecret, attemptExpiryMs } = options;

  const openAttempt = (link: StoredLink, { method, amount }: Omit<AttemptChoice, "attempt">): Attempt => {
    const status = statusOf(link, clock.now());
    if (!statusAcceptsPayments(status)) throw refusal(link, `takes no new payer: it is ${status}`);
    const offered = link.mutable.methods ?? OFFERED_METHODS;
    const chosen = method ? offered.find((each) => coversMethod(method, each)) : offered[0];
    if (!chosen) throw refusal(link, `does not offer ${method ? describeMethod(method) : "any method"}`);
    const openedAt = now(clock);
    const expiresAt = instantAt(epochMsOf(openedAt) + attemptExpiryMs);
    return {
      id: store.nextId("attempt"),
      method: chosen,
      amount: amount === undefined ? amountOf(link) : moneyAboveZero(amount),
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
    if (!attempt) throw refusal(link, `has no ${wanted}${id === undefined ? "" : ` ${id}`}`);
    return attempt;
  };

  /** The attempt named, the latest open one that is paid as chosen, or a new one. */
  const toPay = (
    link: StoredLink,
    choice: AttemptChoice,
    fits: (attempt: Attempt) => boolean,
    wanted: string,
  ): Attempt => {
    const { attempt, method } = choice;
    const isAsChosen = (each: Attempt): boolean => method === undefined || coversMethod(method, each.method);
    if (attempt !== undefined) {
      const how = method === undefined ? "" : ` by ${describeMethod(method)}`;
      return choose(link, attempt, (each) => fits(each) && isAsChosen(each), `${wanted}${how}`);
    }
    const open = link.attempts.findLast((each) => isOpen(each, clock.now()) && isAsChosen(each));
    return open ?? openAttempt(link, choice);
  };

  return {
    open: async (name, choice = {}) => {
      const link = findLink(store, name);
      return save(link, openAttempt(link, choice));
    },
    pay: async (name, choice = {}) => {
      const link = findLink(store, name);
      const attempt = toPay(link, choice, (each) => each.paidAt === undefined, "unpaid attempt");
      const amount = choice.amount === undefined ? attempt.amount : moneyAboveZero(choice.amount);
      return save(link, { ...attempt, amount, paidAt: now(clock) });
    },
    fail: async (name, choice = {}) => {
      const link = findLink(store, name);
      const attempt = toPay(link, choice, (each) => isOpen(each, clock.now()), "open attempt");
      return save(link, { ...attempt, failedAt: now(clock) });
    },
    settle: async (name, { attempt } = {}) => {
      const link = findLink(store, name);
      const isUnsettled = (each: Attempt): boolean => isPaid(each) && each.settledAt === undefined;
      const paid = choose(link, attempt, isUnsettled, "paid and unsettled attempt");
      return save(link, { ...paid, settledAt: now(clock) });
    },
    refund: async (name, { attempt, amount } = {}) => {
      const link = findLink(store, name);
      const hasRest = (each: Attempt): boolean => isPaid(each) && compareDecimals(restOf(each).amount, "0") > 0;
      const paid = choose(link, attempt, hasRest, "paid attempt with anything left to refund");
      const rest = restOf(paid);
      const back = amount === undefined ? rest : moneyAboveZero(amount);
      if (back.currency !== rest.currency || compareDecimals(back.amount, rest.amount) > 0) {
        throw refusal(link, `has ${rest.amount} ${rest.currency} left to refund; refunds cannot come to more`);
      }
      const refund = { id: store.nextId("refund"), amount: back, at: now(clock) };
      return save(link, { ...paid, refunds: [...paid.refunds, refund] });
    },
    reverse: async (name, { attempt } = {}) => {
      const link = findLink(store, name);
      return save(link, { ...choose(link, attempt, isPaid, "paid attempt"), reversedAt: now(clock) });
    },
  };
};

const findLink = (store: MemoryStore, name: LinkName): StoredLink => {
  const text = typeof name === "string" ? name : (name as PaymentLink | undefined)?.id;
  const link =
    typeof text === "string"
      ? (store.get(splitId(text)?.providerId ?? text) ?? store.findBy("reference", text))
      : undefined;
  if (link) return link;
  throw new Error(`simulate: expected a link, its id or its reference; there is none for ${JSON.stringify(text)}`);
};

/** What of a payment was not given back yet. */
const restOf = ({ amount, refunds }: Attempt): Money =>
  sumMoney([amount, ...refunds.map((each) => ({ ...each.amount, amount: `-${each.amount.amount}` }))]) ?? amount;

const moneyAboveZero = (amount: Money): Money => {
  const parsed = parseMoney(amount);
  if (parsed && compareDecimals(parsed.amount, "0") > 0) return parsed;
  throw new Error("simulate: amount: expected money above 0, such as idr(190_000)");
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
