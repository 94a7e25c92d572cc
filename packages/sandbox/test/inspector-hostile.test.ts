import { expect, test } from "vitest";
import { look, submit } from "./inspect.ts";
import { openPage, type Page } from "./page.ts";
import { call, midtransCaller, startMerchant, startSandbox, textAt } from "./support.ts";

const hostile = `"'><script>alert(1)</script></textarea><img src=x onerror=alert(2)>&lt;`;
// What fits into a title.
const short = `"'><script>alert(1)</script>`;
const encoded = encodeURIComponent(hostile);

/** The markup that came from a text. */
const injectedIn = ({ html, element }: Page): readonly string[] => [
  ...(html.match(/<script>alert|<img|<\/textarea><img/g) ?? []),
  ...[...element.querySelectorAll("[onerror]")].map(({ tagName }) => tagName),
];

test("no title, reference, header, body or query becomes markup on any page", async () => {
  const merchant = await startMerchant();
  const { sandbox } = await startSandbox({ midtrans: `${merchant.url}/?${encoded}` });
  const created = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    title: short,
    transaction_details: { order_id: "INV-1", gross_amount: 10_000 },
    item_details: [{ name: hostile.slice(0, 50), price: 10_000, quantity: 1 }],
    customer_details: { first_name: short },
    custom_field1: hostile,
  });
  const link = textAt(created.json, "payment_url");
  await call(`${sandbox.midtrans.url}/v1/payment-links/INV-1?${encoded}=${encoded}`, {
    headers: { Authorization: `Basic ${btoa("x:")}`, "X-Hostile": hostile, "User-Agent": hostile },
  });
  const { id } = await sandbox.pay(link, { method: "bca_va" });
  await expect(sandbox.pay(link, { payment: hostile })).rejects.toThrow("no payment");
  await submit(sandbox, "/deliveries/1/edited", { body: JSON.stringify({ note: hostile }), signature: "old" });
  const url = `url=${encodeURIComponent(link)}`;
  const about = `link=${encodeURIComponent(link)}`;
  const pages = await Promise.all([
    ...["", "/links", "/deliveries", "/requests", "/requests/1", "/requests/2", "/deliveries/1", "/deliveries/3"].map(
      (path) => look(sandbox, path),
    ),
    ...["/links", "/deliveries", "/requests"].map((path) =>
      look(sandbox, `${path}?q=${encoded}&status=${encoded}&${encoded}=${encoded}&page=${encoded}`),
    ),
    look(sandbox, `/link?${url}`),
    look(sandbox, `/send?${about}`),
    look(sandbox, `/send?${about}&event=${encoded}`),
    look(sandbox, `/send?${about}&event=settlement&payment=${encoded}`),
    look(sandbox, `/send?link=${encoded}`),
    look(sandbox, `/send?${about}&event=settlement&payment=${encodeURIComponent(id)}`),
    submit(sandbox, "/send", { provider: "midtrans", link: hostile, event: hostile, payment: hostile, body: hostile }),
    submit(sandbox, "/link", { link, do: "refund", payment: hostile, amount: hostile }),
    openPage(`${link}?lang=${encoded}&payment=${encoded}&paid=${encoded}`),
    openPage(`${link}?lang=id&payment=${encodeURIComponent(id)}`),
  ]);
  expect(pages.map(injectedIn)).toEqual(pages.map(() => []));
  expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
  const quoting = pages.filter(({ text }) => text.includes("<script>alert(1)</script>"));
  expect(quoting.length).toBeGreaterThan(15);
});
