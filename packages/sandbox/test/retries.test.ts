import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Provider, type Sandbox } from "../src/index.ts";
import { RETRY_POLICY } from "../src/midtrans/retry-policy.ts";
import { createRandom } from "../src/state/random.ts";
import { createLinkAt } from "./create-link.ts";
import { checkSignature, minuteMs, startMerchant, startMs } from "./support.ts";

const monthMs = 30 * 24 * 60 * minuteMs;

/** Pays a link whose merchant answers the last webhook so, and lets a month pass. */
const retriesAfter = async (
  provider: Provider,
  status: number,
): Promise<{
  readonly sandbox: Sandbox;
  readonly gapsMinutes: readonly number[];
  readonly statuses: readonly unknown[];
}> => {
  const merchant = await startMerchant();
  const sandbox = await createSandbox({
    seed: 1,
    clock: { frozenAt: startMs },
    webhookUrls: { [provider]: merchant.url },
  });
  onTestFinished(() => sandbox.close());
  const link = await createLinkAt(sandbox, provider);
  const { id } = await sandbox.open(link);
  merchant.answerWith(status);
  await sandbox.pay(link, { payment: id });
  const payment = sandbox.deliveries.at(-1)?.webhook;
  await sandbox.advance(monthMs);
  // Within a month the payment is settled, too, and told of.
  const tries = sandbox.deliveries.filter(({ webhook }) => webhook === payment);
  expect(tries.map(({ sending }) => sending)).toEqual(tries.map((_, index) => index + 1));
  expect(tries.slice(0, -1).map(({ retryAtMs }) => retryAtMs)).toEqual(tries.slice(1).map(({ atMs }) => atMs));
  expect(tries.at(-1)).not.toHaveProperty("retryAtMs");
  return {
    sandbox,
    gapsMinutes: tries.slice(1).map(({ atMs }, index) => (atMs - (tries[index]?.atMs ?? 0)) / minuteMs),
    statuses: tries.map((each) => each.status),
  };
};

describe("Midtrans", () => {
  test.each([
    [200, 0],
    [204, 0],
    [500, 1],
    [503, 4],
    [400, 2],
    [404, 2],
    [301, 0],
    [302, 0],
    [303, 0],
    [401, 5],
    [429, 5],
    [502, 5],
  ])("an answer of %i is tried again %i times", async (status, retries) => {
    expect((await retriesAfter("midtrans", status)).gapsMinutes).toHaveLength(retries);
  });

  // docs.midtrans.com, HTTP(S) Notification / Webhooks: in its example the first of them comes after 33 seconds.
  test("after at most 2, 10, 30, 90 and 210 minutes, and as early as 27.5 % of that", async () => {
    const { gapsMinutes } = await retriesAfter("midtrans", 502);
    const most = [2, 10, 30, 90, 210];
    expect(gapsMinutes.every((gap, index) => gap <= (most[index] ?? 0) && gap >= (most[index] ?? 0) * 0.275)).toBe(
      true,
    );
    const shelf = { stored: new Map<string, number>(), put: () => undefined, remove: () => undefined };
    const random = createRandom("gaps", shelf);
    for (const [index, minutes] of most.entries()) {
      const gaps = Array.from({ length: 2_000 }, () => RETRY_POLICY.gapMs(index + 1, random) / minuteMs);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(minutes * 0.275);
      expect(Math.min(...gaps)).toBeLessThan(minutes * 0.28);
      expect(Math.max(...gaps)).toBeGreaterThan(minutes * 0.995);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(minutes);
    }
  });
});

describe("Xfers", () => {
  test.each([400, 401, 302, 307, 500, 503])(
    "an answer of %i is tried again until it was sent 20 times",
    async (status) => {
      const { gapsMinutes } = await retriesAfter("xfers", status);
      expect(gapsMinutes).toEqual(Array.from({ length: 19 }, (_, index) => 5 * (index + 1)));
    },
  );

  test.each([200, 202])("an answer of %i is not", async (status) => {
    expect((await retriesAfter("xfers", status)).gapsMinutes).toEqual([]);
  });
});

