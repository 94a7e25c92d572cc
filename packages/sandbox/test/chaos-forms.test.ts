import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../src/index.ts";

import { createLinkAt } from "./create-link.ts";
import { openShop } from "./shop.ts";
import { call, checkSignature, hourMs, minuteMs, pick, type Reply, startMs, tokenHeaders } from "./support.ts";

// Forms that SingaPay was seen to send instead of the documented ones.

describe("zero_id", () => {
  test("a webhook has 0 for each number called id, is signed for that, and says the same each time it is sent", async () => {
    const webhookUrls = { singapay: "http://127.0.0.1:9/hook" };
    const sandbox = await createSandbox({ seed: 1, clock: { frozenAt: startMs }, webhookUrls });
    onTestFinished(() => sandbox.close());
    const link = await createLinkAt(sandbox, "singapay");
    await sandbox.open(link, { method: "QRIS" });
    sandbox.chaos.set("singapay", "zero_id", { next: 1 });
    await sandbox.pay(link);
    await sandbox.advance(10 * minuteMs);
    const paid = sandbox.deliveries.filter(({ body }) => body.includes("payment-link-transaction"));
    expect(paid.map(({ faults }) => faults)).toEqual([["zero_id"], []]);
    for (const delivery of paid) {
      const payment = pick(JSON.parse(delivery.body), "data", "payment", "additional_info", "payment_link");
      expect(payment).toMatchObject({ id: 0, reff_no: "INV-1", account_id: 35, max_usage: 9 });
      expect(pick(JSON.parse(delivery.body), "data", "customer", "id")).toBeNull();
      expect([delivery.body, checkSignature(delivery).holds]).toEqual([paid[0]?.body, true]);
    }
  });

  test("also in a batch of payments that ran out of time, and with another fault", async () => {
    const sandbox = await createSandbox({ seed: 1, clock: { frozenAt: startMs } });
    onTestFinished(() => sandbox.close());
    await sandbox.open(await createLinkAt(sandbox, "singapay"), { method: "QRIS" });
    sandbox.chaos.set("singapay", "zero_id", { next: 1 });
    sandbox.chaos.set("singapay", "drop_webhook", { next: 1 });
    await sandbox.advance(hourMs);
    expect(sandbox.deliveries.at(-1)).toMatchObject({ faults: ["zero_id", "drop_webhook"] });
    const { body = "{}" } = sandbox.deliveries.at(-1) ?? {};
    expect(pick(JSON.parse(body), "data", "payment_link_histories", 0)).toMatchObject({ id: 0, status: "expired" });
  });

  test("the driver takes such a payment", async () => {
    const { sandbox, heard, createUrl } = await openShop();
    const url = await createUrl("singapay");
    sandbox.chaos.set("singapay", "zero_id", { probability: 1 });
    await sandbox.pay(url);
    expect(heard.map(({ parsed }) => parsed.isOk())).toEqual([true, true]);
  });
});

describe("numeric_expires_in", () => {
  const ask = async (url: string, headers: Record<string, string>, body: string): Promise<Reply> =>
    call(`${url}/api/v1.1/access-token/b2b`, { method: "POST", headers, body });
  const grant = '{"grant_type":"client_credentials"}';

  test("strikes the next token, and no refusal", async () => {
    const sandbox = await createSandbox({ seed: 1, clock: { frozenAt: startMs } });
    onTestFinished(() => sandbox.close());
    const headers = tokenHeaders(sandbox, "20260315");
    sandbox.chaos.set("singapay", "numeric_expires_in", { next: 1 });
    expect((await ask(sandbox.singapay.url, headers, "{}")).status).toBe(422);
    const replies = [await ask(sandbox.singapay.url, headers, grant), await ask(sandbox.singapay.url, headers, grant)];
    expect(replies.map(({ text }) => /"expires_in":("?\d+"?)\}/.exec(text)?.[1])).toEqual(["216000", '"216000"']);
    expect(replies[0]?.json["data"]).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "Bearer",
      expires_in: 216_000,
    });
    expect(sandbox.requests.map(({ faults }) => faults)).toEqual([[], ["numeric_expires_in"], []]);
  });

  test("the driver takes such a token", async () => {
    const { sandbox, links } = await openShop();
    sandbox.chaos.set("singapay", "numeric_expires_in", { next: 1 });
    expect((await links.list({ gateway: "singapay" })).isOk()).toBe(true);
  });
});
