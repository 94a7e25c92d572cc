import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { call, minuteMs, PROVIDER_NAMES, singapayCaller, startMerchant, startMs, xfersCaller } from "./support.ts";

const start = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

describe("gateways", () => {
  test("only those that are named are started, and known", async () => {
    const sandbox = await createSandbox({ gateways: ["xfers"] });
    onTestFinished(() => sandbox.close());
    expect((await call(sandbox.xfers.url)).status).toBe(404);
    expect(Object.keys(sandbox)).not.toContain("midtrans");
    const { json } = await call(sandbox.control.url);
    expect([json["xfers"], json["midtrans"]]).toEqual([sandbox.xfers, undefined]);
    expect(() => {
      sandbox.setWebhookUrl("midtrans", "http://e.test");
    }).toThrow("there is no provider midtrans; there are xfers");
    const put = await call(`${sandbox.control.url}/webhooks/midtrans`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: '{"url":null}',
    });
    expect(put.status).toBe(404);
  });

  test.each<[object, string]>([
    [{ gateways: [] }, `gateways must be a list of some of ${PROVIDER_NAMES}, each once`],
    [{ gateways: ["xfers", "xfers"] }, "gateways must be a list"],
    [{ gateways: "xfers" }, "gateways must be a list"],
    [{ gateways: ["nobody"] }, `gateways[0] must be one of ${PROVIDER_NAMES}, but is "nobody"`],
    [{ gateways: ["xfers"], ports: { midtrans: 1 } }, 'there is no "midtrans" in ports; there are control, xfers'],
    [{ gateways: ["xfers"], webhookUrls: { midtrans: "http://e.test" } }, 'there is no "midtrans" in webhookUrls'],
    [{ gateways: ["xfers"], chaos: { midtrans: {} } }, 'there is no "midtrans" in chaos; there are xfers'],
    [{ chaos: { xfers: 1 } }, "chaos.xfers must be an object of faults"],
    [{ seed: {} }, "seed must be a text or a whole number"],
    [{ seed: 1.5 }, "seed must be"],
    [{ maxRecords: 0 }, "maxRecords must be a whole number, 1 or more"],
    [{ maxRecords: Number.POSITIVE_INFINITY }, "maxRecords must be"],
  ])("%j is refused", async (options, sentence) => {
    await expect(createSandbox(options)).rejects.toThrow(`createSandbox: ${sentence}`);
  });
});

describe("pay with an outcome", () => {
  test.each(["midtrans", "xfers", "singapay"] as const)("%s: paid, failed or pending", async (provider) => {
    const words = {
      midtrans: ["settlement", "deny", "pending"],
      xfers: ["paid", "failed", "pending"],
      singapay: ["paid", "failed", "pending"],
    };
    const sandbox = await start();
    for (const [index, outcome] of (["paid", "failed", "pending"] as const).entries()) {
      const link = await createLinkAt(sandbox, provider, `INV-${outcome}`);
      expect(await sandbox.pay(link, { outcome })).toMatchObject({ provider, status: words[provider][index] });
    }
  });

  test("another one is refused, by code and by HTTP; other actions have none", async () => {
    const sandbox = await start();
    const link = await createLinkAt(sandbox, "midtrans");
    await expect(sandbox.pay(link, { outcome: "refunded" as "paid" })).rejects.toThrow(
      "pay: outcome must be one of paid, failed, pending",
    );
    await expect(sandbox.open(link, { outcome: "paid" } as object)).rejects.toThrow('there is no "outcome" for open');
    const post = (body: object): ReturnType<typeof call> =>
      call(`${sandbox.control.url}/pay`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ link, ...body }),
      });
    expect((await post({ outcome: "won" })).status).toBe(400);
    expect((await post({ outcome: "failed" })).json["status"]).toBe("deny");
  });
});

describe("reset", () => {
  test("is the start again: links, payments, records, clock, chaos, webhook addresses, and the seed", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ seed: 1, chaos: { xfers: { rate_limit: { next: 5 } } } });
    const run = async (): Promise<unknown> => {
      const links = [];
      for (const provider of ["midtrans", "singapay"] as const) {
        const link = await createLinkAt(sandbox, provider);
        links.push(await sandbox.pay(link));
      }
      return links;
    };
    const first = await run();
    const urls = [sandbox.control.url, sandbox.midtrans.url, sandbox.xfers.url, sandbox.singapay.url];
    await xfersCaller(sandbox)("GET", "/api/v4/payment_links/x");
    const oldToken = await singapayCaller(sandbox);
    sandbox.chaos.set("midtrans", "drop_webhook", { probability: 1 });
    sandbox.setWebhookUrl("midtrans", merchant.url);
    await sandbox.advance(minuteMs);
    sandbox.clock.resume();

    await sandbox.reset();

    expect([sandbox.requests, sandbox.deliveries, (await call(`${sandbox.control.url}/links`)).json]).toEqual([
      [],
      [],
      [],
    ]);
    expect([sandbox.clock.now(), sandbox.clock.isFrozen]).toEqual([startMs, true]);
    const set = sandbox.chaos.faults().filter(({ settings }) => Object.keys(settings).length > 0);
    expect(set).toMatchObject([{ name: "rate_limit", settings: { xfers: { next: 5 } }, triggered: {} }]);
    expect((await oldToken("GET", "/api/v1.0/payment-link-manage/payment-methods")).status).toBe(401);
    expect(await run()).toEqual(first);
    expect(merchant.received).toEqual([]);
    expect([sandbox.control.url, sandbox.midtrans.url, sandbox.xfers.url, sandbox.singapay.url]).toEqual(urls);
  });

  test("over HTTP, and not once it is closed", async () => {
    const sandbox = await createSandbox();
    await createLinkAt(sandbox, "midtrans");
    const reply = await call(`${sandbox.control.url}/reset`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
    });
    expect([reply.json, sandbox.requests]).toEqual([{ seed: sandbox.seed }, []]);
    await sandbox.close();
    await sandbox.close();
    await expect(sandbox.reset()).rejects.toThrow("The sandbox is closed.");
  });

  test("a webhook under way is given up, and leaves no trace", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ webhookUrls: { midtrans: merchant.url } });
    merchant.answerWith(503);
    const opening = sandbox.open(await createLinkAt(sandbox, "midtrans"));
    await sandbox.reset();
    await opening.catch(() => undefined);
    await sandbox.advance(minuteMs * 60);
    expect(sandbox.deliveries).toEqual([]);
  });
});

