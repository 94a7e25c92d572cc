// The texts of links and payments with the traits of gateways of other families.
import { idr, type PaymentLink, type PaymentLinkHistory } from "@tautan/core";
import { expect, test } from "vitest";
import { describePaid } from "../src/output/history.ts";
import { describeUsage } from "../src/output/link.ts";

test.each([
  [{ used: 0, held: 0, limit: 1 }, "0 of 1"],
  [{ used: 3, held: 0 }, "3"],
  [{ used: 0, held: 0, counted: false }, "not counted"],
  [{ used: 0, held: 0, limit: 2, counted: false }, "not counted, limit 2"],
  [{ used: 2, held: 0, limit: 2, counted: true }, "2 of 2"],
])("the usage %j is shown as %s", (usage, text) => {
  expect(describeUsage({ usage } as PaymentLink)).toBe(text);
});

test("a tip is shown beside the amount", () => {
  const history = { amount: idr(190_000), tip: idr(5000), refunded: idr(10_000) } as PaymentLinkHistory;
  expect(describePaid(history)).toBe("IDR 190,000 (tip IDR 5,000) (refunded IDR 10,000)");
});
