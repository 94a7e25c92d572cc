import { createPaymentLinks } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { createMidtransDriver, type MidtransOptions } from "@tautan/driver-midtrans";
import { describe, expect, test } from "vitest";
import { delivery, notification, OPTIONS, SERVER_KEY, signatureOf } from "./support.ts";

const SIGNED = ["INV-001-1767225600123", "200", "190000.00"] as const;

const explain = async (changes: Partial<MidtransOptions>, request: ReturnType<typeof delivery>) => {
  const options = { ...OPTIONS, ...changes };
  const links = createPaymentLinks({ default: "shop", gateways: { shop: createMidtransDriver(options) } });
  const explanation = await links.explainWebhook("shop", request);
  expectToHide(explanation, [SERVER_KEY, options.serverKey, signatureOf(...SIGNED), "00018929808"]);
  return explanation;
};
const KEYS = {
  production: "Mid-server-EXAMPLEKEY0002",
  client: "SB-Mid-client-EXAMPLEKEY0003",
  other: "SB-Mid-server-EXAMPLEKEY0004",
} as const;

test("a genuine notification", async () => {
  expect(await explain({}, delivery(notification()))).toMatchObject({ cause: "genuine" });
});

describe("the key", () => {
  test.each<[string, Partial<MidtransOptions>, object]>([
    ["in quotes", { serverKey: `"${SERVER_KEY}"` }, { cause: "whitespace_in_secret", option: "serverKey" }],
    ["with a written line end", { serverKey: `${SERVER_KEY}\\n` }, { cause: "whitespace_in_secret" }],
    [
      "with the name of its variable",
      { serverKey: `MIDTRANS_SERVER_KEY=${SERVER_KEY}` },
      { cause: "whitespace_in_secret" },
    ],
    ["the client key", { serverKey: KEYS.client }, { cause: "wrong_kind_of_key", option: "serverKey" }],
    [
      "of the sandbox, at production",
      { environment: "production", serverKey: KEYS.other },
      { cause: "sandbox_key_at_production", proven: false },
    ],
    [
      "of production, at the sandbox",
      { serverKey: KEYS.production },
      { cause: "production_key_at_sandbox", proven: false },
    ],
    ["of another account", { serverKey: KEYS.other }, { cause: "unknown" }],
  ])("%s", async (_name, options, expected) => {
    expect(await explain(options, delivery(notification()))).toMatchObject(expected);
  });
});

describe("the notification", () => {
  const signature_key = signatureOf(...SIGNED);
  test.each<[string, Record<string, unknown>, object]>([
    [
      "without signature_key",
      { signature_key: undefined },
      { cause: "header_missing", names: ["the field signature_key"] },
    ],
    ["without the amount", { gross_amount: undefined }, { cause: "header_missing", names: ["the field gross_amount"] }],
    [
      "with a short signature",
      { signature_key: signature_key.slice(1) },
      { cause: "signature_malformed", name: "signature_key" },
    ],
    ["with an amount without decimals", { gross_amount: "190000", signature_key }, { cause: "body_reserialised" }],
    ["with a status code and spaces", { status_code: " 200 ", signature_key }, { cause: "body_reserialised" }],
    ["of another payment", { gross_amount: "1.00", signature_key }, { cause: "unknown" }],
  ])("%s", async (_name, changes, expected) => {
    expect(await explain({}, delivery(notification(changes)))).toMatchObject(expected);
  });

  test.each<[string, (body: string) => string, string]>([
    ["after a byte order mark", (body) => `\ufeff${body}`, "body_reserialised"],
    ["as a text in JSON", (body) => JSON.stringify(body), "body_reserialised"],
    ["cut off", (body) => body.slice(0, 200), "body_truncated"],
    ["as a page", () => "<html></html>", "content_malformed"],
  ])("%s", async (_name, change, cause) => {
    const body = change(JSON.stringify(notification()));
    expect((await explain({}, { ...delivery({}), body })).cause).toBe(cause);
  });

  test("as text/plain", async () => {
    const request = delivery(notification(), { "content-type": "text/plain" });
    expect((await explain({}, request)).cause).toBe("wrong_content_type");
  });
});
