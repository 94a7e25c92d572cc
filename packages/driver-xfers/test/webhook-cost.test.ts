import { costOf, expectNoDearBody } from "@tautan/driver-kit/testing";
import { describe, expect, test, vi } from "vitest";
import { createLinks, delivery, SIGNING_SECRET, signatureOf } from "./support.ts";

vi.mock("@tautan/driver-kit/http", async (original) => {
  const support = await import("@tautan/driver-kit/testing");
  return support.countingCalls(await original());
});

const WRONG = { "xfers-signature": "0".repeat(64) };

describe("a wrong signature costs no more than twice what it costs on an ordinary body, whatever the body", () => {
  const links = createLinks();
  test.each([[500], [4_000], [8_192], [65_536]])("%i bytes", async (size) => {
    await expectNoDearBody({
      heads: () => [""],
      refuse: async (body) => links.parseWebhook("xfers", delivery(body, WRONG)),
      size,
      seed: 9,
      rounds: 120,
    });
  });
});

test("a body deeper than any callback is not written again", async () => {
  const links = createLinks();
  const deep = `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;
  const { written, hashed } = await costOf(async () => links.parseWebhook("xfers", delivery(deep, WRONG)));
  expect(written).toBeLessThanOrEqual(2 * deep.length);
  expect(hashed).toBe(deep.length + SIGNING_SECRET.length);
});

test("with many secrets each is tried on the body, and no more than two on how else it may have been written", async () => {
  const signingSecrets = Array.from({ length: 20 }, (_, index) => `secret-${index}`);
  const links = createLinks({ signingSecrets });
  const body = '{"data":{"id":"x","type":"payment_links"}}';
  const { hashes } = await costOf(async () => links.parseWebhook("xfers", delivery(body, WRONG)));
  expect(hashes).toBe(22);
  const last = await links.parseWebhook("xfers", delivery(body, { "xfers-signature": signatureOf(body, "secret-19") }));
  expect(last._unsafeUnwrapErr()).toMatchObject({ kind: "malformed_webhook" });
});
