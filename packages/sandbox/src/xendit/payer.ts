import {
  type ActionName,
  type Instructions,
  type PagePayment,
  type PayableLink,
  type PayerChoice,
  type Payment,
  type PaymentStatus,
  type PayPage,
  type PayPageState,
  RefusedAction,
  refuseOtherAmount,
  refuseUnless,
  type SimulatorContext,
  undocumentedActions,
} from "../simulator-kit/index.ts";
import { cardWith, XENDIT_CARDS } from "./cards.ts";
import { currencyOf } from "./currencies.ts";
import {
  type Attempt,
  isPaid,
  type LinkStatus,
  paidAttempt,
  refundedOf,
  statusOf,
  type XenditLink,
  type XenditLinks,
} from "./links.ts";
import { isRefundable, methodOf, methodsFor, type XenditMethod } from "./methods.ts";
import { accountOf } from "./resources.ts";

/** The events of links beside a payer's choice. */
export interface LinkEvents {
  /** Keeps the link, and reports its state to the merchant. */
  readonly callBack: (link: XenditLink) => Promise<void>;
  readonly refund: (link: XenditLink, amount: number | undefined) => Promise<void>;
  readonly settle: (link: XenditLink) => Promise<void>;
  readonly expire: (link: XenditLink) => Promise<void>;
}

const offeredBy = ({ request: { currency, methods } }: XenditLink): readonly XenditMethod[] =>
  methodsFor(currency, methods);

/** The payer's actions on one link. `url` is its pay page. */
export const payableXenditLink = (
  link: XenditLink,
  url: string,
  links: XenditLinks,
  events: LinkEvents,
  { clock, unsupported }: Pick<SimulatorContext, "clock" | "unsupported">,
): PayableLink => {
  const { amount, currency } = link.request;
  const now = (): number => clock.now();
  const paymentOf = (attempt: Attempt): Payment => xenditPayment(link, attempt, url, now());

  const attemptOf = ({ payment }: PayerChoice): Attempt | undefined => {
    if (payment === undefined) return undefined;
    const found = link.attempts.find(({ id }) => id === payment);
    if (found === undefined) throw new RefusedAction(404, `This link has no payment ${payment}.`);
    return found;
  };

  const methodFor = ({ method }: PayerChoice, current: Attempt | undefined): XenditMethod => {
    const offered = offeredBy(link);
    const wanted = method ?? current?.method ?? offered[0]?.code;
    const found = offered.find(({ code }) => code === wanted);
    if (found !== undefined) return found;
    const codes = offered.map(({ code }) => code).join(", ");
    throw new RefusedAction(400, `This link does not offer ${wanted}; it offers ${codes}.`);
  };

  /** The attempt that is meant, or a new one. Another method is another attempt. */
  const choose = (choice: PayerChoice, action: string): Attempt => {
    refuseUnless("The link", statusOf(link, now()), ["PENDING"], action);
    refuseOtherAmount(amount, currencyOf(currency), choice);
    const named = attemptOf(choice);
    if (named !== undefined) {
      refuseUnless("The payment", named.status, ["PENDING"], action);
      return named;
    }
    const open = choice.isNew ? undefined : link.attempts.findLast(({ status }) => status === "PENDING");
    const method = methodFor(choice, open);
    if (open?.method === method.code) return open;
    const attempt = links.newAttempt(method.code, now());
    link.attempts.push(attempt);
    links.put(link);
    return attempt;
  };

  const paidOf = (choice: PayerChoice, action: string): Attempt => {
    const named = attemptOf(choice) ?? paidAttempt(link);
    if (named === undefined || !isPaid(link)) {
      throw new RefusedAction(409, `The link is ${statusOf(link, now())}; to ${action} it must be PAID.`);
    }
    refuseUnless("The payment", named.status, ["PAID"], action);
    return named;
  };

  const pay = async (attempt: Attempt): Promise<Payment> => {
    attempt.status = "PAID";
    link.storedStatus = "PAID";
    link.paidAtMs = now();
    await events.callBack(link);
    return paymentOf(attempt);
  };

  /** A refused attempt leaves the link PENDING, and nothing is reported. */
  const fail = (attempt: Attempt): Payment => {
    attempt.status = "FAILED";
    links.put(link);
    return paymentOf(attempt);
  };

  return {
    ...undocumentedActions("Xendit", unsupported),
    open: async (choice) => paymentOf(choose(choice, "choose a method")),
    pay: (choice) => pay(choose(choice, "be paid")),
    fail: async (choice) => fail(choose(choice, "fail")),
    async payByCard(choice, number) {
      const card = cardWith(number);
      if (card === undefined) return undefined;
      const attempt = choose(choice, "be paid");
      const payment = card.isDeclined ? fail(attempt) : await pay(attempt);
      return { payment, isPaid: !card.isDeclined };
    },
    async settle(choice) {
      const attempt = paidOf(choice, "settle");
      refuseUnless("The link", link.storedStatus, ["PAID"], "settle");
      await events.settle(link);
      return paymentOf(attempt);
    },
    async expire(choice) {
      const attempt = attemptOf(choice);
      refuseUnless("The link", statusOf(link, now()), ["PENDING"], "expire");
      if (attempt === undefined) return events.expire(link);
      refuseUnless("The payment", attempt.status, ["PENDING"], "expire");
      attempt.status = "FAILED";
      links.put(link);
    },
    async refund(choice) {
      const attempt = paidOf(choice, "be refunded");
      await events.refund(link, choice.amount);
      return paymentOf(attempt);
    },
    page: () => payPage(link, now()),
  };
};

