import type { Stripe } from "stripe";
import { describe, expect, test } from "vitest";
import { openPage, type Page } from "../page.ts";
import { COFFEE, type StripeSetting, startStripe } from "./setting.ts";

const open = async (
  more: Partial<Stripe.PaymentLinkCreateParams> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<StripeSetting & { readonly link: Stripe.PaymentLink; readonly page: Page }> => {
  const setting = await startStripe();
  const link = await setting.create(more);
  return { ...setting, link, page: await openPage(link.url, headers) };
};

const FILLING = { "Your email address": "sari@example.test", "Credit or debit card": true };
const stateOf = (page: Page): string => page.get("status").text;
const cardOf = (number: string): Readonly<Record<string, string>> => ({ "Card number": number });

describe("the hosted page", () => {
  test("asks for the e-mail address and the method, and takes a card", async () => {
    const { page, client, link } = await open({
      after_completion: { type: "redirect", redirect: { url: "https://m.example/ok?s={CHECKOUT_SESSION_ID}" } },
    });
    expect(page.url).toContain("/c/pay/cs_test_");
    expect(page.get("main").text).toContain("Kopi2Rp30.000");
    expect(page.get("main").all("radio")[0]?.element.getAttribute("value")).toBe("card");
    const refused = await page.press("Continue", { "Credit or debit card": true });
    expect([refused.status, refused.get("alert").text]).toEqual([400, "Fill in your email address to continue."]);
    const card = await refused.press("Continue", FILLING);
    const paid = await card.press("Pay Rp30.000", cardOf("4242424242424242"));
    expect(stateOf(paid)).toBe("Paid. Thank you.");
    const [session] = (await client.checkout.sessions.list({ payment_link: link.id })).data;
    expect(session?.customer_details).toMatchObject({ email: "sari@example.test" });
    const back = paid.get("link", "Back to the merchant").element.getAttribute("href");
    expect(back).toBe(`https://m.example/ok?s=${session?.id}`);
  });

  test.each([
    ["4000 0000 0000 9995", "insufficient_funds", "This payment did not go through: refused."],
    ["4000000000000069", undefined, "This payment did not go through: refused."],
  ])("refuses the card %s, and takes another one in the same session", async (number, declineCode, state) => {
    const { page, client } = await open();
    const declined = await (await page.press("Continue", FILLING)).press("Pay Rp30.000", cardOf(number));
    expect(stateOf(declined)).toBe(state);
    const [intent] = (await client.paymentIntents.list()).data;
    expect(intent?.last_payment_error?.decline_code).toBe(declineCode);
    expect(stateOf(await declined.press("Pay Rp30.000", cardOf("4242424242424242")))).toBe("Paid. Thank you.");
    expect((await client.checkout.sessions.list()).data).toHaveLength(1);
  });

  test("asks to confirm at the bank, which can be refused", async () => {
    const { page, client } = await open();
    const ask = async (from: Page): Promise<Page> => from.press("Pay Rp30.000", cardOf("4000000000003220"));
    const asked = await ask(await page.press("Continue", FILLING));
    expect(asked.get("main").text).toContain("Your bank asks you to confirm Rp30.000.");
    const refused = await asked.press("Decline: the payment is refused");
    const [intent] = (await client.paymentIntents.list()).data;
    expect(intent?.last_payment_error?.code).toBe("payment_intent_authentication_failure");
    expect((await client.charges.list()).data).toHaveLength(0);
    expect(stateOf(await (await ask(refused)).press("Confirm at the bank"))).toBe("Paid. Thank you.");
  });

  test("takes no card that is not of Stripe's test cards", async () => {
    const { page } = await open();
    const refused = await (await page.press("Continue", FILLING)).press("Pay Rp30.000", cardOf("4811 1111 1111 1114"));
    expect([refused.status, refused.get("alert").text]).toEqual([
      400,
      "This is not a test card. Use one of the numbers in the sandbox controls.",
    ]);
  });

  test("pays with a card that is disputed, and with one whose refund fails later", async () => {
    const { page, link, sandbox, client, newTypes } = await open();
    const disputed = await (await page.press("Continue", FILLING)).press("Pay Rp30.000", cardOf("4000 0000 0000 0259"));
    expect(stateOf(disputed)).toBe("Your bank has taken this payment back.");
    expect((await disputed.press("Win the dispute")).get("status").text).toBe("Paid. Thank you.");
    const other = await (await openPage(link.url)).press("Continue", FILLING);
    const paid = await other.press("Pay Rp30.000", cardOf("4000 0000 0000 5126"));
    expect(stateOf(await paid.press("Refund in full"))).toBe("This payment was refunded.");
    newTypes();
    await sandbox.advance(3 * 60_000);
    expect(newTypes()).toContain("refund.failed");
    expect((await client.refunds.list()).data[0]?.status).toBe("failed");
  });

  test("lets the payer change a quantity within its bounds", async () => {
    const { page, client, link } = await open({
      line_items: [{ ...COFFEE, adjustable_quantity: { enabled: true, minimum: 1, maximum: 5 } }],
    });
    const refused = await page.press("Pay at once", { ...FILLING, "Quantity: Kopi": "6" });
    expect(refused.get("alert").text).toBe("The quantity of Kopi must be from 1 to 5.");
    await refused.press("Pay at once", { ...FILLING, "Quantity: Kopi": "5" });
    const [session] = (await client.checkout.sessions.list({ payment_link: link.id, status: "complete" })).data;
    expect(session?.amount_total).toBe(7_500_000);
    const items = await client.checkout.sessions.listLineItems(session?.id ?? "");
    expect(items.data.map(({ quantity, amount_total }) => [quantity, amount_total])).toEqual([[5, 7_500_000]]);
    expect((await client.paymentLinks.listLineItems(link.id)).data[0]?.quantity).toBe(2);
  });

  test("takes an amount of the payer's choice within its bounds", async () => {
    const { client } = await startStripe();
    const price = await client.prices.create({
      currency: "usd",
      custom_unit_amount: { enabled: true, minimum: 500, maximum: 10_000, preset: 2_000 },
      product_data: { name: "Donation" },
    });
    const link = await client.paymentLinks.create({ line_items: [{ price: price.id, quantity: 1 }] });
    const page = await openPage(link.url);
    const filled = { ...FILLING, "Amount in US Dollar": "4.99" };
    const refused = await page.press("Pay at once", filled);
    expect(refused.get("alert").text).toBe("The amount must be an amount in US Dollar, from $5 to $100.");
    await refused.press("Pay at once", { ...filled, "Amount in US Dollar": "12.50" });
    const [session] = (await client.checkout.sessions.list({ status: "complete" })).data;
    expect([session?.amount_total, session?.payment_status]).toEqual([1_250, "paid"]);
  });

  test("of a debit waits for the bank, and of a voucher for the payer", async () => {
    const { client, sandbox } = await startStripe();
    const debit = await client.paymentLinks.create({
      line_items: [{ price_data: { currency: "eur", unit_amount: 1_999, product_data: { name: "Tea" } }, quantity: 1 }],
    });
    const email = { "Your email address": "sari@example.test" };
    const waiting = await (await openPage(debit.url)).press("Continue", { ...email, "SEPA Direct Debit": true });
    expect(waiting.get("main").text).toContain("€19.99 will be collected from your account by SEPA Direct Debit.");
    expect(stateOf(await waiting.press("Complete the payment"))).toBe("Paid. Thank you.");
    const voucher = await client.paymentLinks.create({
      line_items: [
        { price_data: { currency: "jpy", unit_amount: 500, product_data: { name: "Onigiri" } }, quantity: 1 },
      ],
    });
    const issued = await (await openPage(voucher.url)).press("Continue", { ...email, Konbini: true });
    expect(issued.get("main").text).toContain("Payment code");
    expect(stateOf(await issued.press("Abandon: its time runs out"))).toBe("This payment did not go through: failed.");
    expect(sandbox.links.map(({ payments }) => payments[0]?.status)).toEqual(["paid", "failed"]);
  });

  test("pays only once in one visit", async () => {
    const { page, client } = await open();
    const once = await (await page.press("Continue", FILLING)).press("Pay twice");
    expect(once.get("alert").text).toContain("Paid once. The second payment was refused:");
    expect((await client.charges.list()).data).toHaveLength(1);
  });

  test("of a closed link has the merchant's message, in both languages around it", async () => {
    const { client, link } = await open({ inactive_message: "Gone fishing" });
    await client.paymentLinks.update(link.id, { active: false });
    const english = await openPage(link.url);
    const indonesian = await openPage(link.url, { "Accept-Language": "id" });
    expect([english.status, english.get("main").text, indonesian.get("main").text]).toEqual([
      410,
      expect.stringContaining("This link is closed. Gone fishing"),
      expect.stringContaining("Link ini sudah ditutup. Gone fishing"),
    ]);
  });

  test("is in Indonesian, and keeps the language from the link to the visit", async () => {
    const { link } = await open();
    const page = await openPage(`${link.url}?lang=id`);
    const filled = { "Alamat email Anda": "sari@example.test", "Kartu kredit atau debit": true };
    const card = await page.press("Lanjutkan", filled);
    expect(stateOf(await card.press("Bayar Rp30.000", { "Nomor kartu": "4242424242424242" }))).toBe(
      "Pembayaran berhasil. Terima kasih.",
    );
  });

  test("and all that is done there are in the timeline of the link", async () => {
    const { page, link, sandbox } = await open();
    await (await page.press("Continue", FILLING)).press("Pay Rp30.000", cardOf("4000000000000002"));
    const timeline = await openPage(`${sandbox.control.url}/inspector/link?url=${encodeURIComponent(link.url)}`);
    expect(timeline.text).toContain("payment_intent.payment_failed");
    expect(timeline.get("list", "Timeline").text).toContain("Pay page");
    expect(timeline.has("button", "Expire the link")).toBe(false);
  });
});
