import { costOf, expectNoDearBody } from "@tautan/driver-kit/testing";
import { describe, expect, test, vi } from "vitest";
import { createClock, createLinks, delivery, fixture, SIGNED_AT } from "./support.ts";

vi.mock("@tautan/driver-kit/http", async (original) => {
  const support = await import("@tautan/driver-kit/testing");
  return support.countingCalls(await original());
});

const clock = createClock(SIGNED_AT * 1000);
const WRONG = { "X-Signature": "0".repeat(128) };

describe("a wrong signature costs no more than twice what it costs on an ordinary body, whatever the body", () => {
  const links = createLinks(clock);
  test.each([[500], [4_000], [65_536]])("%i bytes", async (size) => {
    await expectNoDearBody({
      heads: () => [""],
      refuse: async (body) => links.parseWebhook("singapay", { ...delivery({}, { headers: WRONG }), body }),
      size,
      seed: 9,
      rounds: 120,
    });
  });
});

test("a wrong signature costs two hashes of the body where a right one costs one, and two short ones a secret", async () => {
  const secrets = Array.from({ length: 20 }, (_, index) => `secret-${index}`);
  const links = createLinks(clock, { webhookSecrets: secrets });
  const paid = fixture("notification-paid");
  const size = JSON.stringify(paid).length;
  const right = await costOf(async () => links.parseWebhook("singapay", delivery(paid, { secret: "secret-0" })));
  const wrong = await costOf(async () => links.parseWebhook("singapay", delivery(paid, { headers: WRONG })));
  expect([right.hashes, wrong.hashes]).toEqual([1 + 1, 2 + 2 * secrets.length]);
  expect(wrong.hashed - 2 * secrets.length * 300).toBeLessThan(2 * size);
});

test("a token that is longer than any is refused before anything is hashed", async () => {
  const links = createLinks(clock);
  const sent = delivery(fixture("notification-paid"), { bearer: "x".repeat(2_049) });
  const { hashes } = await costOf(async () => {
    const error = (await links.parseWebhook("singapay", sent))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "malformed" });
  });
  expect(hashes).toBe(0);
});
