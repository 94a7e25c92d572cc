import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type InitialLinks, type LinkSummary, type Sandbox, type SandboxOptions } from "../src/index.ts";
import { call, dayMs, midtransCaller, STARTED_NAMES, startMerchant, startMs } from "./support.ts";

const links = {
  midtrans: [
    {
      create: { transaction_details: { order_id: "M-1", gross_amount: 20_000 }, usage_limit: 3 },
      payments: [{ method: "bca_va" }, { outcome: "failed" }, { outcome: "pending", method: "gopay" }],
    },
    { create: { transaction_details: { order_id: "M-2", gross_amount: 10_000 } } },
  ],
  xfers: [
    {
      create: {
        data: {
          attributes: {
            amount: 20_000,
            referenceId: "X-1",
            customerName: "Sari",
            customerEmail: "sari@example.test",
            customerPhoneNumber: "08",
          },
        },
      },
      payments: [{}],
    },
  ],
  singapay: [
    {
      create: {
        reff_no: "S-1",
        title: "Concert",
        max_usage: 2,
        total_amount: 20_000,
        items: [{ name: "Ticket", quantity: 1, unit_price: 20_000 }],
        required_customer_detail: false,
      },
      payments: [{ method: "QRIS" }],
    },
  ],
} satisfies InitialLinks;

const start = async (options: SandboxOptions): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, seed: 1, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const linksOf = async ({ control }: Sandbox): Promise<readonly LinkSummary[]> =>
  (await call(`${control.url}/links`)).json as unknown as readonly LinkSummary[];

const fileWith = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-sandbox-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "links.json");
  writeFileSync(path, text);
  return path;
};

