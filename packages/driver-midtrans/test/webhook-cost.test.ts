import { expectNoDearBody } from "@tautan/driver-kit/testing";
import { test, vi } from "vitest";
import { createLinks } from "./support.ts";

vi.mock("@tautan/driver-kit/http", async (original) => {
  const support = await import("@tautan/driver-kit/testing");
  return support.countingCalls(await original());
});

const WRONG = `"signature_key":"${"0".repeat(128)}"`;
const signed = (orderId: string, statusCode: string, grossAmount: string): string =>
  `"order_id":${orderId},"status_code":${statusCode},"gross_amount":${grossAmount},${WRONG}`;

test.each([[600], [4_000], [65_536]])(
  "a wrong signature costs no more than twice what it costs on an ordinary body, whatever the body: %i bytes",
  async (size) => {
    const links = createLinks();
    const long = Math.floor(size / 2);
    await expectNoDearBody({
      heads: () => [
        signed('"INV-001-1767225600123"', '"200"', '"190000.00"'),
        signed('"INV-001-1767225600123"', "200", "190000"),
        signed('"INV-001-1767225600123"', '"200"', "190000.00"),
        signed(`"${"x".repeat(long)}"`, '"200"', '"190000.00"'),
        signed('"INV-001-1767225600123"', `"${"2".repeat(long)}"`, "190000"),
        signed('"INV-001-1767225600123"', '"200"', `"${"1".repeat(long)}"`),
        signed('"INV-001-1767225600123"', '"200"', `1${"0".repeat(long)}`),
        signed('""', '""', '""'),
        WRONG,
      ],
      refuse: async (body) =>
        links.parseWebhook("midtrans", {
          method: "POST",
          url: "/midtrans",
          headers: { "content-type": "application/json" },
          body,
        }),
      size,
      seed: 9,
      rounds: 150,
    });
  },
);
