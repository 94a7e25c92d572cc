import { randomUUID } from "node:crypto";
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type PayPageState = "open" | "held" | "paid" | "used_up" | "expired" | "closed" | "failed";

/** An amount the payer chooses. Whole rupiah; the bounds are inclusive. */
interface OpenAmount {
  readonly min: number;
  readonly max: number | undefined;
  readonly preset: number | undefined;
}

/** One try at paying, as the page lists it. */
export interface PageAttempt {
  readonly id: string;
  /** The provider's code. */
  readonly method: string;
  readonly methodName: string;
  /** The provider's word. */
  readonly status: string;
  /** Whole rupiah. */
  readonly amount: number;
  readonly isPaid: boolean;
}

/** What a pay page shows. */
export interface PayPage {
  readonly provider: string;
  readonly title: string;
  readonly reference: string;
  readonly items: readonly { readonly name: string; readonly quantity: number; readonly subtotal: number }[];
  /** Whole rupiah, or what the payer may choose. */
  readonly amount: number | OpenAmount;
  readonly state: PayPageState;
  readonly methods: readonly { readonly code: string; readonly name: string }[];
  /** Details without which the payer cannot go on. */
  readonly asksFor: readonly ("name" | "email" | "phone")[];
  readonly attempts: readonly PageAttempt[];
  /** In the state `held`: the id of the attempt that holds the link. */
  readonly heldBy: string | undefined;
  /** Where the merchant wants the payer to go afterwards. */
  readonly returnUrl: string | undefined;
}

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const sentences: Readonly<Record<PayPageState, string>> = {
  open: "Waiting for payment",
  held: "A payment on this link is pending.",
  paid: "Paid. Thank you.",
  used_up: "This link has been used up.",
  expired: "This link has expired.",
  closed: "This link is closed.",
  failed: "This payment has failed.",
};

const inputTypes = { name: "text", email: "email", phone: "tel" } as const;
const autocompletes = { name: "name", email: "email", phone: "tel" } as const;
const inputLabels = { name: "Your name", email: "Your email address", phone: "Your phone number" } as const;

/** `Rp190.000` */
function rupiah(amount: number): string {
  return `${amount < 0 ? "-" : ""}Rp${String(Math.abs(amount)).replaceAll(/\B(?=(\d{3})+$)/g, ".")}`;
}

/** What the visitor has just done. */
interface Visit {
  /** The attempt they paid. */
  readonly paid?: PageAttempt | undefined;
  /** Why their payment did not go through. */
  readonly refusal?: string | undefined;
  /** What they had filled in then, by the names of the fields. */
  readonly entered?: URLSearchParams | undefined;
}

/** The page of one link. */
export function renderPayPage(page: PayPage, { paid, refusal, entered }: Visit = {}): Html {
  // A link for one payment thanks whoever comes back to it.
  const payment = paid ?? (page.state === "paid" ? page.attempts.findLast(({ isPaid }) => isPaid) : undefined);
  const held = page.attempts.find(({ id }) => id === page.heldBy);
  return layout(
    page.title,
    html`
      <p class="provider">${page.provider} sandbox</p>
      <h1>${page.title}</h1>
      <p>Reference: ${page.reference}</p>
      ${page.items.length === 0 ? "" : itemTable(page)}
      <p class="amount">${amountText((payment ?? held)?.amount ?? page.amount)}</p>
      <p role="status" class="state">${sentences[payment === undefined ? page.state : "paid"]}</p>
      ${payment === undefined ? "" : html`<p>Payment method: ${payment.methodName}</p>`}
      ${refusal === undefined ? "" : html`<p role="alert" class="refusal">${refusal}</p>`}
      ${payment === undefined ? nextStep(page, entered) : ""}
      ${paid !== undefined && page.state === "open" ? html`<p><a href="?">Make another payment</a></p>` : ""}
      ${page.attempts.length === 0 ? "" : attemptList(page)}
      ${page.returnUrl === undefined ? "" : html`<p><a href="${page.returnUrl}" rel="noreferrer">Back to the merchant</a></p>`}
    `,
  );
}

/** A page that only says why there is nothing to pay. */
export function renderNotice(title: string, sentence: string): Html {
  return layout(title, html`<h1>${title}</h1><p role="status">${sentence}</p>`);
}

