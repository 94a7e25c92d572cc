import { idr, parsePaymentLink } from "@tautan/core";
import { describe, expect, test } from "vitest";
import { createStub, linksWith } from "./support/stub-driver.ts";

const stored = async (): Promise<Record<string, unknown>> => {
  const created = await linksWith(createStub()).create({
    reference: "INV-001",
    title: "A",
    amount: idr(190_000),
    items: [{ name: "A", quantity: 1, unitPrice: idr(190_000) }],
    methods: [{ kind: "card" }],
    customer: { email: "sari@example.test" },
    metadata: { a: "1" },
    redirect: { url: "https://shop.example/" },
    collect: { name: "required", email: "required" },
  });
  return JSON.parse(JSON.stringify(created._unsafeUnwrap())) as Record<string, unknown>;
};

describe("a link that was stored and read again", () => {
  test("comes back equal and frozen", async () => {
    const json = await stored();
    const link = parsePaymentLink(json)._unsafeUnwrap();
    expect(link).toEqual(json);
    expect(Object.isFrozen(link) && Object.isFrozen(link.usage)).toBe(true);
  });

  test("one with an open amount too", async () => {
    const json = { ...(await stored()), amount: { open: { currency: "IDR", min: "1000" } } };
    expect(parsePaymentLink(json)._unsafeUnwrap().amount).toEqual({ open: { currency: "IDR", min: "1000" } });
  });

  test("fields of a later version are dropped, not refused", async () => {
    expect(parsePaymentLink({ ...(await stored()), future: true })._unsafeUnwrap()).not.toHaveProperty("future");
  });

  test.each<[string, object, string]>([
    ["an id without a gateway", { id: "x" }, "id"],
    ["an id of another gateway", { id: "other:id-INV-001" }, "gateway"],
    ["an id of another link", { id: "gw:id-INV-002" }, "providerId"],
    ["a status nobody knows", { status: "paid" }, "status"],
    ["an amount that is a number", { amount: 190_000 }, "amount"],
    ["an amount that is not canonical", { amount: { amount: "190000.00", currency: "IDR" } }, "amount"],
    ["a bound that is not canonical", { amount: { open: { currency: "IDR", min: "01" } } }, "amount.open.min"],
    ["usage below 0", { usage: { used: -1, held: 0 } }, "usage.used"],
    ["a time without milliseconds", { expiresAt: "2026-01-01T00:00:00Z" }, "expiresAt"],
    ["an address that is none", { url: "javascript:alert(1)" }, "url"],
    ["warnings that are no list", { warnings: {} }, "warnings"],
    ["a method of no kind", { methods: [{ kind: "barter" }] }, "methods[0].kind"],
    ["metadata with numbers", { metadata: { a: 1 } }, "metadata.a"],
    ["an answer that is no boolean", { acceptsPayments: "yes" }, "acceptsPayments"],
  ])("%s is refused with its path", async (_name, changes, path) => {
    const { issues } = parsePaymentLink({ ...(await stored()), ...changes })._unsafeUnwrapErr();
    expect(issues.map((issue) => issue.path)).toContain(path);
  });

  test.each([[null], [undefined], [7], ["x"], [[]]])("%s is no link", (input) => {
    expect(parsePaymentLink(input).isErr()).toBe(true);
  });
});
