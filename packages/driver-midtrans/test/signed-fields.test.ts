// The signature hashes order_id, status_code and gross_amount one after the other, without separators: whoever holds one genuine
// delivery can write other fields that have the same signature.
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createLinks, delivery, notification, signatureOf } from "./support.ts";

const links = createLinks();
const parse = (body: unknown) => links.parseWebhook("midtrans", delivery(body));

interface Signed {
  readonly order_id: string;
  readonly status_code: string;
  readonly gross_amount: string;
}

/** All ways to part the signed text of one delivery into three texts that are not empty. */
const splitsOf = ({ order_id, status_code, gross_amount }: Signed): readonly Signed[] => {
  const text = order_id + status_code + gross_amount;
  const splits: Signed[] = [];
  for (let first = 1; first < text.length - 1; first += 1) {
    for (let second = first + 1; second < text.length; second += 1) {
      splits.push({
        order_id: text.slice(0, first),
        status_code: text.slice(first, second),
        gross_amount: text.slice(second),
      });
    }
  }
  return splits;
};

/** The delivery with other fields, under its own signature. */
const shifted = (genuine: Signed, split: Signed, more: Record<string, unknown> = {}) =>
  notification({
    ...split,
    ...more,
    signature_key: signatureOf(genuine.order_id, genuine.status_code, genuine.gross_amount),
  });

const GENUINE: Signed = { order_id: "INV-001-1767225600123", status_code: "201", gross_amount: "190000.00" };

describe("signed fields that are parted in another way", () => {
  test("of the 496 splits of one genuine delivery, the genuine one alone is accepted", async () => {
    const splits = splitsOf(GENUINE);
    expect(splits).toHaveLength(496);
    const accepted: Signed[] = [];
    for (const split of splits) {
      const parsed = await parse(shifted(GENUINE, split));
      if (parsed.isOk()) accepted.push(split);
      else expect(["malformed_webhook", "signature_invalid"]).toContain(parsed.error.kind);
    }
    expect(accepted).toEqual([GENUINE]);
  });

  test("the same where status and amount are written as numbers", async () => {
    const accepted: Signed[] = [];
    for (const split of splitsOf(GENUINE)) {
      const { gross_amount: _, ...rest } = shifted(GENUINE, split);
      // What is no number cannot be written as one.
      if (!/^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(split.gross_amount)) continue;
      const text = JSON.stringify(rest).replace(/}$/, `,"gross_amount":${split.gross_amount}}`);
      if ((await parse(text)).isOk()) accepted.push(split);
    }
    expect(accepted).toEqual([GENUINE]);
  });

  test("of any link's delivery, no other split becomes news of a purchase, whatever its unsigned fields say", async () => {
    const genuine = fc.record({
      order_id: fc
        .tuple(fc.stringMatching(/^[A-Za-z0-9][\w-]{0,35}$/), fc.stringMatching(/^\d{13}$/))
        .map(([id, millis]) => `${id}-${millis}`),
      status_code: fc.constantFrom("200", "201", "202", "407"),
      gross_amount: fc.integer({ min: 1, max: 999_999_999 }).map((amount) => `${amount}.00`),
    });
    const check = fc.asyncProperty(genuine, async (delivered) => {
      const told: (string | undefined)[] = [];
      for (const split of splitsOf(delivered)) {
        // Whoever shifts fields writes the others as he likes.
        for (const more of [{}, { custom_field1: split.order_id.replace(/-\d{13}$/, "") }]) {
          const [observation] = (await parse(shifted(delivered, split, more))).unwrapOr(undefined)?.observations ?? [];
          if (observation?.kind === "history") told.push(observation.history.providerId);
        }
      }
      expect(new Set(told)).toEqual(new Set([delivered.order_id]));
    });
    await fc.assert(check, { numRuns: 15, seed: 9 });
  });

  test("the amount that was signed is the one that is told, never another that rounds to it", async () => {
    const { gross_amount: _, ...rest } = notification();
    for (const written of ["189999.999", "190000.004", "1.9e5", "190000.0000"]) {
      const text = JSON.stringify(rest).replace(/}$/, `,"gross_amount":${written}}`);
      expect((await parse(text))._unsafeUnwrapErr(), written).toMatchObject({ kind: "signature_invalid" });
    }
    const text = JSON.stringify(rest).replace(/}$/, ',"gross_amount":190000}');
    expect((await parse(text))._unsafeUnwrap().observations).toMatchObject([
      { history: { amount: { amount: "190000", currency: "IDR" } } },
    ]);
  });

  test.each([
    ["a status code of two digits", { status_code: "20" }],
    ["a status code of four digits", { status_code: "2000" }],
    ["a status code in words", { status_code: "two" }],
    ["a status code that no document has", { order_id: "ORDER-7", status_code: "299" }],
    ["an amount without decimals", { gross_amount: "190000" }],
    ["an amount with three decimals", { gross_amount: "190000.000" }],
    ["an amount that begins with 0", { gross_amount: "0190000.00" }],
    ["an amount below nothing", { gross_amount: "-190000.00" }],
    ["an amount with a space", { gross_amount: " 190000.00" }],
    ["an order id that is empty", { order_id: "" }],
  ])("%s is refused even where the signature fits", async (_name, changes) => {
    expect((await parse(notification(changes)))._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_webhook",
      acknowledgement: { status: 400 },
    });
  });
});

describe("what a forged delivery costs", () => {
  const bytesHashed = async (body: unknown): Promise<number> => {
    const spy = vi.spyOn(process.getBuiltinModule("node:crypto"), "hash");
    await parse(body);
    const total = spy.mock.calls.reduce(
      (sum, [name, data]) => sum + (name === "sha512" ? (data as string).length : 0),
      0,
    );
    spy.mockRestore();
    return total;
  };

  test.each<[string, Record<string, unknown>]>([
    ["an order id of 60 KB", { order_id: `${"x".repeat(60_000)}-1767225600123` }],
    ["a status code of 60 KB", { status_code: "2".repeat(60_000) }],
    ["an amount of 60 KB", { gross_amount: `${"9".repeat(60_000)}.00` }],
    ["an amount that is a number", { gross_amount: 190_000 }],
    ["60 KB beside the signed fields", { metadata: { text: "x".repeat(60_000) } }],
  ])("%s: no more is hashed than for two good deliveries", async (_name, changes) => {
    const ordinary = await bytesHashed(notification());
    expect(ordinary).toBeGreaterThan(50);
    const forged = notification({ ...changes, signature_key: "0".repeat(128) });
    expect(await bytesHashed(forged)).toBeLessThanOrEqual(2 * ordinary);
  });
});