const wordOf = (link: XenditLink, { status }: Attempt, nowMs: number): string => {
  if (status === "PAID") return refundedOf(link) === link.request.amount ? "REFUNDED" : link.storedStatus;
  return status === "PENDING" && statusOf(link, nowMs) !== "PENDING" ? "EXPIRED" : status;
};

const xenditPayment = (link: XenditLink, attempt: Attempt, url: string, nowMs: number): Payment => ({
  provider: "xendit",
  link: url,
  id: attempt.id,
  method: attempt.method,
  status: wordOf(link, attempt, nowMs),
  amount: link.request.amount,
  currency: link.request.currency,
});

export const paymentsOf = (link: XenditLink, url: string, nowMs: number): readonly Payment[] =>
  link.attempts.map((attempt) => xenditPayment(link, attempt, url, nowMs));

const PAGE_STATES: Readonly<Record<LinkStatus, PayPageState>> = {
  PENDING: "open",
  PAID: "paid",
  SETTLED: "paid",
  EXPIRED: "expired",
  CANCELED: "closed",
};

export const pageStateOf = (link: XenditLink, nowMs: number): PayPageState => PAGE_STATES[statusOf(link, nowMs)];

const STATUSES: Readonly<Record<string, PaymentStatus>> = {
  PENDING: "pending",
  PAID: "paid",
  SETTLED: "paid",
  FAILED: "refused",
  EXPIRED: "expired",
  REFUNDED: "refunded",
};

const actionsOn = (link: XenditLink, { status, method }: Attempt, nowMs: number): readonly ActionName[] => {
  if (status === "PENDING") return statusOf(link, nowMs) === "PENDING" ? ["pay", "fail", "expire"] : [];
  if (status !== "PAID") return [];
  const found = methodOf(method);
  const isLeft = refundedOf(link) < link.request.amount;
  return [
    ...(link.storedStatus === "PAID" ? (["settle"] as const) : []),
    ...(found && isRefundable(found) && isLeft ? (["refund"] as const) : []),
  ];
};

const instructionsFor = (attempt: Attempt, { kind }: XenditMethod): Instructions => {
  const number = accountOf(attempt.id);
  switch (kind) {
    case "virtual_account":
      return { kind: "virtual_account", number };
    case "retail":
      return { kind: "store", code: number };
    case "qris":
      return { kind: "qris", reference: attempt.id };
    case "ewallet":
      return { kind: "wallet" };
    case "card":
      return { kind: "card", testCards: XENDIT_CARDS.map(({ number, does }) => ({ number, does })) };
    case "qr":
    case "direct_debit":
    case "paylater":
    case "online_banking":
    case "bank_transfer":
    case "other":
      return { kind: "elsewhere" };
  }
};

const pagePayment = (link: XenditLink, attempt: Attempt, nowMs: number): PagePayment | undefined => {
  const method = methodOf(attempt.method);
  if (method === undefined) return undefined;
  const refunded = refundedOf(link);
  const word = wordOf(link, attempt, nowMs);
  const isOpen = word === "PENDING";
  return {
    id: attempt.id,
    method,
    status:
      attempt.status === "PAID" && refunded > 0 && word !== "REFUNDED"
        ? "refunded_in_part"
        : (STATUSES[word] ?? "pending"),
    amount: link.request.amount,
    isPaid: attempt.status === "PAID",
    isOpen,
    canBeRetried: false,
    instructions: instructionsFor(attempt, method),
    payableUntilMs: isOpen ? link.expiresAtMs : undefined,
    actions: actionsOn(link, attempt, nowMs),
  };
};

const payPage = (link: XenditLink, nowMs: number): PayPage => {
  const { amount, currency, description, items, reference, successUrl } = link.request;
  return {
    provider: "Xendit",
    title: description ?? reference,
    reference,
    currency: currencyOf(currency),
    items: items.map(({ name, quantity, price }) => ({ name, quantity, subtotal: quantity * price })),
    amount,
    state: pageStateOf(link, nowMs),
    payableUntilMs: link.expiresAtMs,
    methods: offeredBy(link),
    asksFor: [],
    payments: link.attempts.flatMap((attempt) => pagePayment(link, attempt, nowMs) ?? []),
    heldBy: undefined,
    returnUrl: successUrl,
  };
};
