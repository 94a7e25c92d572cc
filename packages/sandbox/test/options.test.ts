import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Provider, type Sandbox } from "../src/index.ts";
import { call, midtransCaller, PROVIDER_NAMES, type Reply, STARTED_NAMES, startSandbox, textAt } from "./support.ts";

const midtransLink = async (sandbox: Sandbox, more: object = {}): Promise<string> => {
  const { json } = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: "inv-1", gross_amount: 10_000 },
    usage_limit: 9,
    ...more,
  });
  return textAt(json, "payment_url");
};

describe("createSandbox", () => {
  test("takes every option, and undefined for each of them", async () => {
    for (const options of [
      { host: "127.0.0.1", ports: { control: 0, xfers: 0 }, webhookUrls: { xfers: "https://e.test" }, clock: Date },
      { host: undefined, ports: undefined, webhookUrls: undefined, clock: undefined },
      { ports: { midtrans: undefined }, webhookUrls: { singapay: undefined } },
    ]) {
      const sandbox = await createSandbox(options);
      onTestFinished(() => sandbox.close());
      expect((await call(sandbox.control.url)).status).toBe(200);
    }
  });

  test.each<[unknown, string]>([
    [
      null,
      "the options must be an object with gateways, seed, host, ports, webhookUrls, clock, chaos, initialLinks, maxRecords, stateFile, replay, but is null",
    ],
    [4100, "the options must be an object"],
    [[], "the options must be an object"],
    [
      { port: 4100 },
      'there is no "port" in the options; there are gateways, seed, host, ports, webhookUrls, clock, chaos, initialLinks, maxRecords, stateFile, replay',
    ],
    [{ webhookUrl: "http://e.test" }, 'there is no "webhookUrl" in the options'],
    [JSON.parse('{"__proto__":{}}'), 'there is no "__proto__" in the options'],
    [{ host: "" }, 'host must be a name or an address, such as "127.0.0.1", but is ""'],
    [{ host: 127 }, "host must be"],
    [{ ports: 4100 }, `ports must be an object with control, ${STARTED_NAMES}, but is 4100`],
    [{ ports: null }, "ports must be an object"],
    [{ ports: { nobody: 1 } }, `there is no "nobody" in ports; there are control, ${STARTED_NAMES}`],
    [{ ports: { xfers: "4102" } }, 'ports.xfers must be a whole number from 0 to 65535, but is "4102"'],
    [{ ports: { xfers: 4100, control: 4100 } }, "ports.xfers must be another port than ports.control, but is 4100"],
    [{ ports: { xfers: -1 } }, "ports.xfers must be"],
    [{ ports: { xfers: 65_536 } }, "ports.xfers must be"],
    [{ ports: { xfers: 1.5 } }, "ports.xfers must be"],
    [{ ports: { xfers: Number.NaN } }, "ports.xfers must be"],
    [{ webhookUrls: "http://e.test" }, `webhookUrls must be an object with ${STARTED_NAMES}`],
    [{ webhookUrls: { control: "http://e.test" } }, 'there is no "control" in webhookUrls'],
    [{ webhookUrls: { xfers: "localhost:3000" } }, "webhookUrls.xfers must be an absolute http or https URL"],
    [{ webhookUrls: { xfers: null } }, "webhookUrls.xfers must be"],
    [{ stateFile: "" }, 'stateFile must be the path of a file, but is ""'],
    [{ stateFile: 1 }, "stateFile must be the path of a file, but is 1"],
    [{ gateways: [] }, `gateways must be a list of some of ${PROVIDER_NAMES}, each once, but is []`],
    [{ gateways: ["xfers", "xfers"] }, 'each once, but is ["xfers","xfers"]'],
    [{ gateways: "xfers" }, 'each once, but is "xfers"'],
    [{ gateways: ["nobody"] }, `gateways[0] must be one of ${PROVIDER_NAMES}, but is "nobody"`],
    [{ chaos: [] }, `chaos must be an object with ${STARTED_NAMES}, but is []`],
    [{ maxRecords: () => 1 }, "maxRecords must be a whole number, 1 or more, but is a function"],
    [{ seed: new Date(0) }, "seed must be a text or a whole number, but is 1970-01-01T00:00:00.000Z"],
    [{ seed: new Date("x") }, "seed must be a text or a whole number, but is an invalid Date"],
    [{ seed: { long: "x".repeat(999) } }, `seed must be a text or a whole number, but is {"long":"${"x".repeat(191)}…`],
    [{ clock: 0 }, "clock must be an object with now()"],
    [{ clock: {} }, "clock must be"],
    [{ clock: { now: 0 } }, "clock must be"],
    [{ clock: { now: () => "2026-03-15" } }, "clock must be"],
    [{ clock: { now: () => Number.NaN } }, "clock must be"],
    [{ clock: { now: () => 1e300 } }, "clock must be"],
  ])("refuses $0", async (options, sentence) => {
    const starting = createSandbox(options as object);
    await expect(starting).rejects.toThrow(TypeError);
    await expect(starting).rejects.toThrow("createSandbox: ");
    await expect(starting).rejects.toThrow(sentence);
  });
});

