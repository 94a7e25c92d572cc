import { formatMoney } from "../money.ts";
import { type PayableLink, type PayerChoice, RefusedAction } from "../simulator.ts";
import type { Payment } from "../types.ts";
import type { PagePayment } from "./pay-page.ts";
import { statusLabel } from "./status-labels.ts";
import { outcomeOfCard } from "./test-cards.ts";

/** What a payer can do on the pay page. */
const PAGE_ACTIONS = ["open", "pay", "decline", "abandon", "pay_other_amount", "pay_twice", "pay_late"] as const;
export type PageAction = (typeof PAGE_ACTIONS)[number];

export const isPageAction = (text: string): text is PageAction => PAGE_ACTIONS.some((action) => action === text);

/** Where the payer stands afterwards. */
export interface Standing {
  readonly has: "payment" | "paid";
  readonly id: string;
}

/** Does what the payer chose, or rejects with a {@link RefusedAction} that tells them why not. */
export const perform = async (
  link: PayableLink,
  action: PageAction,
  choice: PayerChoice,
  card: string | null,
): Promise<Standing> => {
  const { payment: id } = choice;
  if (action === "open") return { has: "payment", id: (await link.open(choice)).id };
  if (action === "pay" && card === null) return { has: "paid", id: (await link.pay(choice)).id };
  const payment = openPayment(link, id);
  switch (action) {
    case "pay":
      return payByCard(link, payment, card ?? "");
    case "decline":
      return { has: "payment", id: (await link.fail({ payment: payment.id })).id };
    case "abandon":
      await link.expire({ payment: payment.id });
      return { has: "payment", id: payment.id };
    case "pay_other_amount":
      return payOtherAmount(link, payment, choice.amount);
    case "pay_twice":
      return payTwice(link, payment);
    case "pay_late":
      await link.expire({});
      return { has: "paid", id: (await link.pay({ payment: payment.id })).id };
  }
};

/** Before anything is done: some of what payers do changes the link first. */
const openPayment = (link: PayableLink, id: string | undefined): PagePayment => {
  if (id === undefined) throw new RefusedAction(400, "Choose a payment method to go on.");
  const payment = link.page().payments.find((candidate) => candidate.id === id);
  if (payment === undefined) throw new RefusedAction(404, `This link has no payment ${id}.`);
  if (!payment.isOpen)
    throw new RefusedAction(409, `This payment is ${statusLabel(payment.status)}, and nothing is left to do.`);
  return payment;
};

const payByCard = async (link: PayableLink, { id }: PagePayment, card: string): Promise<Standing> => {
  const outcome = outcomeOfCard(card);
  if (outcome === undefined) throw new RefusedAction(400, "This is no test card. Use one of the numbers below.");
  if (outcome === "pay") return { has: "paid", id: (await link.pay({ payment: id })).id };
  const choice = { payment: id };
  return { has: "payment", id: (outcome === "challenge" ? await link.challenge(choice) : await link.fail(choice)).id };
};

/** Banks and stores refuse what they were not told to take (docs.fazz.com: a wrong amount on a dynamic virtual account). */
const payOtherAmount = async (
  link: PayableLink,
  payment: PagePayment,
  amount: number | undefined,
): Promise<Standing> => {
  if (amount === payment.amount) return { has: "paid", id: (await link.pay({ payment: payment.id })).id };
  throw new RefusedAction(
    400,
    `Another amount than ${formatMoney({ amount: payment.amount, currency: link.page().currency })} is not taken: nothing was paid, and the merchant hears nothing.`,
  );
};

/** As from two tabs: the second payment is opened before the first is paid. */
const payTwice = async (link: PayableLink, { id, method, amount }: PagePayment): Promise<Standing> => {
  const second = await link
    .open({ method, amount })
    .catch((error: unknown): Payment | RefusedAction => refusalIn(error));
  await link.pay({ payment: id });
  try {
    if (second instanceof RefusedAction) throw second;
    return { has: "paid", id: (await link.pay({ payment: second.id })).id };
  } catch (error) {
    throw new RefusedAction(409, `Paid once. The second payment was refused: ${refusalIn(error).message}`);
  }
};

const refusalIn = (error: unknown): RefusedAction => {
  if (error instanceof RefusedAction) return error;
  throw error;
};
