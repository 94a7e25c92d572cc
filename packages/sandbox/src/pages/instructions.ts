import { html } from "hono/html";
import { match } from "ts-pattern";
import { type Currency, formatMoney } from "../money.ts";
import type { Html } from "./layout.ts";
import type { PagePayment } from "./pay-page.ts";
import { qrImage } from "./qr-image.ts";
import { qrisText } from "./qris.ts";

/** What the payer has to do, by the method they chose. */
export const instructionsFor = ({ instructions, methodName, amount }: PagePayment, currency: Currency): Html => {
  const money = formatMoney({ amount, currency });
  const exactly = html`<p>Pay exactly <strong>${money}</strong>.</p>`;
  return match(instructions)
    .with(
      { kind: "virtual_account" },
      ({ number, billerCode }) => html`
      ${billerCode === undefined ? "" : codeToCopy("Company code", billerCode)}
      ${codeToCopy(billerCode === undefined ? "Virtual account number" : "Bill key", number)}
      ${exactly}<p>Transfer from your bank's app, an ATM or a branch.</p>`,
    )
    .with({ kind: "qris" }, ({ reference }) => {
      const text = qrisText({ amount, reference });
      return html`${qrImage(text, `QRIS code for ${money}`)}
      ${exactly}<p>Scan the code with your bank's or wallet's app.</p>
      <details><summary>The text of the code</summary><p class="code">${text}</p></details>`;
    })
    .with(
      { kind: "store" },
      ({ code }) => html`${codeToCopy("Payment code", code)}
      ${exactly}<p>Show the code at the till of any ${methodName} and pay there.</p>`,
    )
    .with(
      { kind: "wallet" },
      ({ phone }) =>
        html`<p>${methodName} asks you to confirm <strong>${money}</strong>${
          phone === undefined ? " in its app." : html` in the app on ${phone}.`
        }</p>`,
    )
    .with({ kind: "card" }, () => html`<p><strong>${money}</strong> is charged to your card.</p>`)
    .with(
      { kind: "authorized" },
      () => html`<p><strong>${money}</strong> is reserved on the card until the merchant takes it.</p>`,
    )
    .with(
      { kind: "elsewhere" },
      () => html`<p>You go on at ${methodName} and confirm <strong>${money}</strong> there.</p>`,
    )
    .exhaustive();
};

const codeToCopy = (label: string, code: string): Html =>
  html`<p class="quiet">${label}</p><p class="code-to-copy">${code}</p>`;
