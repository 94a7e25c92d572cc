import { html } from "hono/html";
import { amountStep, plainAmount } from "../money.ts";
import { form } from "./form.ts";
import type { Html } from "./layout.ts";
import { groupByKind, type PayMethod } from "./method-kinds.ts";
import type { OpenAmount, PageItem, PayPage } from "./pay-page.ts";
import { labelIn, moneyIn, type View } from "./view.ts";

/** The form that begins a payment. The sandbox's controls send it, too. */
export const PAY_FORM_ID = "pay-form";

const INPUT_TYPES = { name: "text", email: "email", phone: "tel" } as const;

/** Where a payment begins: the amount if it is the payer's to choose, what the merchant asks for, the method. */
export const payForm = (page: PayPage, entered: URLSearchParams | undefined, view: View): Html =>
  form(
    view.newFormId,
    html`
    ${typeof page.amount === "number" ? "" : amountField(page.amount, entered?.get("amount"), view)}
    ${page.items.map((item, index) => quantityField(item, index, entered?.get(quantityName(index)), view))}
    ${page.asksFor.map(
      (detail) =>
        html`<p><label for="${detail}">${view.texts.details[detail]}</label>
        <input id="${detail}" name="${detail}" type="${INPUT_TYPES[detail]}" autocomplete="${detail === "phone" ? "tel" : detail}" value="${entered?.get(detail) ?? page.known?.[detail] ?? ""}" required></p>`,
    )}
    ${methodChoice(page, entered?.get("method"), view)}
    <div class="stack"><button name="do" value="open">${view.texts.goOn}</button></div>`,
    PAY_FORM_ID,
  );

/** The field of how many of an item, by its place. */
export const quantityName = (index: number): string => `quantity-${index}`;

const quantityField = (item: PageItem, index: number, entered: string | null | undefined, view: View): Html | "" => {
  const { name, quantity, adjustable } = item;
  if (adjustable === undefined) return "";
  const field = quantityName(index);
  return html`<p><label for="${field}">${view.texts.quantityOf(name)}</label>
    <input id="${field}" name="${field}" type="number" inputmode="numeric" step="1" min="${adjustable.min}" max="${adjustable.max}" value="${entered ?? quantity}" required></p>`;
};

export const methodChoice = (
  { methods, firstKinds }: Pick<PayPage, "methods" | "firstKinds">,
  chosen: string | null | undefined,
  view: View,
): Html => html`<fieldset class="methods"><legend>${view.texts.chooseMethod}</legend>
      ${groupByKind(methods, firstKinds).map(({ kind, methods: ofKind }) => {
        const { name, hint } = view.texts.kinds[kind];
        return html`<fieldset><legend>${name}</legend>${hint === "" ? "" : html`<p class="hint">${hint}</p>`}
        <div class="choices">${ofKind.map(
          (method) =>
            html`<label class="choice"><input type="radio" name="method" value="${method.code}" required${method.code === chosen ? " checked" : ""}> <span>${shortLabel(method, view)}</span></label>`,
        )}</div></fieldset>`;
      })}
    </fieldset>`;

/** The text of the heading is not shown twice: the second one is for screen readers only. */
const shortLabel = (method: PayMethod, view: View): Html | string => {
  const label = labelIn(view, method);
  const { brand } = method;
  if (brand === undefined || !label.includes(brand)) return label;
  const [before = "", after = ""] = label.split(brand);
  const unseen = (text: string): Html | "" => (text === "" ? "" : html`<span class="unseen">${text}</span>`);
  return html`${unseen(before)}${brand}${unseen(after)}`;
};

const amountField = ({ min, max, preset }: OpenAmount, entered: string | null | undefined, view: View): Html => {
  const { currency, texts } = view;
  const plain = (amount: number): string => plainAmount(amount, currency);
  const upperBound = max === undefined ? "" : html` max="${plain(max)}"`;
  const range =
    max === undefined
      ? texts.amountFrom(moneyIn(view, min))
      : texts.amountRange(moneyIn(view, min), moneyIn(view, max));
  return html`<p><label for="amount">${texts.amountIn(currency)}</label>
    <input id="amount" name="amount" type="number" inputmode="numeric" step="${amountStep(currency)}" min="${plain(min)}"${upperBound} value="${entered ?? (preset === undefined ? "" : plain(preset))}" aria-describedby="range" required>
    <span id="range" class="quiet">${range}</span></p>`;
};
