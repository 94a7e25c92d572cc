import type { PaymentReturn } from "@tautan/webhooks";
import type { Order } from "./orders.ts";

export const PRODUCT = { product: "Gayo coffee, 1 kg", price: 190_000 } as const;

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const rupiah = new Intl.NumberFormat("id-ID", { style: "currency", currency: "IDR", maximumFractionDigits: 0 });

const STYLE = `
  body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 0 auto; padding: 2rem 1rem; color: #1d2433; }
  main { border: 1px solid #d5dae3; border-radius: 0.75rem; padding: 1.25rem; }
  h1 { font-size: 1.5rem; margin: 0 0 0.5rem; }
  nav { display: flex; gap: 1rem; margin-bottom: 1rem; }
  a { color: #0b57d0; }
  button, .button { display: block; width: 100%; box-sizing: border-box; padding: 0.75rem; border: 0; border-radius: 0.5rem;
    background: #0b57d0; color: #fff; font: inherit; text-align: center; text-decoration: none; cursor: pointer; }
  table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
  th, td { text-align: left; padding: 0.4rem 0.5rem 0.4rem 0; border-top: 1px solid #d5dae3; }
`;

const page = (title: string, content: string, refreshSeconds?: number): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    ${refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">`}
    <title>${escape(title)}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <nav><a href="/">Shop</a> <a href="/orders">Orders</a></nav>
    <main><h1>${escape(title)}</h1>${content}</main>
  </body>
</html>`;

export const productPage = (): string =>
  page(
    PRODUCT.product,
    `<p>${rupiah.format(PRODUCT.price)}</p><form method="post" action="/orders"><button>Buy</button></form>`,
  );

export const ordersPage = (orders: readonly Order[]): string => {
  const rows = orders.map(
    ({ reference, price, status, parcels }) =>
      `<tr><td>${escape(reference)}</td><td>${rupiah.format(price)}</td><td>${status}</td><td>${parcels}</td></tr>`,
  );
  const head = "<tr><th>Order</th><th>Price</th><th>Status</th><th>Parcels</th></tr>";
  return page("Orders", rows.length === 0 ? "<p>None yet.</p>" : `<table>${head}${rows.join("")}</table>`);
};

/** The page to which the payer returns, by the confirmed state of the link. */
export const returnPage = ({ status, link }: PaymentReturn): string => {
  const reference = `<p>Order ${escape(link.reference)}</p>`;
  switch (status) {
    case "paid":
      return page("Paid", `${reference}<p>Thank you. Your parcel is on its way.</p>`);
    case "pending":
      return page("Waiting for your payment", `${reference}<p>This page changes as soon as it arrives.</p>`, 3);
    case "unpaid":
      return page("Not paid yet", `${reference}<p><a class="button" href="${escape(link.url)}">Pay now</a></p>`);
    case "review":
      return page("We look at your payment", `${reference}<p>It differs from the order. We write to you.</p>`);
    case "expired":
    case "closed":
      return page("Too late", `${reference}<p>It was not paid in time. <a href="/">Order again</a></p>`);
    case "refunded":
    case "reversed":
    case "disputed":
      return page("Not paid any more", `${reference}<p>Your money went back to you, or is about to.</p>`);
  }
};

export const sorryPage = (text: string): string => page("Sorry", `<p>${escape(text)}</p>`);