describe("initialLinks", () => {
  test("links and their payments are there from the start, and nobody was told", async () => {
    const merchant = await startMerchant();
    const sandbox = await start({ initialLinks: links, webhookUrls: { midtrans: merchant.url } });
    const found = await linksOf(sandbox);
    expect(found.map(({ reference, payments }) => [reference, payments.map(({ status }) => status)])).toEqual([
      ["M-1", ["settlement", "deny", "pending"]],
      ["M-2", []],
      ["S-1", ["paid"]],
      ["X-1", ["paid"]],
    ]);
    expect([sandbox.deliveries, sandbox.requests, merchant.received]).toEqual([[], [], []]);
    expect((await midtransCaller(sandbox)("GET", "/v1/payment-links/M-1")).json["usage"]).toBe(1);
    await sandbox.pay(found[1]?.link ?? "");
    expect(merchant.received).toHaveLength(2);
  });

  test("from a JSON file, too; after a reset they are there again, as they were", async () => {
    const sandbox = await start({ initialLinks: fileWith(JSON.stringify(links)) });
    const before = await linksOf(sandbox);
    await sandbox.pay(before[1]?.link ?? "");
    await sandbox.reset();
    expect(await linksOf(sandbox)).toEqual(before);
    expect(before).toHaveLength(4);
  });

  const midtrans = (...list: readonly unknown[]): object => ({ initialLinks: { midtrans: list } });
  const [valid] = links.midtrans;

  test.each<[object, string]>([
    [{ initialLinks: 1 }, "initialLinks must be the path of a JSON file, or an object with lists of links, but is 1"],
    [{ initialLinks: [] }, "initialLinks must be"],
    [{ initialLinks: "/no/such/file.json" }, "initialLinks: ENOENT"],
    [{ initialLinks: { nobody: [] } }, `there is no "nobody" in initialLinks; there are ${STARTED_NAMES}`],
    [{ initialLinks: links, gateways: ["xfers"] }, 'there is no "midtrans" in initialLinks; there are xfers'],
    [{ initialLinks: { midtrans: {} } }, "initialLinks.midtrans must be a list of links"],
    [midtrans(1), "initialLinks.midtrans[0] must be an object with create and payments"],
    [midtrans(valid, {}), "initialLinks.midtrans[1].create must be the body that creates a link"],
    [midtrans({ ...valid, paid: true }), 'there is no "paid" in initialLinks.midtrans[0]; there are create, payments'],
    [midtrans({ ...valid, payments: {} }), "initialLinks.midtrans[0].payments must be a list"],
    [midtrans({ ...valid, payments: [{ how: 1 }] }), 'initialLinks.midtrans[0].payments[0]: there is no "how" for pay'],
    [
      midtrans({ ...valid, payments: [{ method: "bca_va" }, { method: "cash" }] }),
      "initialLinks.midtrans[0].payments[1]: This link does not allow cash",
    ],
    [midtrans({ create: {} }), "initialLinks.midtrans[0].create: HTTP 400"],
    [midtrans(valid, valid), "initialLinks.midtrans[1].create: HTTP 409"],
  ])("refused: $1", async (options, sentence) => {
    const starting = createSandbox(options);
    await expect(starting).rejects.toThrow(TypeError);
    await expect(starting).rejects.toThrow(`createSandbox: ${sentence}`);
  });

  test.each([
    ["", "is not JSON: Unexpected end of JSON input"],
    ["{\n  midtrans: []\n}", "is not JSON: Expected property name or '}' in JSON at position 4 (line 2 column 3)"],
    ["[]", "must be an object with lists of links by provider, but is []"],
    ["1", "must be an object with lists of links by provider, but is 1"],
    [`{"midtrans":${"[".repeat(99)}${"]".repeat(99)}}`, "must be nested less deeply, but is"],
  ])("a file with $0 is refused", async (text, sentence) => {
    const path = fileWith(text);
    await expect(createSandbox({ initialLinks: path })).rejects.toThrow(
      `createSandbox: initialLinks: ${path} ${sentence}`,
    );
  });

  test("nobody is told of a payment that is settled in real time either", async () => {
    const attributes = {
      amount: 20_000,
      referenceId: "X",
      customerName: "S",
      customerEmail: "s@e.test",
      customerPhoneNumber: "08",
    };
    const initialLinks = { xfers: [{ create: { data: { attributes } }, payments: [{ method: "BRI" }] }] };
    const sandbox = await start({ clock: { frozenAt: startMs }, initialLinks });
    await sandbox.idle();
    expect((await linksOf(sandbox)).map(({ payments }) => payments.map(({ status }) => status))).toEqual([
      ["completed"],
    ]);
    expect(sandbox.deliveries).toEqual([]);
  });

  test("a link that can no longer be made refuses a reset, which changes nothing", async () => {
    let nowMs = startMs;
    const create = {
      transaction_details: { order_id: "M", gross_amount: 10_000 },
      expiry: { start_time: "2026-03-15 10:00 +0700", duration: 1, unit: "hours" },
    };
    const stateFile = join(dirname(fileWith("")), "sandbox.sqlite");
    const initialLinks = { midtrans: [{ create, payments: [{}] }] };
    const sandbox = await start({ clock: { now: () => nowMs }, initialLinks, stateFile });
    await sandbox.reset();
    const before = await linksOf(sandbox);
    nowMs += dayMs;
    const sentence =
      "The reset was refused, and nothing has changed: initialLinks.midtrans[0].payments[0]: No payment can be opened on this link: it has expired.";
    await expect(sandbox.reset()).rejects.toThrow(sentence);
    expect(await call(`${sandbox.control.url}/reset`, { method: "POST" })).toMatchObject({
      status: 409,
      json: { error: sentence },
    });
    expect(await linksOf(sandbox)).toEqual(before);
    const later = { transaction_details: { order_id: "later", gross_amount: 10_000 } };
    expect((await midtransCaller(sandbox)("POST", "/v1/payment-links", later)).status).toBe(200);
    await sandbox.close();
    // Others may have taken the ports of before by now.
    const ports = { control: 0, midtrans: 0, xfers: 0, singapay: 0 };
    const second = await start({ clock: { now: () => nowMs }, stateFile, ports });
    expect((await linksOf(second)).map(({ reference }) => reference)).toEqual(["M", "later"]);
  });
});
