import { html } from "hono/html";
import { match } from "ts-pattern";
import { codeToCopy } from "./code-to-copy.ts";
import type { Html } from "./layout.ts";
import type { PagePayment } from "./pay-page.ts";
import { qrImage } from "./qr-image.ts";
import { qrisText } from "./qris.ts";
import { labelIn, moneyIn, type View } from "./view.ts";

/** How to make a payment, by its method. */
export const instructionsFor = (payment: PagePayment, view: View): Html => {
  const { texts } = view;
  const money = moneyIn(view, payment.amount);
  const strong = html`<strong>${money}</strong>`;
  const name = labelIn(view, payment.method);
  const content = match(payment.instructions)
    .with({ kind: "virtual_account" }, ({ number, billerCode }) =>
      billerCode === undefined
        ? withSteps(codeToCopy("code", texts.accountNumber, number, view), texts.accountSteps(strong), view)
        : withSteps(
            html`${codeToCopy("company-code", texts.companyCode, billerCode, view)}${codeToCopy("code", texts.billKey, number, view)}`,
            texts.billSteps(strong),
            view,
          ),
    )
    .with({ kind: "qris" }, ({ reference }) =>
      withSteps(
        qrImage(qrisText({ amount: payment.amount, reference }), texts.qrisImage(money)),
        texts.qrisSteps(strong),
        view,
      ),
    )
    .with({ kind: "store" }, ({ code }) =>
      withSteps(codeToCopy("code", texts.paymentCode, code, view), texts.storeSteps(name, strong), view),
    )
    .with(
      { kind: "wallet" },
      ({ phone }) =>
        html`<p>${texts.wallet(name, strong, phone === undefined ? undefined : html`<span class="whole">${phone}</span>`)}</p>`,
    )
    .with({ kind: "card" }, () => html`<p>${texts.cardCharge(strong)}</p>`)
    .with({ kind: "authorized" }, () => html`<p>${texts.cardReservation(strong)}</p>`)
    .with({ kind: "confirmation" }, () => html`<p>${texts.confirmation(strong)}</p>`)
    .with({ kind: "debit" }, () => html`<p>${texts.debit(name, strong)}</p>`)
    .with({ kind: "elsewhere" }, () => html`<p>${texts.elsewhere(name, strong)}</p>`)
    .exhaustive();
  return html`<section class="panel" aria-labelledby="method"><h2 id="method">${name}</h2>${content}</section>`;
};

const withSteps = (before: Html, steps: readonly Html[], { texts }: View): Html =>
  html`${before}<h3>${texts.howToPay}</h3><ol class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ol>`;
