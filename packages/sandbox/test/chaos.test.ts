import { describe, expect, onTestFinished, test } from "vitest";
import {
  createSandbox,
  type FaultName,
  type FaultSetting,
  type RecordedDelivery,
  type RecordedRequest,
  type Sandbox,
} from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { call, dayMs, midtransCaller, type Reply, startMerchant, startMs, textAt } from "./support.ts";

const start = async (options: Parameters<typeof createSandbox>[0] = {}): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const stateOf = (sandbox: Sandbox, name: FaultName): ReturnType<Sandbox["chaos"]["faults"]>[number] | undefined =>
  sandbox.chaos.faults().find((fault) => fault.name === name);

describe("the list of faults", () => {
  test("names each once, with what it does, where it is possible and what it takes; nothing is set at first", async () => {
    const sandbox = await start();
    const faults = sandbox.chaos.faults();
    expect(faults.map(({ name }) => name)).toEqual([
      "duplicate_webhook",
      "reorder_webhooks",
      "delay_webhook",
      "drop_webhook",
      "truncate_webhook",
      "wrong_key",
      "rolled_key",
      "stale_timestamp",
      "zero_id",
      "webhook_before_response",
      "timeout_before_commit",
      "timeout_after_commit",
      "reset_before_commit",
      "reset_after_commit",
      "rate_limit",
      "server_error",
      "server_error_after_commit",
      "html_body",
      "html_body_after_commit",
      "slow_bytes",
      "expired_token",
      "numeric_expires_in",
    ]);
    for (const fault of faults) {
      expect(fault).toMatchObject({ hits: expect.stringMatching(/^(webhook|api)$/), settings: {}, triggered: {} });
      expect(fault.does).toMatch(/\.$/);
      for (const parameter of fault.parameters) expect(parameter.default).toBeGreaterThanOrEqual(parameter.min);
    }
    expect(stateOf(sandbox, "server_error")?.parameters).toEqual([
      { name: "status", default: 500, min: 500, max: 504, oneOf: [500, 502, 503, 504] },
    ]);
    expect(stateOf(sandbox, "expired_token")?.providers).toEqual(["singapay"]);
  });

  test("shows what is set, with its defaults, how many are left, and how often it has struck", async () => {
    const sandbox = await start({ chaos: { midtrans: { server_error: { next: 2, status: 503 } } } });
    sandbox.chaos.set("xfers", "server_error", { probability: 0.5 });
    expect(stateOf(sandbox, "server_error")?.settings).toEqual({
      midtrans: { next: 2, status: 503 },
      xfers: { probability: 0.5, status: 500 },
    });
    await midtransCaller(sandbox)("GET", "/v2/x/status");
    expect(stateOf(sandbox, "server_error")).toMatchObject({
      settings: { midtrans: { next: 1 } },
      triggered: { midtrans: 1 },
    });
    await midtransCaller(sandbox)("GET", "/v2/x/status");
    expect(stateOf(sandbox, "server_error")?.settings).not.toHaveProperty("midtrans");
    expect((await midtransCaller(sandbox)("GET", "/v2/x/status")).status).toBe(200);
    expect(stateOf(sandbox, "server_error")?.triggered).toEqual({ midtrans: 2 });
  });
});

