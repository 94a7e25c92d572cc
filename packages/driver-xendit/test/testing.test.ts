import { webhookSamples } from "@tautan/driver-xendit/testing";
import { describe, expect, test } from "vitest";
import { createLinks, ID, NOW, TOKEN } from "./support.ts";

const subject = {
  reference: "INV-1",
  linkId: ID,
  linkUrl: "https://checkout.xendit.co/web/1",
  amount: "10000",
  atMs: NOW,
};

const send = async (body: object, secret: string) => {
  const signed = await webhookSamples.sign(JSON.stringify(body), { secret, target: "/webhooks/xendit", atMs: NOW });
  return createLinks().parseWebhook("xendit", { method: "POST", url: "/webhooks/xendit", ...signed });
};

describe("the samples", () => {
  test.each([
    ["paid", webhookSamples.events.paid],
    ["settled", webhookSamples.events.settled],
  ])("of a payment that is %s is read as one", async (status, make) => {
    const { observations } = (await send(make?.(subject) ?? {}, TOKEN))._unsafeUnwrap();
    expect(observations).toMatchObject([
      {
        kind: "history",
        trust: "token",
        history: { reference: "INV-1", status, amount: { amount: "10000", currency: "IDR" } },
      },
    ]);
  });

  test("of a link that has expired names the link", async () => {
    const { observations } = (await send(webhookSamples.events.expired?.(subject) ?? {}, TOKEN))._unsafeUnwrap();
    expect(observations).toMatchObject([{ trust: "token" }]);
    expect(JSON.stringify(observations)).toContain(ID);
  });

  test("with another token are refused", async () => {
    const refused = (await send(webhookSamples.events.paid?.(subject) ?? {}, "another-token"))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
  });
});
