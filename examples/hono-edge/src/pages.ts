import { html } from "hono/html";
import type { OrderState } from "./order.ts";

type Page = ReturnType<typeof html>;

const page = (title: string, content: Page): Page => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem; color: #1b1f24; }
a, button { display: inline-block; font: inherit; border: 0; border-radius: .4rem; padding: .6rem 1.2rem; background: #0a5c36; color: #fff; text-decoration: none; cursor: pointer; }
dt { color: #57606a; } dd { margin: 0 0 1rem; font-size: 1.2rem; }
</style>
</head>
<body>${content}</body>
</html>`;

const rupiah = (amount: number): string => `Rp ${amount.toLocaleString("id-ID")}`;

export const shopPage = (amount: number): Page =>
  page(
    "Concert",
    html`<h1>Concert, day 1</h1><p>${rupiah(amount)}</p><form method="post" action="/orders"><button>Buy a ticket</button></form>`,
  );

const WORDS: Readonly<Record<OrderState["status"], string>> = {
  unpaid: "Not paid yet",
  paid: "Paid",
  review: "We look at your payment",
};

export const orderPage = ({ reference, title, amount, url, status, tickets }: OrderState): Page =>
  page(
    reference,
    html`<h1>${title}</h1>
<dl><dt>Order</dt><dd>${reference}</dd><dt>Amount</dt><dd>${rupiah(amount)}</dd><dt>Status</dt><dd id="status">${WORDS[status]}</dd>
<dt>Tickets</dt><dd id="tickets">${tickets}</dd></dl>
${status === "unpaid" && url !== null ? html`<a id="pay" href="${url}">Pay</a>` : ""}`,
  );

export const problemPage = (message: string): Page =>
  page("Not now", html`<h1>Not now</h1><p>${message}</p><a href="/">Back</a>`);
