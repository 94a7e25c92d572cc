import { isSupported, type Money, money, type PaymentLink, type PaymentMethod, parseMoney } from "@tautan/core";
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
import { OFFERED_METHODS } from "./capabilities.ts";
import type { Deliveries, SimulatedWebhook } from "./deliveries.ts";
import type { FailingOperation, Failures, MemoryFailure } from "./failures.ts";
import type { CheckedOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { isOpen, isPaid, type MemoryStore, now, type Payment, type StoredLink, statusOf } from "./store.ts";
import type { EventBody } from "./wire.ts";

/** A link, its id, or its reference. */
export type LinkName = PaymentLink | string;

export interface PaymentChoice {
  /** The id of the payment. Default: the latest that matches, otherwise a new one. */
  readonly payment?: string;
  /** The method; without a channel, any of the kind. Default: the method of the payment, or the first that the link offers. */
  readonly method?: Pick<PaymentMethod, "kind" | "channel">;
  /** The paid amount, for an open amount or to simulate a wrong amount. Default: the link's amount. */
  readonly amount?: Money;
}

/** The result of a simulated action. */
export interface Simulated {
  /** The id of the payment, as in `history.providerId`. */
  readonly payment: string;
  /** The signed webhook of the event. Pass it to `parseWebhook`, in any order and any number of times. */
  readonly webhook: SimulatedWebhook;
}

/** Simulates the payer, the bank and the gateway's bad days. Impossible actions reject with an `Error` with the reason. */
export interface Simulator {
  /** A payer chooses a method: a payment opens. */
  open(link: LinkName, choice?: Omit<PaymentChoice, "payment">): Promise<Simulated>;
  /**
   * A payer pays. An open payment can be paid long after the link was closed. A payment that is named by its id can be paid even
   * after it failed or expired.
   */
  pay(link: LinkName, choice?: PaymentChoice): Promise<Simulated>;
  /** A payment is declined: an open one, otherwise a new one. */
  fail(link: LinkName, choice?: PaymentChoice): Promise<Simulated>;
  /** The money of a payment arrives. */
  settle(link: LinkName, choice?: Pick<PaymentChoice, "payment">): Promise<Simulated>;
  /** A payment is refunded: `amount` of it, or the rest. */
  refund(link: LinkName, choice?: Pick<PaymentChoice, "payment" | "amount">): Promise<Simulated>;
  /** The bank takes a payment back. */
  reverse(link: LinkName, choice?: Pick<PaymentChoice, "payment">): Promise<Simulated>;
  /** The payer disputes a payment: until the dispute ends, the merchant does not have the money. */
  dispute(link: LinkName, choice?: Pick<PaymentChoice, "payment">): Promise<Simulated>;
  /** The dispute ends: the merchant keeps the money (`won`), or the payer gets it back (`lost`). */
  endDispute(link: LinkName, end: "won" | "lost", choice?: Pick<PaymentChoice, "payment">): Promise<Simulated>;
  /** A payer pays each of several links, and the gateway reports all payments in one webhook. */
  payTogether(links: readonly LinkName[]): Promise<SimulatedBatch>;
  /** A payment at the account's other business, without a payment link. Acknowledge it and continue. */
  payElsewhere(): Promise<Simulated>;
  /** An event that is not about payments, such as `payout`: a word of a-z and _. Acknowledge it and continue. */
  otherEvent(event?: string): Promise<Pick<Simulated, "webhook">>;
  /**
   * The next calls of an operation fail. {@link MemoryFailure} lists how. What core does about it is its own: after a lost answer of a
   * create it looks for the link, if the gateway can find it.
   */
  failNext(operation: FailingOperation, failure: MemoryFailure, times?: number): void;
  /** No call fails any more. */
  failNothing(): void;
  /** The next webhooks are lost on the way: `deliverTo` does not receive them. */
  loseNextDelivery(times?: number): void;
  /** Delivers again what `deliverTo` has not accepted, lost webhooks too, and returns their number. */
  redeliver(): Promise<number>;
}

/** The result of payments that the gateway reported together. */
export interface SimulatedBatch {
  /** The ids of the payments, in the order of the links. */
  readonly payments: readonly string[];
  readonly webhook: SimulatedWebhook;
}

export const createSimulator = (
  store: MemoryStore,
  options: CheckedOptions,
  deliveries: Deliveries,
  failures: Failures,
): Simulator => {
  const { clock, paymentExpiryMs, capabilities, notices } = options;
  const methods = isSupported(capabilities.methods) ? capabilities.methods.offered : OFFERED_METHODS;

  const openPayment = (link: StoredLink, { method, amount }: Omit<PaymentChoice, "payment">): Payment => {
    const status = statusOf(link, clock.now(), capabilities);
    if (!statusAcceptsPayments(status)) throw refusal(link, `takes no new payer: it is ${status}`);
    const offered = link.mutable.methods ?? methods;
    const chosen = method ? offered.find((each) => coversMethod(method, each)) : offered[0];
    if (!chosen) throw refusal(link, `does not offer ${method ? describeMethod(method) : "any method"}`);
    const openedAt = now(clock);
    const expiresAt = instantAt(epochMsOf(openedAt) + paymentExpiryMs);
    return {
      id: store.nextId("payment"),
      method: chosen,
      amount: amount === undefined ? amountOf(link) : moneyAboveZero(amount),
      openedAt,
      expiresAt,
      refunds: [],
    };
  };

  /** Stores a payment, and returns what a webhook reports about it. */
  const save = (link: StoredLink, payment: Payment): EventBody => {
    const isNew = !link.payments.some((each) => each.id === payment.id);
    const payments = isNew
      ? [...link.payments, payment]
      : link.payments.map((each) => (each.id === payment.id ? payment : each));
    const saved = store.put({ ...link, payments, updatedAt: now(clock) });
    if (notices) return { notice: { resource: notices, id: notices === "link" ? link.id : payment.id } };
    const report = reportOf(saved, payment, clock.now());
    const { method: _, ...unnamed } = payment;
    return capabilities.webhooks.namesMethod ? report : { ...report, payment: unnamed };
  };

  /** The payment named, or the latest that fits. */
  const choose = (
    link: StoredLink,
    id: string | undefined,
    fits: (payment: Payment) => boolean,
    wanted: string,
  ): Payment => {
    const named = link.payments.find((payment) => payment.id === id);
    const payment = id === undefined ? link.payments.findLast(fits) : named && fits(named) ? named : undefined;
    if (!payment) throw refusal(link, `has no ${wanted}${id === undefined ? "" : ` ${id}`}`);
    return payment;
  };

  /** The payment named, the latest open one that is paid as chosen, or a new one. */
  const toPay = (
    link: StoredLink,
    choice: PaymentChoice,
    fits: (payment: Payment) => boolean,
    wanted: string,
  ): Payment => {
    const { payment, method } = choice;
    const isAsChosen = (each: Payment): boolean => method === undefined || coversMethod(method, each.method);
    if (payment !== undefined) {
      const how = method === undefined ? "" : ` by ${describeMethod(method)}`;
      return choose(link, payment, (each) => fits(each) && isAsChosen(each), `${wanted}${how}`);
    }
    const open = link.payments.findLast((each) => isOpen(each, clock.now()) && isAsChosen(each));
    return open ?? openPayment(link, choice);
  };

  /** One action on one of a link's payments. */
  const acting =
    (act: (link: StoredLink, choice: PaymentChoice) => Payment) =>
    async (name: LinkName, choice: PaymentChoice = {}): Promise<Simulated> => {
      const link = findLink(store, name);
      const payment = act(link, choice);
      return { payment: payment.id, webhook: await deliveries.send([save(link, payment)]) };
    };

  const pay = (link: StoredLink, choice: PaymentChoice): Payment => {
    const payment = toPay(link, choice, (each) => each.paidAt === undefined, "unpaid payment");
    const amount = choice.amount === undefined ? payment.amount : moneyAboveZero(choice.amount);
    return { ...payment, amount, paidAt: now(clock) };
  };

  const hasDispute = (each: Payment): boolean => each.dispute?.phase === "opened";

  return {
    open: acting(openPayment),
    pay: acting(pay),
    fail: acting((link, choice) => {
      const payment = toPay(link, choice, (each) => isOpen(each, clock.now()), "open payment");
      return { ...payment, failedAt: now(clock) };
    }),
    settle: acting((link, { payment }) => {
      if (!capabilities.settlementVisible) throw refusal(link, "is at a gateway that does not report settlements");
      const isUnsettled = (each: Payment): boolean => isPaid(each) && each.settledAt === undefined;
      return { ...choose(link, payment, isUnsettled, "paid and unsettled payment"), settledAt: now(clock) };
    }),
    refund: acting((link, { payment, amount }) => {
      const hasRest = (each: Payment): boolean => isPaid(each) && compareDecimals(restOf(each).amount, "0") > 0;
      const paid = choose(link, payment, hasRest, "paid payment with anything left to refund");
      const rest = restOf(paid);
      const back = amount === undefined ? rest : moneyAboveZero(amount);
      if (back.currency !== rest.currency || compareDecimals(back.amount, rest.amount) > 0) {
        throw refusal(link, `has ${rest.amount} ${rest.currency} left to refund; refunds cannot exceed this`);
      }
      return { ...paid, refunds: [...paid.refunds, { id: store.nextId("refund"), amount: back, at: now(clock) }] };
    }),
    reverse: acting((link, { payment }) => ({
      ...choose(link, payment, isPaid, "paid payment"),
      reversedAt: now(clock),
    })),
    dispute: acting((link, { payment }) => {
      const isUndisputed = (each: Payment): boolean => isPaid(each) && each.dispute === undefined;
      const disputed = choose(link, payment, isUndisputed, "paid and undisputed payment");
      return { ...disputed, dispute: { id: store.nextId("dispute"), phase: "opened", at: now(clock) } };
    }),
    endDispute: (name, end, choice) =>
      acting((link, { payment }) => {
        const disputed = choose(link, payment, hasDispute, "payment with an open dispute");
        const id = disputed.dispute?.id ?? "";
        return { ...disputed, dispute: { id, phase: end, at: now(clock) } };
      })(name, choice),
    payTogether: async (names) => {
      const paid = names.map((name) => {
        const link = findLink(store, name);
        const payment = pay(link, {});
        return { id: payment.id, event: save(link, payment) };
      });
      if (paid.length === 0) throw new Error("simulate.payTogether: expected at least one link");
      const webhook = await deliveries.send(paid.map(({ event }) => event));
      return { payments: paid.map(({ id }) => id), webhook };
    },
    payElsewhere: async () => {
      const payment = store.nextId("payment");
      store.elsewhere.add(payment);
      const event: EventBody = notices
        ? { notice: { resource: "history", id: payment } }
        : { event: "payment_without_link" };
      return { payment, webhook: await deliveries.send([event]) };
    },
    otherEvent: async (event = "payout") => {
      if (!/^[a-z_]{1,40}$/.test(event)) throw new Error("simulate.otherEvent: expected a word of a-z and _");
      return { webhook: await deliveries.send([{ event }]) };
    },
    failNext: (operation, failure, times = 1) => {
      if (!(operation in capabilities.operations))
        throw new Error(`simulate.failNext: there is no operation ${operation}`);
      if (!Number.isSafeInteger(times) || times < 1)
        throw new Error("simulate.failNext: expected a whole number from 1");
      failures.order(operation, failure, times);
    },
    failNothing: () => failures.clear(),
    loseNextDelivery: (times = 1) => deliveries.loseNext(times),
    redeliver: () => deliveries.repeat(),
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

/** The amount that was not refunded yet. */
const restOf = ({ amount, refunds }: Payment): Money =>
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