describe("resets at once", () => {
  /** How many timers are left that would wake a run. */
  const countTimers = (): (() => number) => {
    const made = vi.spyOn(globalThis, "setInterval");
    const ended = vi.spyOn(globalThis, "clearInterval");
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    return () => made.mock.calls.length - ended.mock.calls.length;
  };

  test("come one after the other, and leave no run behind", async () => {
    const left = countTimers();
    const sandbox = await start({ clock: undefined });
    await Promise.all([sandbox.reset(), sandbox.reset(), sandbox.reset()]);
    expect(left()).toBe(1);
    await sandbox.close();
    expect(left()).toBe(0);
  });

  test("and a close leave none either; the reset is refused", async () => {
    const left = countTimers();
    const sandbox = await start({ clock: undefined });
    const [reset] = await Promise.allSettled([sandbox.reset(), sandbox.close()]);
    expect(reset).toMatchObject({ status: "rejected", reason: { message: "The sandbox is closed." } });
    expect(left()).toBe(0);
  });

  test("that fail leave none", async () => {
    const left = countTimers();
    await expect(start({ clock: undefined, initialLinks: { midtrans: [{ create: {} }] } })).rejects.toThrow("HTTP 400");
    expect(left()).toBe(0);
  });
});

describe("close", () => {
  test("leaves everything to be read, and nothing to be changed", async () => {
    const sandbox = await start({ chaos: { xfers: { rate_limit: { next: 1 } } } });
    const link = await createLinkAt(sandbox, "midtrans");
    const { clock, chaos } = sandbox;
    await sandbox.close();
    const changes: readonly (() => unknown)[] = [
      () => sandbox.pay(link),
      () => sandbox.reset(),
      () => sandbox.advance(1),
      () => clock.set(startMs + 1),
      () => {
        clock.freeze();
      },
      () => {
        clock.resume();
      },
      () => {
        chaos.set("midtrans", "rate_limit", { next: 1 });
      },
      () => {
        chaos.clear();
      },
      () => {
        sandbox.setWebhookUrl("midtrans", "https://e.test");
      },
    ];
    for (const change of changes) await expect((async () => change())()).rejects.toThrow("The sandbox is closed.");
    expect([clock.now(), clock.isFrozen, sandbox.requests.length]).toEqual([startMs, true, 1]);
    const set = chaos.faults().filter(({ settings }) => Object.keys(settings).length > 0);
    expect(set).toMatchObject([{ name: "rate_limit", settings: { xfers: { next: 1 } } }]);
  });

  test("cuts who still waits for an answer", async () => {
    const sandbox = await createSandbox({ chaos: { midtrans: { timeout_before_commit: { probability: 1 } } } });
    const { hostname, port, host } = new URL(sandbox.midtrans.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /v2/x/status HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await expect.poll(() => sandbox.requests.length).toBe(1);
    const closed = once(socket, "close");
    await sandbox.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});

describe("what is remembered", () => {
  test("the newest requests and deliveries, with a note of how many are gone", async () => {
    const sandbox = await start({ maxRecords: 3 });
    const link = await createLinkAt(sandbox, "midtrans");
    for (let count = 0; count < 4; count += 1) await sandbox.pay(link);
    await Promise.all(Array.from({ length: 7 }, () => call(`${sandbox.xfers.url}/api/v4/payment_links/x`)));
    expect([sandbox.deliveries.map(({ webhook }) => webhook), sandbox.requests.length]).toEqual([[6, 7, 8], 3]);
    expect(sandbox.dropped).toEqual({ deliveries: 5, requests: 5 });
    for (const list of ["deliveries", "requests"] as const) {
      const reply = await call(`${sandbox.control.url}/${list}`);
      expect([(reply.json as unknown as unknown[]).length, reply.headers.get("x-dropped")]).toEqual([3, "5"]);
    }
    expect((await call(sandbox.control.url)).json["dropped"]).toEqual({ deliveries: 5, requests: 5 });
    await sandbox.reset();
    expect(sandbox.dropped).toEqual({ deliveries: 0, requests: 0 });
  });
});
