import { html } from "hono/html";
import { form, paymentField } from "./form.ts";
import { textIn } from "./language.ts";
import type { Html } from "./layout.ts";
import type { Instructions, PagePayment } from "./pay-page.ts";
import { TEST_CARDS } from "./test-cards.ts";
import { moneyIn, type View } from "./view.ts";

type CardInstructions = Extract<Instructions, { kind: "card" }>;

/** Where a payer types a card. A test card is filled in. */
export const cardForm = ({ id, amount }: PagePayment, { testCards }: CardInstructions, view: View): Html => {
  const { texts } = view;
  const [first] = testCards ?? TEST_CARDS;
  return form(
    view.newFormId,
    html`${paymentField(id)}
    <fieldset><legend>${texts.card}</legend>
      <p><label for="card">${texts.cardNumber}</label>
      <input id="card" name="card" inputmode="numeric" autocomplete="off" value="${first?.number ?? ""}" aria-describedby="test-cards" required></p>
      <div class="row"><label>${texts.validUntil}<input name="until" autocomplete="off" value="12/30" required></label>
      <label>${texts.securityCode}<input name="code" inputmode="numeric" autocomplete="off" value="123" required></label></div>
    </fieldset>
    <div class="stack"><button name="do" value="pay">${texts.payNow(moneyIn(view, amount))}</button></div>`,
  );
};

/** The others are a click away. */
const SHOWN_CARDS = 5;

/** The effect of each card that the form accepts. */
export const testCards = (
  { isReviewable, testCards: own }: CardInstructions,
  { texts: { sandbox }, language }: View,
): Html => {
  const cards =
    own?.map(({ number, does }) => ({ number, does: textIn(language, does) })) ??
    TEST_CARDS.filter(({ outcome }) => isReviewable === true || outcome !== "challenge").map(({ number, outcome }) => ({
      number,
      does: sandbox.cardOutcomes[outcome],
    }));
  const rows = (some: typeof cards): Html =>
    html`<tbody>${some.map(({ number, does }) => html`<tr><td class="whole">${number}</td><td>${does}</td></tr>`)}</tbody>`;
  const others = cards.slice(SHOWN_CARDS);
  return html`<div id="test-cards"><p>${sandbox.byCard}</p><table><caption>${sandbox.testCards}</caption>${rows(cards.slice(0, SHOWN_CARDS))}</table>${
    others.length === 0
      ? ""
      : html`<details><summary>${sandbox.moreCards}</summary><table>${rows(others)}</table></details>`
  }<p class="quiet">${sandbox.noRealCard}</p></div>`;
};
