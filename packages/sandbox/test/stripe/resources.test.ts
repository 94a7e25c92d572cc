import { expect, test } from "vitest";
import { call, type Json } from "../support.ts";
import { MEMBERS } from "./members.ts";
import { startStripe } from "./setting.ts";

/** In the sample, but only there if it is asked for, or of a feature that a request must ask for. */
const ABSENT: Readonly<Record<string, readonly string[]>> = { charge: ["refunds"] };

test("every object has the members of Stripe's own sample", async () => {
  const { sandbox, client, create } = await startStripe();
  const link = await create();
  const { transactionId = "" } = await sandbox.pay(link.url);
  await client.refunds.create({ payment_intent: transactionId, amount: 1_000_000 });
  await sandbox.chargeback(link.url);
  const listed = async (path: string): Promise<Json> => {
    const { json } = await call(`${sandbox.stripe.url}/v1/${path}`, {
      headers: { Authorization: `Bearer ${sandbox.stripe.credentials.secretKey}` },
    });
    return (json["data"] as readonly Json[])[0] ?? {};
  };
  const ours: Readonly<Record<string, Json>> = {
    payment_link: await listed("payment_links"),
    "checkout.session": await listed("checkout/sessions"),
    payment_intent: await listed("payment_intents"),
    charge: await listed("charges"),
    refund: await listed("refunds"),
    dispute: await listed("disputes"),
    price: await listed("prices"),
    product: await listed("products"),
    item: await listed(`payment_links/${link.id}/line_items`),
    event: await listed("events"),
  };
  for (const [object, members] of Object.entries(MEMBERS)) {
    expect(ours[object]?.["object"], object).toBe(object);
    const missing = members.split(" ").filter((name) => !(name in (ours[object] ?? {})));
    expect(missing, object).toEqual(ABSENT[object] ?? []);
  }
});
