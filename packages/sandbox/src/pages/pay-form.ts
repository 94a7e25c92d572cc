import { html } from "hono/html";
import { form, type NewFormId } from "./form.ts";
import type { Html } from "./layout.ts";
import type { OpenAmount, PayPage } from "./pay-page.ts";
import { rupiah } from "./rupiah.ts";

const inputTypes = { name: "text", email: "email", phone: "tel" } as const;
const inputLabels = { name: "Your name", email: "Your email address", phone: "Your phone number" } as const;

/** Where a payment begins: the amount where it is the payer's to choose, what the merchant asks for, the method. */
export function payForm(page: PayPage, entered: URLSearchParams | undefined, newFormId: NewFormId): Html {
  return form(
    newFormId,
    html`
    ${typeof page.amount === "number" ? "" : amountField(page.amount, entered?.get("amount"))}
    ${page.asksFor.map(
      (detail) =>
        html`<p><label for="${detail}">${inputLabels[detail]}</label>
        <input id="${detail}" name="${detail}" type="${inputTypes[detail]}" autocomplete="${detail === "phone" ? "tel" : detail}" value="${entered?.get(detail) ?? ""}" required></p>`,
    )}
    ${methodChoice(page.methods, entered?.get("method"))}
    <div class="stack">
      <button name="do" value="open">Continue</button>
      <button class="second" name="do" value="pay">Pay at once</button>
    </div>`,
  );
}

export function methodChoice(methods: PayPage["methods"], chosen: string | null | undefined): Html {
  return html`<fieldset>
      <legend>Payment method</legend>
      ${methods.map(
        ({ code, name }) =>
          html`<label class="choice"><input type="radio" name="method" value="${code}" required${code === chosen ? " checked" : ""}> ${name}</label>`,
      )}
    </fieldset>`;
}

function amountField({ min, max, preset }: OpenAmount, entered: string | null | undefined): Html {
  const upperBound = max === undefined ? "" : html` max="${max}"`;
  const range = max === undefined ? `From ${rupiah(min)}` : `${rupiah(min)} to ${rupiah(max)}`;
  return html`<p><label for="amount">Amount in rupiah</label>
    <input id="amount" name="amount" type="number" inputmode="numeric" step="1" min="${min}"${upperBound} value="${entered ?? preset ?? ""}" aria-describedby="range" required>
    <span id="range" class="quiet">${range}</span></p>`;
}
