import { formatMoney } from "../money.ts";
import { type PayableLink, type PayerChoice, RefusedAction } from "../simulator.ts";
import type { Attempt } from "../types.ts";
import type { PageAttempt } from "./pay-page.ts";
import { statusLabel } from "./status-labels.ts";
import { outcomeOfCard } from "./test-cards.ts";

/** What a payer can do on the pay page. */
const PAGE_ACTIONS = ["open", "pay", "decline", "abandon", "pay_other_amount", "pay_twice", "pay_late"] as const;
export type PageAction = (typeof PAGE_ACTIONS)[number];

export const isPageAction = (text: string): text is PageAction => PAGE_ACTIONS.some((action) => action === text);

/** Where the payer stands afterwards. */
export interface Standing {
  readonly has: "attempt" | "paid";
  readonly id: string;
}

/** Does what the payer chose, or rejects with a {@link RefusedAction} that tells them why not. */
export const perform = async (
  link: PayableLink,
  action: PageAction,
  choice: PayerChoice,
  card: string | null,
): Promise<Standing> => {
  const { attempt: id } = choice;
  if (action === "open") return { has: "attempt", id: (await link.open(choice)).id };
  if (action === "pay" && card === null) return { has: "paid", id: (await link.pay(choice)).id };
  const attempt = openAttempt(link, id);
  switch (action) {
    case "pay":
      return payByCard(link, attempt, card ?? "");
    case "decline":
      return { has: "attempt", id: (await link.fail({ attempt: attempt.id })).id };
    case "abandon":
      await link.expire({ attempt: attempt.id });
      return { has: "attempt", id: attempt.id };
    case "pay_other_amount":
      return payOtherAmount(link, attempt, choice.amount);
    case "pay_twice":
      return payTwice(link, attempt);
    case "pay_late":
      await link.expire({});
      return { has: "paid", id: (await link.pay({ attempt: attempt.id })).id };
  }
};

/** Before anything is done: some of what payers do changes the link first. */
const openAttempt = (link: PayableLink, id: string | undefined): PageAttempt => {
  if (id === undefined) throw new RefusedAction(400, "Choose a payment method to go on.");
  const attempt = link.page().attempts.find((candidate) => candidate.id === id);
  if (attempt === undefined) throw new RefusedAction(404, `This link has no attempt ${id}.`);
  if (!attempt.isOpen)
    throw new RefusedAction(409, `This payment is ${statusLabel(attempt.status)}, and nothing is left to do.`);
  return attempt;
};

const payByCard = async (link: PayableLink, { id }: PageAttempt, card: string): Promise<Standing> => {
  const outcome = outcomeOfCard(card);
  if (outcome === undefined) throw new RefusedAction(400, "This is no test card. Use one of the numbers below.");
  if (outcome === "pay") return { has: "paid", id: (await link.pay({ attempt: id })).id };
  const choice = { attempt: id };
  return { has: "attempt", id: (outcome === "challenge" ? await link.challenge(choice) : await link.fail(choice)).id };
};

/** Banks and stores refuse what they were not told to take (docs.fazz.com: a wrong amount on a dynamic virtual account). */
const payOtherAmount = async (
  link: PayableLink,
  attempt: PageAttempt,
  amount: number | undefined,
): Promise<Standing> => {
  if (amount === attempt.amount) return { has: "paid", id: (await link.pay({ attempt: attempt.id })).id };
  throw new RefusedAction(
    400,
    `Another amount than ${formatMoney({ amount: attempt.amount, currency: link.page().currency })} is not taken: nothing was paid, and the merchant hears nothing.`,
  );
};

/** As from two tabs: the second attempt is opened before the first is paid. */
const payTwice = async (link: PayableLink, { id, method, amount }: PageAttempt): Promise<Standing> => {
  const second = await link
    .open({ method, amount })
    .catch((error: unknown): Attempt | RefusedAction => refusalIn(error));
  await link.pay({ attempt: id });
  try {
    if (second instanceof RefusedAction) throw second;
    return { has: "paid", id: (await link.pay({ attempt: second.id })).id };
  } catch (error) {
    throw new RefusedAction(409, `Paid once. The second payment was refused: ${refusalIn(error).message}`);
  }
};

const refusalIn = (error: unknown): RefusedAction => {
  if (error instanceof RefusedAction) return error;
  throw error;
};