test("a value that cannot be written out is refused, too", async () => {
  const endless: Record<string, unknown> = {};
  endless["self"] = endless;
  for (const seed of [endless, { huge: 1n }]) {
    await expect(createSandbox({ seed: seed as never })).rejects.toThrow(
      "createSandbox: seed must be a text or a whole number, but is another object",
    );
  }
});

describe("the methods of a sandbox", () => {
  const actions = [
    "open",
    "pay",
    "fail",
    "settle",
    "expire",
    "approve",
    "deny",
    "reverse",
    "refund",
    "chargeback",
  ] as const;

  test.each(actions)(
    "%s refuses options it does not know, of a wrong type, and a link that is none",
    async (action) => {
      const { sandbox } = await startSandbox();
      const link = await midtransLink(sandbox);
      const act = sandbox[action] as (link: unknown, options?: unknown) => Promise<unknown>;
      for (const options of [
        null,
        "bca_va",
        { atempt: "x" },
        { details: {} },
        { isNew: true },
        { payment: 1 },
        { payment: "" },
      ]) {
        await expect(act(link, options)).rejects.toThrow(TypeError);
      }
      for (const none of [undefined, null, 1, "", {}]) {
        await expect(act(none)).rejects.toThrow(`${action}: link must be the URL of a pay page`);
      }
      expect(sandbox.deliveries).toEqual([]);
      await expect(act("x", { payment: undefined })).rejects.toThrow("There is no link x here");
    },
  );

  test.each(["settle", "expire", "approve", "deny", "reverse"] as const)(
    "%s takes neither a method nor an amount",
    async (action) => {
      const { sandbox } = await startSandbox();
      const link = await midtransLink(sandbox);
      const options = { method: "bca_va", amount: 1 } as object;
      await expect(sandbox[action](link, options)).rejects.toThrow(
        `${action}: there is no "method" for ${action}, which takes payment; there is no "amount"`,
      );
    },
  );

  test("refund takes an amount, of a number, and no method", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    await expect(sandbox.refund(link, { method: "gopay" } as object)).rejects.toThrow(
      'refund: there is no "method" for refund, which takes payment, amount',
    );
    await expect(sandbox.refund(link, { amount: "1" } as object)).rejects.toThrow(
      'refund: amount must be a number in the smallest unit of the currency, but is "1"',
    );
  });

  test.each(["open", "pay", "fail"] as const)("%s refuses a method and an amount of a wrong type", async (action) => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    for (const options of [{ method: 1 }, { method: "" }, { amount: "1" }, { amount: null }]) {
      await expect(sandbox[action](link, options as object)).rejects.toThrow(TypeError);
    }
    for (const amount of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 9_999]) {
      await expect(sandbox[action](link, { amount })).rejects.toThrow("The amount of this link is fixed at Rp10.000.");
    }
  });

  test("another try at Midtrans keeps the amount of the first", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox, { payment_link_type: "DYNAMIC_AMOUNT" });
    const { id } = await sandbox.fail(link, { amount: 5_000 });
    for (const action of ["open", "pay"] as const) {
      await expect(sandbox[action](link, { payment: id, amount: 6_000 })).rejects.toThrow("was opened for Rp5.000");
    }
    expect(await sandbox.pay(link, { payment: id, amount: 5_000 })).toMatchObject({
      status: "settlement",
      amount: 5_000,
    });
  });

  test("setWebhookUrl knows three providers and takes a URL or undefined", async () => {
    const { sandbox } = await startSandbox();
    const set = (provider: unknown, url?: unknown): void => {
      sandbox.setWebhookUrl(provider as Provider, url as string);
    };
    for (const provider of ["nobody", "", undefined, null, "toString"]) {
      expect(() => {
        set(provider, "https://e.test");
      }).toThrow(TypeError);
    }
    for (const url of [null, 1, "", "e.test", "ftp://e.test", {}]) {
      expect(() => {
        set("xfers", url);
      }).toThrow("setWebhookUrl: the URL of xfers must be an absolute http or https URL");
    }
    set("xfers");
  });
});

