import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Provider, type Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { call, hourMs, type ReceivedWebhook, type Reply, startMerchant, startMs } from "./support.ts";

const providers = ["midtrans", "xfers", "singapay"] as const;

/** A sandbox with a merchant who has answered the webhooks of a payment with 500, and was told again. */
const startPaid = async (
  provider: Provider,
): Promise<{
  readonly sandbox: Sandbox;
  readonly received: readonly ReceivedWebhook[];
  readonly answerWith: (status: number) => void;
}> => {
  const merchant = await startMerchant();
  const webhookUrls = { [provider]: `${merchant.url}/hook?from=${provider}` };
  const sandbox = await createSandbox({ seed: 1, clock: { frozenAt: startMs }, webhookUrls });
  onTestFinished(() => sandbox.close());
  merchant.answerWith(500);
  await sandbox.pay(await createLinkAt(sandbox, provider));
  await sandbox.advance(10 * 60_000);
  merchant.answerWith(200);
  return { sandbox, ...merchant };
};

const post = ({ control }: Sandbox, body: unknown): Promise<Reply> => {
  const headers = { "Content-Type": "application/json" };
  return call(`${control.url}/resend`, { method: "POST", headers, body: JSON.stringify(body) });
};

const wire = ({ method, url, headers, body }: ReceivedWebhook): unknown => ({
  method,
  url,
  headers,
  body: String(body),
});

describe.each(providers)("%s: a webhook that is sent again by hand two days later", (provider) => {
  // github.com/theotheobeats/tokko-v2-backend, commit efe25fc: 47 hours, with the first X-Timestamp and signature.
  test("by code has the bytes and headers of the first, and is recorded as a copy", async () => {
    const { sandbox, received } = await startPaid(provider);
    const first = sandbox.deliveries[0]!;
    await sandbox.advance(47 * hourMs);
    const before = received.length;
    const sent = await sandbox.resend(first.webhook, { sending: 1 });
    expect(received).toHaveLength(before + 1);
    expect(wire(received.at(-1)!)).toEqual(wire(received[0]!));
    expect(sent).toBe(sandbox.deliveries.at(-1));
    expect(sent).toMatchObject({
      body: first.body,
      headers: first.headers,
      note: "copy of 1",
      sending: 1,
      faults: [],
      status: 200,
      atMs: sandbox.clock.now(),
    });
  });

  test("by HTTP is the newest sending, if none is named", async () => {
    const { sandbox, received } = await startPaid(provider);
    await sandbox.advance(47 * hourMs);
    const newest = sandbox.deliveries.findLastIndex(({ webhook }) => webhook === 1);
    const { status, json } = await post(sandbox, { webhook: 1, sending: null });
    expect(status).toBe(200);
    expect(json).toMatchObject({ note: `copy of ${newest + 1}`, headers: sandbox.deliveries[newest]?.headers });
    expect(String(received.at(-1)?.body)).toBe(sandbox.deliveries[newest]?.body);
  });

  test("goes once, and is spared by chaos", async () => {
    const { sandbox, received, answerWith } = await startPaid(provider);
    answerWith(500);
    for (const fault of ["drop_webhook", "wrong_key", "truncate_webhook"] as const) {
      sandbox.chaos.set(provider, fault, { probability: 1 });
    }
    const before = received.length;
    const sent = await sandbox.resend(1);
    expect(sent).toMatchObject({ status: 500, faults: [] });
    expect(sent).not.toHaveProperty("retryAtMs");
    expect(received).toHaveLength(before + 1);
    sandbox.setWebhookUrl(provider, undefined);
    await sandbox.advance(hourMs);
    expect(received).toHaveLength(before + 1);
  });
});

describe("nothing is sent again", () => {
  test.each([
    [{ webhook: 99 }, 404, "There is no webhook 99 here; take the numbers that the list of deliveries has."],
    [{ webhook: 1, sending: 9 }, 404, "There is no sending 9 of webhook 1 here"],
    [{ webhook: "1" }, 400, 'webhook must be the number of a webhook, but is "1"'],
    [{}, 400, "webhook must be the number of a webhook"],
    [{ webhook: 0 }, 400, "webhook must be the number of a webhook, but is 0"],
    [{ webhook: 1, sending: 0 }, 400, "sending must be a whole number, 1 or more, but is 0"],
    [{ webhook: 1, url: "http://127.0.0.1" }, 400, 'there is no "url" for resend, which takes sending'],
  ])("for %j", async (body, status, sentence) => {
    const { sandbox } = await startPaid("midtrans");
    const count = sandbox.deliveries.length;
    const reply = await post(sandbox, body);
    expect([reply.status, reply.json["error"]]).toEqual([status, expect.stringContaining(sentence)]);
    const { webhook, ...options } = body as { webhook: number };
    await expect(sandbox.resend(webhook, options)).rejects.toThrow(sentence);
    expect(sandbox.deliveries).toHaveLength(count);
  });

  test("where no webhook URL is set, and by a sandbox that is closed", async () => {
    const { sandbox } = await startPaid("xfers");
    sandbox.setWebhookUrl("xfers", undefined);
    expect((await post(sandbox, { webhook: 1 })).status).toBe(409);
    await expect(sandbox.resend(1)).rejects.toThrow("No webhook URL is set for xfers, so there is nowhere to send to.");
    await sandbox.close();
    await expect(sandbox.resend(1)).rejects.toThrow("The sandbox is closed.");
  });
});
