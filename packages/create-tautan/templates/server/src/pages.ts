import { GATEWAYS } from "./gateways.ts";
import type { Order } from "./orders.ts";

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const page = (title: string, body: string, refresh = ""): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${refresh}
    <title>${escape(title)}</title>
    <style>
      body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }
      button { font: inherit; padding: 0.5rem 1.2rem; }
    </style>
  </head>
  <body>
    <h1>${escape(title)}</h1>
    ${body}
  </body>
</html>
`;

const rupiah = new Intl.NumberFormat("id-ID", { style: "currency", currency: "IDR", maximumFractionDigits: 0 });

export const shopPage = (): string => {
  const buttons = GATEWAYS.map((gateway) => {
    const label = GATEWAYS.length === 1 ? "Buy a ticket" : `Buy a ticket with ${gateway}`;
    return `<form method="post" action="/orders?gateway=${gateway}"><button>${label}</button></form>`;
  });
  return page("Concert, day 1", `<p>${rupiah.format(190_000)}</p>\n${buttons.join("\n")}`);
};

export const orderPage = (order: Order): string => {
  const what = `<p>${escape(order.title)}, ${rupiah.format(order.amount)}</p>`;
  if (order.attention) return page("About your payment", `${what}<p>Please ask us before you pay again.</p>`);
  if (order.paidAt) return page("Paid", `${what}<p>Thank you. Your order is ${escape(order.reference)}.</p>`);
  const refresh = '<meta http-equiv="refresh" content="2" />';
  return page("Waiting for your payment", `${what}<p>This page changes as soon as it arrives.</p>`, refresh);
};

export const notFoundPage = (): string =>
  page("Not found", '<p>There is no such order. <a href="/">To the shop</a></p>');