describe("the bodies of the control API", () => {
  const send = (sandbox: Sandbox, method: string, path: string, body: unknown): Promise<Reply> =>
    call(sandbox.control.url + path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  test("null leaves something out", async () => {
    const { sandbox } = await startSandbox();
    const link = await midtransLink(sandbox);
    const reply = await send(sandbox, "POST", "/pay", { link, method: null, payment: null, amount: null });
    expect(reply).toMatchObject({ status: 200, json: { status: "settlement" } });
  });

  test.each<[string, object, string]>([
    ["/pay", { atempt: "x" }, 'there is no "atempt" for pay, which takes method, payment, amount, outcome'],
    ["/pay", { method: "" }, "method must be the provider's code of a method"],
    ["/pay", { amount: "10000" }, 'amount must be a number in the smallest unit of the currency, but is "10000"'],
    ["/pay", { outcome: "x" }, 'outcome must be one of paid, failed, pending, challenged, but is "x"'],
    ["/pay", { payment: ["x"] }, 'payment must be the id of a payment, but is ["x"]'],
    ["/pay", { details: {}, isNew: true }, 'there is no "details" for pay'],
    ["/settle", { amount: 10_000 }, 'there is no "amount" for settle, which takes payment'],
    ["/expire", { method: "bca_va" }, 'there is no "method" for expire'],
    ["/reverse", { method: "bca_va" }, 'there is no "method" for reverse'],
    ["/pay", { link: 1 }, "link must be the URL of a pay page, but is 1"],
    ["/pay", { link: null }, "link must be the URL of a pay page"],
  ])("POST %s with %j is 400", async (path, more, sentence) => {
    const { sandbox } = await startSandbox();
    const reply = await send(sandbox, "POST", path, { link: await midtransLink(sandbox), ...more });
    expect(reply).toMatchObject({ status: 400, json: { error: expect.stringContaining(sentence) } });
    expect(sandbox.deliveries).toEqual([]);
  });

  test.each([
    [{ url: "https://e.test", method: "PUT" }],
    [{ uri: "https://e.test" }],
    [{ url: "" }],
    [{ url: {} }],
    [[]],
  ])("PUT /webhooks/midtrans with %j is 400", async (body) => {
    const { sandbox } = await startSandbox();
    const { status, json } = await send(sandbox, "PUT", "/webhooks/midtrans", body);
    expect([status, String(json["error"]).includes('{ "url": … }')]).toEqual([400, true]);
  });

  test("GET / lists for each action what it takes", async () => {
    const { sandbox } = await startSandbox();
    const { endpoints } = (await call(sandbox.control.url)).json;
    expect(endpoints).toContain("POST /pay { link, method?, payment?, amount?, outcome? }");
    expect(endpoints).toContain("POST /settle { link, payment? }");
  });
});
