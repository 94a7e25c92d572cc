import { html } from "hono/html";
import { form, paymentField } from "./form.ts";
import type { Html } from "./layout.ts";
import type { PagePayment } from "./pay-page.ts";
import { TEST_CARDS } from "./test-cards.ts";
import { moneyIn, type View } from "./view.ts";

/** Where a payer types a card. A test card is filled in. */
export const cardForm = ({ id, amount }: PagePayment, view: View): Html => {
  const { texts } = view;
  return form(
    view.newFormId,
    html`${paymentField(id)}
    <fieldset><legend>${texts.card}</legend>
      <p><label for="card">${texts.cardNumber}</label>
      <input id="card" name="card" inputmode="numeric" autocomplete="off" value="${TEST_CARDS[0]?.number ?? ""}" aria-describedby="test-cards" required></p>
      <div class="row"><label>${texts.validUntil}<input name="until" autocomplete="off" value="12/30" required></label>
      <label>${texts.securityCode}<input name="code" inputmode="numeric" autocomplete="off" value="123" required></label></div>
    </fieldset>
    <div class="stack"><button name="do" value="pay">${texts.payNow(moneyIn(view, amount))}</button></div>`,
  );
};

/** The effect of each card that the form accepts. */
export const testCards = (isReviewable: boolean, { texts: { sandbox } }: View): Html => {
  const cards = TEST_CARDS.filter(({ outcome }) => isReviewable || outcome !== "challenge");
  return html`<div id="test-cards"><p>${sandbox.byCard}</p><table><caption>${sandbox.testCards}</caption><tbody>${cards.map(
    ({ number, outcome }) => html`<tr><td class="whole">${number}</td><td>${sandbox.cardOutcomes[outcome]}</td></tr>`,
  )}</tbody></table><p class="quiet">${sandbox.noRealCard}</p></div>`;
};
