import { describe, expect, test } from "vitest";
import { createLinkAt } from "./create-link.ts";
import { openPage } from "./page.ts";
import { startSandbox } from "./support.ts";

describe("a pay page, found by roles", () => {
  test("is filled in by labels and paid by its button", async () => {
    const { sandbox } = await startSandbox();
    const page = await openPage(await createLinkAt(sandbox, "midtrans", "ORD-1"));
    expect([page.status, page.get("main").all("heading").length]).toEqual([200, 1]);
    expect(page.get("group", "Choose a payment method").has("radio", "BCA virtual account")).toBe(true);
    const paid = await page.press("Pay at once", { "BCA virtual account": true });
    expect([paid.status, paid.get("status").text]).toEqual([200, "Paid. Thank you."]);
    expect(paid.get("main").has("button")).toBe(false);
  });
});