describe("SingaPay", () => {
  test.each([
    [200, 0],
    [500, 1],
    [503, 4],
    [400, 2],
    [404, 2],
    [301, 0],
    [302, 0],
    [303, 0],
    [401, 5],
    [502, 5],
  ])("an answer of %i is tried again %i times, a minute apart", async (status, retries) => {
    expect((await retriesAfter("singapay", status)).gapsMinutes).toEqual(Array.from({ length: retries }, () => 1));
  });

  // github.com/theotheobeats/tokko-v2-backend, commits de23793 and 7b7982d: five retries, of which only the first sending
  // was within five minutes of its X-Timestamp.
  test("each further sending has the time and the signature of the first", async () => {
    const { sandbox } = await retriesAfter("singapay", 503);
    const payment = sandbox.deliveries.filter(({ webhook }) => webhook === sandbox.deliveries[1]?.webhook);
    expect(payment).toHaveLength(5);
    expect(payment[0]?.headers["X-Timestamp"]).toBe(String(Math.floor(startMs / 1000)));
    for (const { headers } of payment) expect(headers).toEqual(payment[0]?.headers);
  });

  test("but for the signature where the webhook goes to another path by then", async () => {
    const sandbox = await createSandbox({
      clock: { frozenAt: startMs },
      webhookUrls: { singapay: "http://127.0.0.1:9/old" },
    });
    onTestFinished(() => sandbox.close());
    await sandbox.open(await createLinkAt(sandbox, "singapay"));
    sandbox.setWebhookUrl("singapay", "http://127.0.0.1:9/new");
    await sandbox.advance(minuteMs);
    const [first, second] = sandbox.deliveries;
    expect(second?.headers).toEqual({ ...first?.headers, "X-Signature": second?.headers["X-Signature"] });
    expect(second?.headers["X-Signature"]).not.toBe(first?.headers["X-Signature"]);
    expect(second === undefined ? undefined : checkSignature(second).holds).toBe(true);
  });
});

describe("every provider", () => {
  test.each(["midtrans", "xfers", "singapay"] as const)("%s: says the same again, of that moment", async (provider) => {
    const { sandbox } = await retriesAfter(provider, 503);
    const [first, ...others] = sandbox.deliveries.filter(
      ({ webhook }) => webhook === sandbox.deliveries.at(-1)?.webhook,
    );
    expect(others.length).toBeGreaterThan(0);
    for (const { body } of others) expect(body).toBe(first?.body);
  });

  test.each([
    ["midtrans", 5],
    ["xfers", 19],
    ["singapay", 1],
  ] as const)("%s: no answer at all is tried again %i times", async (provider, retries) => {
    const sandbox = await createSandbox({
      clock: { frozenAt: startMs },
      webhookUrls: { [provider]: await startRudeServer() },
    });
    onTestFinished(() => sandbox.close());
    await sandbox.pay(await createLinkAt(sandbox, provider));
    await sandbox.advance(monthMs);
    const last = sandbox.deliveries.filter(({ webhook }) => webhook === sandbox.deliveries.at(-1)?.webhook);
    expect(last.map(({ error }) => error)).toEqual(Array.from({ length: retries + 1 }, () => "socket hang up"));
  });

  test("once it is taken, it is over; the newest answer decides how often", async () => {
    const merchant = await startMerchant();
    const sandbox = await createSandbox({ clock: { frozenAt: startMs }, webhookUrls: { singapay: merchant.url } });
    onTestFinished(() => sandbox.close());
    const link = await createLinkAt(sandbox, "singapay");
    merchant.answerWith(502);
    await sandbox.open(link);
    await sandbox.advance(minuteMs);
    merchant.answerWith(503);
    await sandbox.advance(2 * minuteMs);
    merchant.answerWith(200);
    await sandbox.advance(monthMs);
    const pending = sandbox.deliveries.filter(({ webhook }) => webhook === 1);
    expect(pending.map(({ status }) => status)).toEqual([502, 502, 503, 503, 200]);
  });

  test("what has nowhere to go is not tried again, and goes nowhere after a reset", async () => {
    const merchant = await startMerchant();
    const sandbox = await createSandbox({ clock: { frozenAt: startMs } });
    onTestFinished(() => sandbox.close());
    await sandbox.pay(await createLinkAt(sandbox, "midtrans"));
    sandbox.setWebhookUrl("midtrans", merchant.url);
    merchant.answerWith(503);
    await sandbox.pay(await createLinkAt(sandbox, "midtrans", "INV-2"));
    await sandbox.reset();
    await sandbox.advance(monthMs);
    expect([merchant.received.length, sandbox.deliveries]).toEqual([2, []]);
  });
});

