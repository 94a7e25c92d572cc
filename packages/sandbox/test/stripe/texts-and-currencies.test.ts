// Texts of the merchant on the pay page, and the currencies of https://docs.stripe.com/currencies.
import { expect, test } from "vitest";
import { startStripe } from "./setting.ts";

test("custom texts are returned, shown on the page, and refused if they are too long", async () => {
  const { client, create } = await startStripe();
  const link = await create({ custom_text: { submit: { message: "Konser, hari 1" } } });
  expect(link.custom_text).toMatchObject({ submit: { message: "Konser, hari 1" }, after_submit: null });
  expect(await (await fetch(link.url)).text()).toContain("Konser, hari 1");
  const changed = await client.paymentLinks.update(link.id, { custom_text: { submit: "" } });
  expect(changed.custom_text.submit).toBeNull();
  await expect(create({ custom_text: { submit: { message: "x".repeat(1201) } } })).rejects.toThrow("1200");
});

test.each([
  ["afn", 99_999_999, true],
  ["zmw", 100_000_000, false],
  ["inr", 999_999_999, true],
  ["jpy", 9_999_999_999, true],
  ["xts", 100, false],
])("%s %i: accepted %s", async (currency, unit_amount, isAccepted) => {
  const { client } = await startStripe();
  const made = client.paymentLinks.create({
    line_items: [{ price_data: { currency, unit_amount, product_data: { name: "Kopi" } }, quantity: 1 }],
  });
  if (isAccepted) expect((await made).currency).toBe(currency);
  else await expect(made).rejects.toThrow(/Invalid currency|99999999/);
});
