import { html } from "hono/html";
import { amountStep, type Currency, formatMoney, type Money } from "../money.ts";
import { form, type NewFormId } from "./form.ts";
import { instructionsFor } from "./instructions.ts";
import type { Html } from "./layout.ts";
import type { PagePayment } from "./pay-page.ts";
import { TEST_CARDS } from "./test-cards.ts";

/** How to make a payment, and what else its payer may do. */
export const paymentPanel = (payment: PagePayment, currency: Currency, newFormId: NewFormId): Html => {
  const { id, instructions, amount, methodName } = payment;
  const hidden = html`<input type="hidden" name="payment" value="${id}">`;
  return html`<section class="panel" aria-labelledby="method"><h2 id="method">${methodName}</h2>${instructionsFor(payment, currency)}</section>
    ${form(
      newFormId,
      html`${hidden}
      ${instructions.kind === "card" ? cardFields(instructions.isReviewable === true) : ""}
      <div class="stack"><button name="do" value="pay">Complete the payment</button></div>
      <h2>What else may happen</h2>
      <p class="quiet">What payers do, and a merchant has to get right.</p>
      <div class="stack">
        <a class="button second" href="?">Pay later</a>
        <button class="second" name="do" value="decline">Decline: the payment is refused</button>
        <button class="second" name="do" value="abandon">Abandon: its time runs out</button>
        <button class="second" name="do" value="pay_twice">Pay twice</button>
        <button class="second" name="do" value="pay_late">Pay after the link has expired</button>
      </div>`,
    )}
    ${takesTransfers(instructions.kind) ? otherAmountForm(hidden, { amount, currency }, newFormId) : ""}`;
};

const takesTransfers = (kind: PagePayment["instructions"]["kind"]): boolean =>
  kind === "virtual_account" || kind === "store" || kind === "qris";

const otherAmountForm = (hidden: Html, money: Money, newFormId: NewFormId): Html =>
  form(
    newFormId,
    html`${hidden}
    <label for="other-amount">Another amount than ${formatMoney(money)}</label>
    <div class="row"><div><input id="other-amount" name="amount" type="number" inputmode="numeric" step="${amountStep(money.currency)}" min="${amountStep(money.currency)}" required></div>
    <button class="second" name="do" value="pay_other_amount">Pay the wrong amount</button></div>`,
  );

const CARD_WORDS = { pay: "accepted", decline: "refused", challenge: "left to the merchant to approve" } as const;

const cardFields = (isReviewable: boolean): Html => {
  const cards = TEST_CARDS.filter(({ outcome }) => isReviewable || outcome !== "challenge");
  return html`<fieldset><legend>Card</legend>
    <div id="test-cards" class="quiet"><ul>${cards.map(
      ({ number, outcome }) => html`<li><span class="whole">${number}</span> is ${CARD_WORDS[outcome]}</li>`,
    )}</ul><p>Never type the number of a real card.</p></div>
    <p><label for="card">Card number</label>
    <input id="card" name="card" inputmode="numeric" autocomplete="off" value="${TEST_CARDS[0]?.number ?? ""}" aria-describedby="test-cards" required></p>
    <div class="row"><label>Valid until<input name="until" autocomplete="off" value="12/30" required></label>
    <label>Security code<input name="code" inputmode="numeric" autocomplete="off" value="123" required></label></div>
  </fieldset>`;
};
