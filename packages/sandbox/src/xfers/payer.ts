import {
  type ActionName,
  type Clock,
  type PagePayment,
  type PayableLink,
  type PayerChoice,
  type Payment,
  type PaymentStatus,
  type PayPage,
  type PayPageState,
  RefusedAction,
  RUPIAH_CURRENCY,
  refuseOtherAmount,
  refuseUnless,
  type SimulatorContext,
  undocumentedActions,
} from "../simulator-kit/index.ts";
import { instructionsOf } from "./instructions.ts";
import { type LinkStatus, statusOf, type XfersLink, type XfersLinks } from "./links.ts";
import { methodsFor, type XfersMethod } from "./methods.ts";

/** The payer's actions on one link. `url` is its pay page; `callBack` sends its status to the merchant. */
export const payableXfersLink = (parts: {
  readonly link: XfersLink;
  readonly url: string;
  readonly links: XfersLinks;
  readonly clock: Clock;
  readonly unsupported: SimulatorContext["unsupported"];
  readonly callBack: (link: XfersLink) => Promise<void>;
}): PayableLink => {
  const { link, url, links, clock, callBack, unsupported } = parts;
  const paymentOf = (method: XfersMethod): Payment => xfersPayment(link, method, url, clock.now());

  /** The method of the payment; chooses one if there is none. */
  const choose = (choice: PayerChoice, action: string): XfersMethod => {
    refuseUnless("The link", statusOf(link, clock.now()), ["pending"], action);
    refuseUnknownPayment(link, choice);
    refuseOtherAmount(link.attributes.amount, RUPIAH_CURRENCY, choice);
    const offered = methodsFor(link.attributes.amount);
    const wanted = choice.method ?? link.method?.code ?? offered[0]?.code;
    const method = offered.find(({ code }) => code === wanted);
    if (method === undefined) {
      const codes = offered.map(({ code }) => code).join(", ");
      throw new RefusedAction(400, `This link does not offer ${wanted}; it offers ${codes}.`);
    }
    link.method = method;
    links.put(link);
    return method;
  };

  return {
    open: async (choice) => paymentOf(choose(choice, "choose a method")),
    async pay(choice) {
      const method = choose(choice, "be paid");
      link.storedStatus = "paid";
      link.paidAtMs = clock.now();
      await callBack(link);
      return paymentOf(method);
    },
    async fail(choice) {
      const method = choose(choice, "fail");
      link.storedStatus = "failed";
      links.put(link);
      return paymentOf(method);
    },
    async settle(choice) {
      refuseUnless("The link", statusOf(link, clock.now()), ["paid"], "settle");
      refuseUnknownPayment(link, choice);
      link.storedStatus = "completed";
      await callBack(link);
      return paymentOf(link.method ?? UNKNOWN_METHOD);
    },
    async expire(choice) {
      refuseUnless("The link", statusOf(link, clock.now()), ["pending"], "expire");
      refuseUnknownPayment(link, choice);
      if (choice.payment === undefined) {
        link.expiresAtMs = clock.now();
        links.put(link);
        return;
      }
      if (link.method === undefined) throw new RefusedAction(409, "No method was chosen on this link.");
      link.method = undefined;
      links.put(link);
    },
    ...undocumentedActions("Xfers", unsupported),
    page: () => payPage(link, clock.now()),
  };
};

// A link paid through the task `receive_payment` has no method.
const UNKNOWN_METHOD: XfersMethod = {
  code: "unknown",
  kind: "other",
  label: { en: "unknown", id: "tidak diketahui" },
  min: 0,
  max: 0,
};

const isPaid = ({ storedStatus }: XfersLink): boolean => storedStatus === "paid" || storedStatus === "completed";

/** The payer's choice, or that there is none although the link is paid. */
const methodOf = (link: XfersLink): XfersMethod | undefined =>
  link.method ?? (isPaid(link) ? UNKNOWN_METHOD : undefined);

/** Xfers has no object for a payment: the link takes its place. */
const xfersPayment = (link: XfersLink, method: XfersMethod, url: string, nowMs: number): Payment => ({
  provider: "xfers",
  link: url,
  id: link.id,
  method: method.code,
  status: statusOf(link, nowMs),
  amount: link.attributes.amount,
  currency: RUPIAH_CURRENCY.code,
});

/** The payments on a link: none before a method is chosen or a payment received. */
export const paymentsOf = (link: XfersLink, url: string, nowMs: number): readonly Payment[] => {
  const method = methodOf(link);
  return method === undefined ? [] : [xfersPayment(link, method, url, nowMs)];
};

const PAGE_STATES: Readonly<Record<LinkStatus, PayPageState>> = {
  pending: "open",
  paid: "paid",
  completed: "paid",
  expired: "expired",
  cancelled: "closed",
  failed: "failed",
};

export const pageStateOf = (link: XfersLink, nowMs: number): PayPageState => PAGE_STATES[statusOf(link, nowMs)];

const refuseUnknownPayment = (link: XfersLink, { payment }: PayerChoice): void => {
  if (payment === undefined || payment === link.id) return;
  throw new RefusedAction(404, `This link has no payment ${payment}; its only one is ${link.id}.`);
};

const STATUSES: Readonly<Record<LinkStatus, PaymentStatus>> = {
  pending: "pending",
  paid: "paid",
  completed: "paid",
  expired: "expired",
  cancelled: "cancelled",
  failed: "failed",
};

const ACTIONS_AT: Readonly<Partial<Record<LinkStatus, readonly ActionName[]>>> = {
  pending: ["pay", "fail", "expire"],
  paid: ["settle"],
};

const pagePayments = (link: XfersLink, nowMs: number): readonly PagePayment[] => {
  const method = methodOf(link);
  if (method === undefined) return [];
  const { id, attributes } = link;
  const status = statusOf(link, nowMs);
  return [
    {
      id,
      method,
      status: STATUSES[status],
      amount: attributes.amount,
      isPaid: isPaid(link),
      isOpen: status === "pending",
      canBeRetried: false,
      instructions: instructionsOf(link, method),
      payableUntilMs: status === "pending" ? link.expiresAtMs : undefined,
      actions: ACTIONS_AT[status] ?? [],
    },
  ];
};

const payPage = (link: XfersLink, nowMs: number): PayPage => {
  const { amount, description, displayName, referenceId } = link.attributes;
  return {
    provider: "Xfers",
    title: description ?? displayName ?? referenceId,
    reference: referenceId,
    currency: RUPIAH_CURRENCY,
    items: [],
    amount,
    state: pageStateOf(link, nowMs),
    payableUntilMs: link.expiresAtMs,
    methods: methodsFor(amount),
    asksFor: [],
    payments: pagePayments(link, nowMs),
    heldBy: undefined,
    returnUrl: undefined,
  };
};
