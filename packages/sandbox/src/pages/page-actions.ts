import { type PayableLink, type PayerChoice, RefusedAction } from "../simulator.ts";
import type { Payment } from "../types.ts";
import { isNextAction, type NextAction } from "./next-actions.ts";
import type { PagePayment } from "./pay-page.ts";
import { outcomeOfCard } from "./test-cards.ts";
import { moneyIn, type View } from "./view.ts";

/** The actions on the pay page before the payment, by its payer or by the sandbox's controls. */
const FIRST_ACTIONS = [
  "open",
  "pay",
  "decline",
  "abandon",
  "pay_other_amount",
  "pay_twice",
  "pay_late",
  "expire_link",
] as const;

export type PageAction = (typeof FIRST_ACTIONS)[number] | NextAction;

export const isPageAction = (text: string): text is PageAction =>
  isNextAction(text) || FIRST_ACTIONS.some((action) => action === text);

/** Which payment the page shows afterwards, if any. */
export type Standing = { readonly has: "payment" | "paid"; readonly id: string } | { readonly has: "nothing" };

/** A refusal by the page itself, whose message is for the payer. */
export class PageRefusal extends RefusedAction {
  /** In English, if the provider has refused. */
  readonly reason: string | undefined;

  constructor(status: RefusedAction["status"], message: string, reason?: string) {
    super(status, message);
    this.reason = reason;
  }
}

/** Does what was chosen, or rejects with a {@link RefusedAction}. */
export const perform = async (
  link: PayableLink,
  action: PageAction,
  choice: PayerChoice,
  card: string | null,
  view: View,
): Promise<Standing> => {
  const { payment: id } = choice;
  if (action === "open") return { has: "payment", id: (await link.open(choice)).id };
  if (action === "pay" && card === null) return { has: "paid", id: (await link.pay(choice)).id };
  if (action === "expire_link") {
    await link.expire({});
    return { has: "nothing" };
  }
  const payment = findPayment(link, id, view);
  if (isNextAction(action)) return { has: "payment", id: (await link[action]({ payment: payment.id })).id };
  refuseUnlessOpen(payment, view);
  switch (action) {
    case "pay":
      return payByCard(link, payment, card ?? "", view);
    case "decline":
      return { has: "payment", id: (await link.fail({ payment: payment.id })).id };
    case "abandon":
      await link.expire({ payment: payment.id });
      return { has: "payment", id: payment.id };
    case "pay_other_amount":
      return payOtherAmount(link, payment, choice.amount, view);
    case "pay_twice":
      return payTwice(link, payment, view);
    case "pay_late":
      await link.expire({});
      return { has: "paid", id: (await link.pay({ payment: payment.id })).id };
  }
};

const findPayment = (link: PayableLink, id: string | undefined, { texts: { problems } }: View): PagePayment => {
  if (id === undefined) throw new PageRefusal(400, problems.chooseMethod);
  const payment = link.page().payments.find((candidate) => candidate.id === id);
  if (payment === undefined) throw new PageRefusal(404, problems.noSuchPayment(id));
  return payment;
};

/** Before anything is done: some of what payers do changes the link first. */
const refuseUnlessOpen = ({ isOpen, status }: PagePayment, { texts }: View): void => {
  if (!isOpen) throw new PageRefusal(409, texts.problems.nothingLeft(texts.statuses[status]));
};

const payByCard = async (link: PayableLink, { id }: PagePayment, card: string, { texts }: View): Promise<Standing> => {
  if (link.payByCard !== undefined) {
    const made = await link.payByCard({ payment: id }, card);
    if (made === undefined) throw new PageRefusal(400, texts.problems.noTestCard);
    return { has: made.isPaid ? "paid" : "payment", id: made.payment.id };
  }
  const outcome = outcomeOfCard(card);
  if (outcome === undefined) throw new PageRefusal(400, texts.problems.noTestCard);
  if (outcome === "pay") return { has: "paid", id: (await link.pay({ payment: id })).id };
  const choice = { payment: id };
  return { has: "payment", id: (outcome === "challenge" ? await link.challenge(choice) : await link.fail(choice)).id };
};

/** Banks and stores refuse other amounts than the requested one (docs.fazz.com: a wrong amount on a dynamic virtual account). */
const payOtherAmount = async (
  link: PayableLink,
  payment: PagePayment,
  amount: number | undefined,
  view: View,
): Promise<Standing> => {
  if (amount === payment.amount) return { has: "paid", id: (await link.pay({ payment: payment.id })).id };
  throw new PageRefusal(400, view.texts.problems.otherAmount(moneyIn(view, payment.amount)));
};

/** As from two tabs: the second payment is opened before the first is paid. */
const payTwice = async (link: PayableLink, { id, method, amount }: PagePayment, { texts }: View): Promise<Standing> => {
  const second = await link
    .open({ method: method.code, amount })
    .catch((error: unknown): Payment | RefusedAction => refusalIn(error));
  await link.pay({ payment: id });
  try {
    if (second instanceof RefusedAction) throw second;
    return { has: "paid", id: (await link.pay({ payment: second.id })).id };
  } catch (error) {
    throw new PageRefusal(409, texts.problems.paidOnce, refusalIn(error).message);
  }
};

const refusalIn = (error: unknown): RefusedAction => {
  if (error instanceof RefusedAction) return error;
  throw error;
};