describe("dials", () => {
  test("are taken back one by one, by provider, or all", async () => {
    const sandbox = await start();
    const set = (): readonly string[] =>
      sandbox.chaos
        .faults()
        .flatMap(({ name, settings }) => Object.keys(settings).map((provider) => `${provider} ${name}`));
    for (const provider of ["midtrans", "xfers"] as const) {
      sandbox.chaos.set(provider, "rate_limit", { probability: 1 });
      sandbox.chaos.set(provider, "drop_webhook", { next: 3 });
    }
    sandbox.chaos.clear("midtrans", "rate_limit");
    expect(set()).toEqual(["midtrans drop_webhook", "xfers drop_webhook", "xfers rate_limit"]);
    sandbox.chaos.clear("xfers");
    expect(set()).toEqual(["midtrans drop_webhook"]);
    sandbox.chaos.clear();
    expect(set()).toEqual([]);
  });

  test("of one fault are taken back at all providers, where none is named", async () => {
    const sandbox = await start();
    for (const provider of ["midtrans", "xfers", "singapay"] as const) {
      sandbox.chaos.set(provider, "rate_limit", { next: 1 });
    }
    sandbox.chaos.set("xfers", "drop_webhook", { next: 1 });
    sandbox.chaos.clear(undefined, "rate_limit");
    expect(stateOf(sandbox, "rate_limit")?.settings).toEqual({});
    expect(stateOf(sandbox, "drop_webhook")?.settings).toEqual({ xfers: { next: 1 } });
  });

  test.each<[string, unknown, string]>([
    ["rate_limit", {}, "either next (how many times) or probability, but neither is set"],
    ["rate_limit", { probability: 1, next: 1 }, "either next (how many times) or probability, but both are set"],
    ["rate_limit", { probability: 1.1 }, "rate_limit: probability must be a number from 0 to 1, but is 1.1"],
    ["rate_limit", { probability: "1" }, 'rate_limit: probability must be a number from 0 to 1, but is "1"'],
    ["rate_limit", { probability: Number.NaN }, "probability must be"],
    ["rate_limit", { next: 0 }, "rate_limit: next must be a whole number, 1 or more, but is 0"],
    ["rate_limit", { next: "1" }, 'rate_limit: next must be a whole number, 1 or more, but is "1"'],
    ["rate_limit", { next: 1.5 }, "next must be"],
    [
      "rate_limit",
      { next: 1, retryAfterSeconds: -1 },
      "rate_limit: retryAfterSeconds must be a whole number from 0 to 86400, but is -1",
    ],
    [
      "rate_limit",
      { next: 1, status: 429 },
      'there is no "status" for rate_limit, which takes probability, next, retryAfterSeconds',
    ],
    ["server_error", { next: 1, status: 501 }, "server_error: status must be one of 500, 502, 503, 504, but is 501"],
    ["slow_bytes", { next: 1, pauseMs: 0.5 }, "pauseMs must be"],
    ["drop_webhook", null, "the setting of drop_webhook must be an object with probability, next"],
    ["toString", { next: 1 }, 'there is no fault "toString"; there are duplicate_webhook'],
    ["expired_token", { next: 1 }, "expired_token is for singapay only"],
  ])("%s with %j is refused, by code, by HTTP and at the start", async (fault, setting, sentence) => {
    const sandbox = await start();
    expect(() => {
      sandbox.chaos.set("midtrans", fault as FaultName, setting as FaultSetting);
    }).toThrow(`chaos.set: `);
    expect(() => {
      sandbox.chaos.set("midtrans", fault as FaultName, setting as FaultSetting);
    }).toThrow(sentence);
    await expect(createSandbox({ chaos: { midtrans: { [fault]: setting } } })).rejects.toThrow(sentence);
    const reply = await send(sandbox, "PUT", `/chaos/midtrans/${fault}`, setting);
    expect(reply.status).toBe(400);
    expect(textAt(reply.json, "error")).not.toContain("chaos.set");
    // JSON has neither NaN nor a body that is not one.
    if (setting !== null && !JSON.stringify(setting).includes("null")) {
      expect(textAt(reply.json, "error")).toContain(sentence);
    }
    expect(sandbox.chaos.faults().every(({ settings }) => Object.keys(settings).length === 0)).toBe(true);
  });

  test("unknown providers and faults are refused when cleared, too", async () => {
    const sandbox = await start({ gateways: ["midtrans"] });
    expect(() => {
      sandbox.chaos.clear("xfers" as never);
    }).toThrow('chaos.clear: there is no provider "xfers"; there are midtrans');
    sandbox.chaos.set("midtrans", "rate_limit", { next: 1 });
    for (const provider of ["midtrans", undefined] as const) {
      for (const fault of ["rain", "", null]) {
        expect(() => {
          sandbox.chaos.clear(provider, fault as FaultName);
        }).toThrow("chaos.clear: there is no fault");
      }
    }
    expect(() => {
      sandbox.chaos.clear("midtrans", "expired_token");
    }).toThrow("chaos.clear: expired_token is for singapay only");
    expect(stateOf(sandbox, "rate_limit")?.settings).toMatchObject({ midtrans: { next: 1 } });
  });
});

