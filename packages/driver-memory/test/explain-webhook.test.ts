import { createPaymentLinks, idr } from "@tautan/core";
import { expectToHide } from "@tautan/driver-kit/testing";
import { createMemoryDriver } from "@tautan/driver-memory";
import { expect, test } from "vitest";

const SECRET = "a-secret-of-memory";

const paid = async () => {
  const driver = createMemoryDriver({ webhookSecret: SECRET });
  const links = createPaymentLinks({ default: "shop", gateways: { shop: driver } });
  await links.create({ reference: "INV-001", amount: idr(190_000) });
  return { links, webhook: (await driver.simulate.pay("INV-001")).webhook };
};
type Webhook = Awaited<ReturnType<typeof paid>>["webhook"];

const signature = ({ headers }: Webhook): string => headers["memory-signature"] ?? "";

test.each<[string, (webhook: Webhook) => object, object]>([
  ["nothing", (webhook) => webhook, { cause: "genuine" }],
  [
    "no signature",
    (webhook) => ({ ...webhook, headers: {} }),
    { cause: "header_missing", names: ["the header memory-signature"] },
  ],
  [
    "a signature in quotes",
    (webhook) => ({ ...webhook, headers: { ...webhook.headers, "memory-signature": `"${signature(webhook)}"` } }),
    {
      cause: "signature_malformed",
      message: "memory-signature: expected 64 hexadecimal digits, got 66 characters, in quotes",
    },
  ],
  [
    "a pretty-printed body",
    (webhook) => ({ ...webhook, body: JSON.stringify(JSON.parse(webhook.body), undefined, 2) }),
    { cause: "body_reserialised" },
  ],
  ["half a body", (webhook) => ({ ...webhook, body: webhook.body.slice(0, 40) }), { cause: "body_truncated" }],
  ["another amount", (webhook) => ({ ...webhook, body: webhook.body.replace("190000", "1") }), { cause: "unknown" }],
])("%s", async (_name, change, expected) => {
  const { links, webhook } = await paid();
  const explanation = await links.explainWebhook("shop", change(webhook) as Webhook);
  expect(explanation).toMatchObject(expected);
  expectToHide(explanation, [SECRET, signature(webhook), "INV-001"]);
});

test.each([`'${SECRET}'`, `${SECRET};`, `WEBHOOK_SECRET=${SECRET}`, `${SECRET}\\r\\n`])(
  "the secret %s",
  async (webhookSecret) => {
    const { webhook } = await paid();
    const links = createPaymentLinks({ default: "shop", gateways: { shop: createMemoryDriver({ webhookSecret }) } });
    expect(await links.explainWebhook("shop", webhook)).toMatchObject({
      cause: "whitespace_in_secret",
      option: "webhookSecret",
    });
  },
);
