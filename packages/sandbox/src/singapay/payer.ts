import {
  type ActionName,
  allUses,
  type Clock,
  type PagePayment,
  type PayableLink,
  type PayerChoice,
  type PayerDetails,
  type Payment,
  type PayPage,
  type PayPageState,
  RefusedAction,
  RUPIAH_CURRENCY,
  refuseOtherAmount,
  refuseUnless,
  type SimulatorContext,
  undocumentedActions,
} from "../simulator-kit/index.ts";
import type { Histories, Opening } from "./histories.ts";
import { instructionsOf } from "./instructions.ts";
import type { LinkSettings } from "./link-request.ts";
import { type SingapayStore } from "./link-store.ts";
import { computedStatusOf, type History, type SingapayLink } from "./links.ts";
import type { SingapayMethod } from "./methods.ts";

/** The payer's actions on one link. `url` is its pay page. */
export const payableSingapayLink = (parts: {
  readonly link: SingapayLink;
  readonly url: string;
  readonly store: SingapayStore;
  readonly histories: Histories;
  readonly clock: Clock;
  readonly unsupported: SimulatorContext["unsupported"];
}): PayableLink => {
  const { link, url, store, histories, clock, unsupported } = parts;
  const paymentOf = (history: History): Payment => singapayPayment(history, url);

  const begin = (choice: PayerChoice): Opening => {
    if (choice.payment !== undefined) {
      throw new RefusedAction(400, "SingaPay makes a new payment each time; leave payment out to open one.");
    }
    refuseUnlessOpen(link, clock.now());
    return histories.open(link, chooseMethod(link, choice), payerOf(link, choice));
  };

  /** The pending payment that is meant, or a new one. */
  const findOrBegin = async (choice: PayerChoice): Promise<History> => {
    refuseOtherAmount(link.request.totalAmount, RUPIAH_CURRENCY, choice);
    const existing = choice.payment === undefined ? newestPending(link, choice) : findPayment(link, choice.payment);
    if (existing !== undefined) {
      refuseOtherMethod(existing, choice);
      return existing;
    }
    const { history, notified } = begin(choice);
    history.isInHand = true;
    await notified;
    return history;
  };

  const complete = async (
    choice: PayerChoice,
    action: string,
    finish: (history: History) => Promise<void> | void,
  ): Promise<Payment> => {
    const history = await findOrBegin(choice);
    const { isInHand } = history;
    history.isInHand = false;
    // Whoever opens and pays in one go is on the page, which stops them once others have made all uses.
    if (isInHand) refuseUnlessOpen(link, clock.now());
    refuseUnless(subjectOf(history), history.status, ["pending"], action);
    await finish(history);
    return paymentOf(history);
  };

  return {
    async open(choice) {
      refuseOtherAmount(link.request.totalAmount, RUPIAH_CURRENCY, choice);
      const { history, notified } = begin(choice);
      await notified;
      return paymentOf(history);
    },
    pay: (choice) => complete(choice, "be paid", (history) => histories.pay(history)),
    fail: (choice) => complete(choice, "fail", (history) => histories.fail(history)),
    async settle({ payment }) {
      const history = payment === undefined ? newestUnsettled(link) : findPayment(link, payment);
      if (history === undefined) throw new RefusedAction(409, "No payment on this link is paid and not settled yet.");
      refuseUnless(subjectOf(history), history.status, ["paid"], "settle");
      if (history.settledAtMs !== null) throw new RefusedAction(409, `${history.reffNo} is settled already.`);
      await histories.settle(history);
      return paymentOf(history);
    },
    async expire({ payment }) {
      if (payment === undefined) {
        link.settings = { ...link.settings, expiresAtMs: clock.now() };
        link.updatedAtMs = clock.now();
        store.changed(link);
        await histories.runDue();
        return;
      }
      const history = findPayment(link, payment);
      refuseUnless(subjectOf(history), history.status, ["pending"], "expire");
      await histories.expire([history]);
    },
    ...undocumentedActions("SingaPay", unsupported),
    page: () => payPage(link, clock.now()),
  };
};

export const singapayPayment = (history: History, url: string): Payment => ({
  provider: "singapay",
  link: url,
  id: history.reffNo,
  historyId: history.id,
  method: history.method.code,
  status: history.status,
  amount: history.amount,
  currency: RUPIAH_CURRENCY.code,
});

/** The instructions on the link's page. Pending payments hold no use of the link. */
export const pageStateOf = (link: SingapayLink, nowMs: number): PayPageState => {
  const { maxUsage } = link.settings;
  if (isUsedUp(link)) return maxUsage === 1 ? "paid" : "used_up";
  return computedStatusOf(link, nowMs);
};