function amountText(amount: PayPage["amount"]): string {
  return typeof amount === "number" ? rupiah(amount) : "The amount is yours to choose";
}

function itemTable(page: PayPage): Html {
  return html`<table>
    <caption>${page.items.length === 1 ? "Item" : "Items"}</caption>
    <thead><tr><th scope="col">Name</th><th scope="col">Quantity</th><th scope="col">Subtotal</th></tr></thead>
    <tbody>${page.items.map(
      (item) => html`<tr><td>${item.name}</td><td>${item.quantity}</td><td>${rupiah(item.subtotal)}</td></tr>`,
    )}</tbody>
  </table>`;
}

function nextStep(page: PayPage, entered: Visit["entered"]): Html | "" {
  if (page.heldBy !== undefined) return completeForm(page.heldBy);
  return page.state === "open" ? payForm(page, entered) : "";
}

function payForm(page: PayPage, entered: Visit["entered"]): Html {
  return form(html`
    ${typeof page.amount === "number" ? "" : amountField(page.amount, entered?.get("amount"))}
    ${page.asksFor.map(
      (detail) =>
        html`<p><label for="${detail}">${inputLabels[detail]}</label>
        <input id="${detail}" name="${detail}" type="${inputTypes[detail]}" autocomplete="${autocompletes[detail]}" value="${entered?.get(detail) ?? ""}" required></p>`,
    )}
    <fieldset>
      <legend>Payment method</legend>
      ${page.methods.map(
        ({ code, name }) =>
          html`<label class="choice"><input type="radio" name="method" value="${code}" required${code === entered?.get("method") ? " checked" : ""}> ${name}</label>`,
      )}
    </fieldset>
    <button type="submit">Pay</button>`);
}

function completeForm(attempt: string): Html {
  return form(html`<input type="hidden" name="attempt" value="${attempt}">
    <button type="submit">Complete the pending payment</button>`);
}

/** Sent twice, it is known by its id. Browsers that fill it in again would bring back the id of an earlier one. */
function form(content: Html): Html {
  return html`<form method="post" autocomplete="off"><input type="hidden" name="form" value="${randomUUID()}">
    ${content}
  </form>`;
}

function amountField({ min, max, preset }: OpenAmount, entered: string | null | undefined): Html {
  const upperBound = max === undefined ? "" : html` max="${max}"`;
  const range = max === undefined ? `From ${rupiah(min)}` : `${rupiah(min)} to ${rupiah(max)}`;
  return html`<p><label for="amount">Amount in rupiah</label>
    <input id="amount" name="amount" type="number" inputmode="numeric" step="1" min="${min}"${upperBound} value="${entered ?? preset ?? ""}" aria-describedby="range" required>
    <span id="range">${range}</span></p>`;
}

function attemptList(page: PayPage): Html {
  return html`<h2>Payments on this link</h2>
    <ol>${page.attempts.map(({ method, status, amount }) => html`<li>${rupiah(amount)} by ${method}: ${status}</li>`)}</ol>`;
}

function layout(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; background: #f4f5f7; color: #1b1f24; }
main { max-width: 32rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; background: #fff; min-height: 100vh; box-sizing: border-box; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; } h2 { font-size: 1.1rem; }
.provider { color: #57606a; margin: 0; } .amount { font-size: 1.6rem; font-weight: 700; margin: 1rem 0 0; }
.state { font-weight: 600; } .refusal { color: #a40e26; font-weight: 600; }
table { width: 100%; border-collapse: collapse; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid #d0d7de; }
th:not(:first-child), td:not(:first-child) { text-align: right; white-space: nowrap; }
fieldset { border: 1px solid #8c959f; border-radius: .5rem; margin: 0 0 1rem; }
.choice { display: block; padding: .5rem 0; }
label { font-weight: 500; } input:not([type="radio"]) { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid #57606a; border-radius: .375rem; }
button { width: 100%; font: inherit; font-weight: 600; padding: .75rem; color: #fff; background: #0b5cad; border: 0; border-radius: .5rem; cursor: pointer; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
</style>
</head>
<body><main>${body}</main></body>
</html>`;
}