describe("redirects", () => {
  test.each([
    ["midtrans", 307],
    ["midtrans", 308],
    ["singapay", 307],
    ["singapay", 308],
  ] as const)("%s follows %i with the same POST, and records where it led", async (provider, status) => {
    const merchant = await startMerchant();
    const { url } = await startRedirects(status, () => `${merchant.url}/moved`);
    const sandbox = await createSandbox({ clock: { frozenAt: startMs }, webhookUrls: { [provider]: `${url}/first` } });
    onTestFinished(() => sandbox.close());
    await sandbox.open(await createLinkAt(sandbox, provider));
    const [delivery] = sandbox.deliveries;
    expect(delivery).toMatchObject({ url: `${url}/first`, redirects: [`${merchant.url}/moved`], status: 200 });
    expect(merchant.received.map(({ method, url: path, body }) => [method, path, body.toString()])).toEqual([
      ["POST", "/moved", delivery?.body],
    ]);
  });

  test.each([
    ["midtrans", 302],
    ["singapay", 301],
    ["xfers", 307],
  ] as const)("%s does not follow %i", async (provider, status) => {
    const merchant = await startMerchant();
    const { url } = await startRedirects(status, () => merchant.url);
    const sandbox = await createSandbox({ clock: { frozenAt: startMs }, webhookUrls: { [provider]: url } });
    onTestFinished(() => sandbox.close());
    await sandbox.pay(await createLinkAt(sandbox, provider));
    expect(sandbox.deliveries.every((each) => each.status === status && each.redirects === undefined)).toBe(true);
    expect(merchant.received).toEqual([]);
  });

  test.each(["midtrans", "singapay"] as const)("%s gives up in a circle after five", async (provider) => {
    const circle = await startRedirects(307, (own) => own);
    const sandbox = await createSandbox({ clock: { frozenAt: startMs }, webhookUrls: { [provider]: circle.url } });
    onTestFinished(() => sandbox.close());
    await sandbox.open(await createLinkAt(sandbox, provider));
    expect(circle.count()).toBe(6);
    expect(sandbox.deliveries).toMatchObject([
      { status: 307, redirects: Array.from({ length: 5 }, () => `${circle.url}/`) },
    ]);
  });

  test.each(["", "ftp://e.test", "http://["])(
    "a location that leads nowhere (%j) is the answer it is",
    async (location) => {
      const { url } = await startRedirects(307, () => location);
      const sandbox = await createSandbox({ clock: { frozenAt: startMs }, webhookUrls: { singapay: url } });
      onTestFinished(() => sandbox.close());
      await sandbox.open(await createLinkAt(sandbox, "singapay"));
      expect(sandbox.deliveries.every(({ status }) => status === 307)).toBe(true);
    },
  );
});

/** Answers every POST with a redirect to what `location` says of its own address. */
const startRedirects = async (
  status: number,
  location: (own: string) => string,
): Promise<{ readonly url: string; count(): number }> => {
  let count = 0;
  let url = "";
  const server = createServer((request, response) => {
    count += 1;
    request.resume();
    response.writeHead(status, { Location: location(url) }).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, count: () => count };
};

/** An address at which every connection is ended without an answer. */
const startRudeServer = async (): Promise<string> => {
  const server = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
