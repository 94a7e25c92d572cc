import { describe, expect, test } from "vitest";
import { createLinkAt } from "./create-link.ts";
import { openPage } from "./page.ts";
import { startSandbox } from "./support.ts";

const statuses = (page: Awaited<ReturnType<typeof openPage>>): readonly string[] =>
  page
    .get("complementary", "Sandbox controls")
    .all("listitem")
    .map(({ text }) => text);

describe("the sandbox's controls", () => {
  test("stand apart from what a payer sees, under a badge", async () => {
    const { sandbox } = await startSandbox();
    const page = await openPage(await createLinkAt(sandbox, "midtrans"));
    expect(page.get("banner").text).toContain("TEST – no real money");
    expect(
      page
        .get("main")
        .all("button")
        .map(({ text }) => text),
    ).toEqual(["Continue"]);
    const controls = page.get("complementary", "Sandbox controls");
    expect(controls.all("button").map(({ text }) => text)).toEqual(["Pay at once", "Let the link expire"]);
    const opened = await page.press("Continue", { "BCA virtual account": true });
    expect(opened.get("main").has("button", "Complete the payment")).toBe(false);
    expect(opened.get("complementary").has("button", "Complete the payment")).toBe(true);
  });

  test("let the link expire", async () => {
    const { sandbox } = await startSandbox();
    const page = await openPage(await createLinkAt(sandbox, "singapay"));
    const expired = await page.press("Let the link expire");
    expect([expired.status, expired.get("status").text, expired.has("button")]).toEqual([
      410,
      "This link has expired.",
      false,
    ]);
  });

  test("settle and refund a card, in the words of a payer", async () => {
    const { sandbox } = await startSandbox();
    const page = await openPage(await createLinkAt(sandbox, "midtrans"));
    const opened = await page.press("Continue", { "Credit or debit card": true });
    const paid = await opened.press("Pay Rp20.000");
    expect([paid.get("status").text, statuses(paid)]).toEqual([
      "Paid. Thank you.",
      ["Rp20.000 by Credit or debit card: paid"],
    ]);
    const settled = await paid.press("Settle");
    expect(settled.get("main").has("button")).toBe(false);
    const refunded = await settled.press("Refund in full");
    expect([refunded.get("status").text, statuses(refunded)]).toEqual([
      "This payment was refunded.",
      ["Rp20.000 by Credit or debit card: refunded"],
    ]);
    expect(refunded.has("button")).toBe(false);
  });

  test("approve what fraud detection has challenged", async () => {
    const { sandbox } = await startSandbox();
    const page = await openPage(await createLinkAt(sandbox, "midtrans"));
    const opened = await page.press("Continue", { "Credit or debit card": true });
    const reviewed = await opened.press("Pay Rp20.000", { "Card number": "4511 1111 1111 1117" });
    expect([reviewed.get("status").text, reviewed.get("main").has("button")]).toEqual([
      "The merchant is reviewing this payment.",
      false,
    ]);
    expect((await reviewed.press("Approve")).get("status").text).toBe("Paid. Thank you.");
  });

  test("charge back and reverse what a bank takes back", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "midtrans");
    const card = await sandbox.pay(link, { method: "credit_card" });
    await sandbox.settle(link, { payment: card.id });
    const charged = await (await openPage(`${link}?payment=${card.id}`)).press("Charge back in full");
    expect(charged.get("status").text).toBe("Your bank has taken this payment back.");
    const transfer = await sandbox.pay(link, { method: "permata_va" });
    const reversed = await (await openPage(`${link}?payment=${transfer.id}`)).press("Reverse: the bank takes it back");
    expect(reversed.get("status").text).toBe("This payment did not go through: refused.");
  });

  test("refuse what is no longer possible, with the provider's reason", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "xfers");
    const { id } = await sandbox.pay(link, { method: "BCA" });
    const page = await openPage(`${link}?payment=${id}`);
    await sandbox.settle(link);
    const refused = await page.press("Settle");
    expect([refused.status, refused.get("alert").text]).toEqual([
      409,
      "This is not possible now. Reason in the sandbox: The link is completed; to settle it must be paid.",
    ]);
  });
});
