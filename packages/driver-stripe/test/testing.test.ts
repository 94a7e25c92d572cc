import { webhookSamples } from "@tautan/driver-stripe/testing";
import { describe, expect, test } from "vitest";
import { createLinks, LINK_ID, NOW, SECRET } from "./support.ts";

const subject = {
  reference: "INV-1",
  linkId: LINK_ID,
  linkUrl: "https://buy.stripe.com/1",
  amount: "10000",
  atMs: NOW,
};

const send = async (body: object, secret: string) => {
  const signed = await webhookSamples.sign(JSON.stringify(body), { secret, target: "/webhooks/stripe", atMs: NOW });
  return createLinks().parseWebhook("stripe", { method: "POST", url: "/webhooks/stripe", ...signed });
};

describe.each(Object.entries(webhookSamples.events))("the sample %s", (status, make) => {
  test("is read as a payment of the link in that state", async () => {
    const { observations } = (await send(make(subject), SECRET))._unsafeUnwrap();
    expect(observations).toMatchObject([
      {
        kind: "history",
        linkCandidates: [{ id: `stripe:${LINK_ID}`, reference: "INV-1" }],
        history: { status, amount: { amount: "10000", currency: "IDR" } },
      },
    ]);
  });

  test("with another secret is refused", async () => {
    const refused = (await send(make(subject), "whsec_another"))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
  });
});