const send = (sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Reply> =>
  call(sandbox.control.url + path, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe("over HTTP", () => {
  test("lists, sets and takes back", async () => {
    const sandbox = await start();
    const put = await send(sandbox, "PUT", "/chaos/xfers/delay_webhook", { probability: 1, delayMs: 5 });
    expect([put.status, put.json]).toEqual([200, JSON.parse(JSON.stringify(sandbox.chaos.faults()))]);
    expect(stateOf(sandbox, "delay_webhook")?.settings).toEqual({ xfers: { probability: 1, delayMs: 5 } });
    expect((await call(`${sandbox.control.url}/chaos`)).json).toEqual(put.json);
    expect((await send(sandbox, "DELETE", "/chaos/xfers/delay_webhook")).status).toBe(200);
    expect(stateOf(sandbox, "delay_webhook")?.settings).toEqual({});
    sandbox.chaos.set("xfers", "rate_limit", { next: 1 });
    sandbox.chaos.set("midtrans", "rate_limit", { next: 1 });
    await send(sandbox, "DELETE", "/chaos/xfers");
    expect(stateOf(sandbox, "rate_limit")?.settings).toEqual({ midtrans: { next: 1, retryAfterSeconds: 1 } });
    await send(sandbox, "DELETE", "/chaos");
    expect(stateOf(sandbox, "rate_limit")?.settings).toEqual({});
  });

  test("what there is none of is 400, and so is a body that is none", async () => {
    const sandbox = await start();
    for (const [method, path] of [
      ["PUT", "/chaos/nobody/rate_limit"],
      ["PUT", "/chaos/xfers/rain"],
      ["DELETE", "/chaos/xfers/rain"],
      ["DELETE", "/chaos/nobody"],
    ] as const) {
      const reply = await send(sandbox, method, path, method === "PUT" ? { next: 1 } : undefined);
      expect(reply).toMatchObject({ status: 400, json: { error: expect.stringContaining("there is no") } });
    }
    expect(await send(sandbox, "PUT", "/chaos/xfers/rate_limit", [1])).toMatchObject({ status: 400 });
  });
});

describe("a seed", () => {
  const providers = ["midtrans", "xfers", "singapay"] as const;

  interface Shown {
    readonly requests: readonly Omit<RecordedRequest, "durationMs">[];
    readonly deliveries: readonly Omit<RecordedDelivery, "durationMs">[];
    readonly links: unknown;
  }

  /** Real time is the one thing that no seed decides. */
  const withoutDuration = <Entry extends { readonly durationMs?: number }>(entry: Entry): Omit<Entry, "durationMs"> => {
    const { durationMs: _, ...others } = entry;
    return others;
  };

  /** Lets a lot go wrong for a day, and tells all that is to be seen of it. */
  const runOn = async (sandbox: Sandbox, merchantUrl: string, extra: readonly FaultName[] = []): Promise<Shown> => {
    for (const provider of providers) {
      sandbox.setWebhookUrl(provider, merchantUrl);
      for (const fault of ["duplicate_webhook", "wrong_key", "drop_webhook", "delay_webhook"] as const) {
        sandbox.chaos.set(provider, fault, { probability: 0.3 });
      }
      for (const fault of extra) sandbox.chaos.set(provider, fault, { probability: 0.5 });
      for (let count = 1; count <= 4; count += 1)
        await sandbox.pay(await createLinkAt(sandbox, provider, `INV-${count}`));
    }
    await sandbox.advance(dayMs);
    const { requests, deliveries } = sandbox;
    return {
      requests: requests.map(withoutDuration),
      deliveries: deliveries.map(withoutDuration),
      links: (await call(`${sandbox.control.url}/links`)).json,
    };
  };

  const outline = ({ webhook, sending, faults, atMs }: Shown["deliveries"][number]): readonly unknown[] => [
    webhook,
    sending,
    faults,
    atMs,
  ];

  const startBusyMerchant = async (): Promise<string> => {
    const merchant = await startMerchant();
    merchant.answerWith(502);
    return merchant.url;
  };

  test("gives the same run again: ids, chaos, gaps between retries, every byte", async () => {
    const url = await startBusyMerchant();
    const sandbox = await start({ seed: 7 });
    const first = await runOn(sandbox, url);
    expect(new Set(first.deliveries.flatMap(({ faults }) => faults)).size).toBe(4);
    await sandbox.reset();
    expect(await runOn(sandbox, url)).toEqual(first);
    // Addresses are signed, so that on other ports the signatures differ, and nothing else.
    const elsewhere = await runOn(await start({ seed: "7" }), url);
    expect(elsewhere.deliveries.map(outline)).toEqual(first.deliveries.map(outline));
  });

  test("another one, or none, gives another run", async () => {
    const url = await startBusyMerchant();
    const runs = [];
    for (const seed of ["a", "b", undefined, undefined]) {
      const { deliveries } = await runOn(await start({ seed }), url);
      runs.push(deliveries.map(outline));
    }
    expect(new Set(runs.map((run) => JSON.stringify(run))).size).toBe(4);
  });

  test("a dial that is turned up does not change what the others do", async () => {
    const url = await startBusyMerchant();
    const wrongKeys = async (extra: readonly FaultName[]): Promise<readonly number[]> =>
      (await runOn(await start({ seed: "a" }), url, extra)).deliveries
        .filter(({ sending, faults }) => sending === 1 && faults.includes("wrong_key"))
        .map(({ webhook }) => webhook);
    expect(await wrongKeys([])).toEqual(await wrongKeys(["truncate_webhook"]));
  });

  test("is told, and gives the run to whoever passes it on", async () => {
    const unseeded = await start();
    const again = await start({ seed: unseeded.seed });
    const slugs = await Promise.all([unseeded, again].map((sandbox) => createLinkAt(sandbox, "midtrans")));
    const [first, second] = slugs.map((url) => new URL(url).pathname);
    expect([unseeded.seed.length > 0, first]).toEqual([true, second]);
  });

  test("a probability strikes about that often, 0 never and 1 always", async () => {
    const sandbox = await start({ seed: 1, gateways: ["midtrans"] });
    const api = midtransCaller(sandbox as Sandbox);
    const strikes = async (probability: number): Promise<number> => {
      sandbox.chaos.set("midtrans", "server_error", { probability });
      const statuses = await Promise.all(
        Array.from({ length: 200 }, async () => (await api("GET", "/v2/x/status")).status),
      );
      return statuses.filter((status) => status === 500).length;
    };
    expect([await strikes(0), await strikes(1)]).toEqual([0, 200]);
    const half = await strikes(0.5);
    expect([half > 60, half < 140]).toEqual([true, true]);
  });
});