const isUsedUp = ({ usage, settings: { maxUsage } }: SingapayLink): boolean => maxUsage !== 0 && usage >= maxUsage;

const newestPending = (link: SingapayLink, { method, isNew }: PayerChoice): History | undefined => {
  if (isNew === true) return undefined;
  return link.histories.findLast(
    (history) =>
      !history.isInHand && history.status === "pending" && (method === undefined || method === history.method.code),
  );
};

const newestUnsettled = (link: SingapayLink): History | undefined =>
  link.histories.findLast(({ status, settledAtMs }) => status === "paid" && settledAtMs === null);

const findPayment = (link: SingapayLink, payment: string): History => {
  const history = link.histories.find(({ reffNo }) => reffNo === payment);
  if (history === undefined) throw new RefusedAction(404, `This link has no payment ${payment}.`);
  return history;
};

const subjectOf = ({ reffNo }: History): string => `The payment ${reffNo}`;

const refuseUnlessOpen = (link: SingapayLink, nowMs: number): void => {
  const state = pageStateOf(link, nowMs);
  if (state === "open") return;
  const reason = isUsedUp(link) ? `${allUses(link.settings.maxUsage)} made` : `it is ${state}`;
  throw new RefusedAction(409, `No payment can be opened on this link: ${reason}.`);
};

const refuseOtherMethod = (history: History, { method }: PayerChoice): void => {
  if (method === undefined || method === history.method.code) return;
  throw new RefusedAction(400, `The payment ${history.reffNo} was opened with ${history.method.code}.`);
};

const chooseMethod = (link: SingapayLink, choice: PayerChoice): SingapayMethod => {
  const allowed = link.settings.methods;
  const chosen = choice.method === undefined ? allowed[0] : allowed.find(({ code }) => code === choice.method);
  if (chosen !== undefined) return chosen;
  const codes = allowed.map(({ code }) => code).join(", ");
  throw new RefusedAction(400, `This link does not allow ${choice.method}; it allows ${codes}.`);
};

/** A link that asks for details gets made-up ones when it is paid without its page. */
const payerOf = (link: SingapayLink, { details }: PayerChoice): PayerDetails => {
  const { customer } = link.request;
  if (customer !== null) return customer;
  if (details !== undefined) return details;
  return link.settings.requiresCustomerDetail
    ? { name: "Sandbox Payer", email: "payer@example.test", phone: "081200000000" }
    : { name: "", email: "", phone: "" };
};

const pagePayment = (history: History): PagePayment => {
  const { reffNo, method, status, amount } = history;
  return {
    id: reffNo,
    method,
    status,
    amount,
    isPaid: status === "paid",
    isOpen: status === "pending",
    canBeRetried: false,
    instructions: instructionsOf(history),
    payableUntilMs: status === "pending" ? history.expiresAtMs : undefined,
    actions: actionsOn(history),
  };
};

const actionsOn = ({ status, settledAtMs }: History): readonly ActionName[] => {
  if (status === "pending") return ["pay", "fail", "expire"];
  return status === "paid" && settledAtMs === null ? ["settle"] : [];
};

const payPage = (link: SingapayLink, nowMs: number): PayPage => {
  const { request, settings } = link;
  return {
    provider: "SingaPay",
    title: request.title,
    reference: request.reffNo,
    currency: RUPIAH_CURRENCY,
    items: request.items.map(({ name, quantity, unitPrice }) => ({ name, quantity, subtotal: quantity * unitPrice })),
    amount: request.totalAmount,
    state: pageStateOf(link, nowMs),
    payableUntilMs: settings.expiresAtMs ?? undefined,
    methods: settings.methods,
    asksFor: asksFor(settings),
    payments: link.histories.map(pagePayment),
    heldBy: undefined,
    returnUrl: returnUrl(link, nowMs) ?? undefined,
  };
};

const asksFor = ({ v2, requiresCustomerDetail }: LinkSettings): PayPage["asksFor"] => {
  if (v2 === null) return requiresCustomerDetail ? ["name", "email", "phone"] : [];
  return [...(v2.requiresEmail ? (["email"] as const) : []), ...(v2.requiresNumber ? (["phone"] as const) : [])];
};

/** Links of v2 have one address for those who paid and one for those who came too late. */
const returnUrl = (link: SingapayLink, nowMs: number): string | null => {
  const { redirectUrl, v2 } = link.settings;
  const url = pageStateOf(link, nowMs) === "expired" ? v2?.expiredRedirectUrl : v2?.successRedirectUrl;
  return url ?? redirectUrl;
};
