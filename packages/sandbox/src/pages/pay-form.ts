import { html } from "hono/html";
import { amountStep, type Currency, formatMoney, plainAmount } from "../money.ts";
import { form, type NewFormId } from "./form.ts";
import type { Html } from "./layout.ts";
import type { OpenAmount, PayPage } from "./pay-page.ts";

const INPUT_TYPES = { name: "text", email: "email", phone: "tel" } as const;
const INPUT_LABELS = { name: "Your name", email: "Your email address", phone: "Your phone number" } as const;

/** Where a payment begins: the amount where it is the payer's to choose, what the merchant asks for, the method. */
export const payForm = (page: PayPage, entered: URLSearchParams | undefined, newFormId: NewFormId): Html =>
  form(
    newFormId,
    html`
    ${typeof page.amount === "number" ? "" : amountField(page.amount, page.currency, entered?.get("amount"))}
    ${page.asksFor.map(
      (detail) =>
        html`<p><label for="${detail}">${INPUT_LABELS[detail]}</label>
        <input id="${detail}" name="${detail}" type="${INPUT_TYPES[detail]}" autocomplete="${detail === "phone" ? "tel" : detail}" value="${entered?.get(detail) ?? ""}" required></p>`,
    )}
    ${methodChoice(page.methods, entered?.get("method"))}
    <div class="stack">
      <button name="do" value="open">Continue</button>
      <button class="second" name="do" value="pay">Pay at once</button>
    </div>`,
  );

export const methodChoice = (methods: PayPage["methods"], chosen: string | null | undefined): Html => html`<fieldset>
      <legend>Payment method</legend>
      ${methods.map(
        ({ code, name }) =>
          html`<label class="choice"><input type="radio" name="method" value="${code}" required${code === chosen ? " checked" : ""}> ${name}</label>`,
      )}
    </fieldset>`;

const amountField = (
  { min, max, preset }: OpenAmount,
  currency: Currency,
  entered: string | null | undefined,
): Html => {
  const plain = (amount: number): string => plainAmount(amount, currency);
  const shown = (amount: number): string => formatMoney({ amount, currency });
  const upperBound = max === undefined ? "" : html` max="${plain(max)}"`;
  const range = max === undefined ? `From ${shown(min)}` : `${shown(min)} to ${shown(max)}`;
  return html`<p><label for="amount">Amount in ${currency.name}</label>
    <input id="amount" name="amount" type="number" inputmode="numeric" step="${amountStep(currency)}" min="${plain(min)}"${upperBound} value="${entered ?? (preset === undefined ? "" : plain(preset))}" aria-describedby="range" required>
    <span id="range" class="quiet">${range}</span></p>`;
};
