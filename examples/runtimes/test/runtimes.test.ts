// One program on every runtime, with the built packages that users install. What it finds must be the same everywhere.
import { hash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { idr } from "@tautan/core";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linksAt } from "../src/gateways.ts";
import type { Delivery, Input } from "../src/input.ts";
import { closedUrl, type OddServer, startOddServer } from "./odd-server.ts";
import { type Results, RUNTIMES, type Runtime } from "./programs.ts";

const GATEWAYS = ["midtrans", "xfers", "singapay"] as const;

let sandbox: Sandbox;
let shop: Server;
let odd: OddServer;
let input: Omit<Input, "run">;

const gatewaysOf = ({ midtrans, xfers, singapay }: Sandbox): Input["gateways"] => {
  const { signingSecret, ...xfersKeys } = xfers.credentials;
  return {
    midtrans: { baseUrl: midtrans.url, ...midtrans.credentials },
    xfers: { baseUrl: `${xfers.url}/api/v4`, ...xfersKeys, signingSecrets: [signingSecret] },
    singapay: { baseUrl: singapay.url, ...singapay.credentials },
  };
};

/** What a gateway sends about a paid link, signed by the sandbox and not by our own code. */
const deliveryOf = async (gateway: (typeof GATEWAYS)[number]): Promise<Delivery> => {
  const links = linksAt(gatewaysOf(sandbox));
  const customer = { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" };
  const amount = idr(190_000);
  const request = { gateway, reference: `INV-${gateway}`, title: "Concert", amount };
  const created = (await links.create({ ...request, customer, omitIfUnsupported: ["customer"] }))._unsafeUnwrap();
  await sandbox.pay(created.url);
  const sent = sandbox.deliveries.findLast((each) => each.provider === gateway);
  if (sent?.url === undefined) throw new Error(`the sandbox has sent nothing for ${gateway}`);
  return { url: sent.url, headers: { ...sent.headers }, body: sent.body };
};

beforeAll(async () => {
  shop = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/webhooks`;
  sandbox = await createSandbox({
    webhookUrls: { midtrans: `${url}/midtrans`, xfers: `${url}/xfers`, singapay: `${url}/singapay` },
  });
  odd = await startOddServer();
  const deliveries = {
    midtrans: await deliveryOf("midtrans"),
    xfers: await deliveryOf("xfers"),
    singapay: await deliveryOf("singapay"),
  };
  input = { gateways: gatewaysOf(sandbox), deliveries, oddServerUrl: odd.url, closedUrl: await closedUrl() };
});
afterAll(async () => {
  await sandbox.close();
  await odd.close();
  shop.closeAllConnections();
  shop.close();
});

/** What every runtime must find. */
const EXPECTED: Results = {
  ...Object.fromEntries(
    GATEWAYS.map((gateway) => [
      gateway,
      {
        genuine: {
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          observations: ["history"],
          paid: [`INV-${gateway}`],
        },
        forged: { refused: "signature_invalid" },
        causes: ["genuine", "unknown"],
      },
    ]),
  ),
  handler: {
    answers: GATEWAYS.flatMap((gateway) => [
      [`${gateway}: genuine`, 200],
      [`${gateway}: the same again`, 200],
      [`${gateway}: forged`, 401],
      [`${gateway}: too large`, 413],
      [`${gateway}: GET`, 405],
    ]),
    paid: GATEWAYS.flatMap((gateway) => [`INV-${gateway}`, `INV-${gateway}`]),
    causes: GATEWAYS.flatMap(() => ["refused: unknown", "too_large", "wrong_method"]),
  },
  memory: {
    created: { reference: "INV-001", status: "active", amount: { amount: "190000", currency: "IDR" } },
    answers: [200, 200, 401],
    paid: ["INV-001", "INV-001"],
    found: "exhausted",
  },
  gateways: Object.fromEntries(
    GATEWAYS.map((gateway) => [
      gateway,
      {
        created: { status: "active", amount: { amount: "190000", currency: "IDR" } },
        isSame: true,
        read: "active",
        // Xfers cannot search by reference.
        unknown:
          gateway === "xfers"
            ? { error: "unsupported", outcome: "not_sent" }
            : { error: "not_found", outcome: "refused" },
      },
    ]),
  ),
  refused: { error: "unauthenticated", outcome: "refused" },
  requests: {
    post: { status: 200, text: "POST k 7b22616d6f756e74223a2031303030302e30302c2022c3a9223a20317d" },
    redirect: { status: 302, text: "elsewhere" },
    get: { status: 200, text: "GET k " },
    brokenPost: { reason: "broken", sent: true },
    brokenGet: { reason: "broken", sent: true },
    cutShort: { reason: "broken", sent: true },
    tooLarge: { reason: "too_large", sent: true },
    silent: { reason: "timeout", sent: true },
    slow: { reason: "timeout", sent: true },
    busy: { status: 503, text: "busy" },
  },
};

/** What depends on the client of a runtime. */
const OF_THE_CLIENT: Readonly<Record<Runtime["client"], unknown>> = {
  undici: {
    refused: { reason: "connect", sent: false },
    noAddress: { reason: "connect", sent: false },
    // It does not ask for compression.
    compressed: { status: 200, text: "small" },
    tooLargeCompressed: { reason: "too_large", sent: true },
    takesDispatcher: true,
  },
  "fetch of Bun": {
    refused: { reason: "connect", sent: false },
    noAddress: { reason: "connect", sent: false },
    compressed: { status: 200, text: "small" },
    tooLargeCompressed: { reason: "too_large", sent: true },
    takesDispatcher: false,
  },
  "fetch of workerd": {
    // It does not report why.
    refused: { reason: "broken", sent: true },
    noAddress: { reason: "broken", sent: true },
    compressed: { status: 200, text: "small" },
    tooLargeCompressed: { reason: "too_large", sent: true },
    takesDispatcher: false,
  },
};

const digestsIn = (results: Results): unknown =>
  GATEWAYS.map((gateway) => (results[gateway] as { genuine: { digest: string } }).genuine.digest);

for (const { name, missing } of RUNTIMES) if (missing !== undefined) console.warn(`SKIPPED ${name}: ${missing}`);

const isHere = ({ missing }: Runtime): boolean => missing === undefined;

describe.each(RUNTIMES.filter(isHere))("$name", ({ name, client, run }) => {
  const id = name.replaceAll(/\W/g, "");
  let results: Results = {};
  beforeAll(async () => {
    results = await run({ ...input, run: id });
  });

  test("reads webhooks, answers them, creates links and keeps deadlines as every other", () => {
    const { client: ofTheClient, ...common } = results;
    expect(common).toEqual(EXPECTED);
    expect(ofTheClient).toEqual(OF_THE_CLIENT[client]);
  });

  test("finds the digest that Node finds", () => {
    const digests = Object.values(input.deliveries).map(({ body }) => hash("sha256", body));
    expect(digestsIn(results)).toEqual(digests);
  });

  test("sends no request twice, except reads that failed", () => {
    const { "break-get": reads = 0, ...counts } = odd.counts(id);
    const once = [
      "break-post",
      "busy",
      "cut-short",
      "compressed",
      "compressed-large",
      "endless",
      "redirect",
      "silent",
      "slow",
    ];
    expect(counts).toEqual({ ...Object.fromEntries(once.map((path) => [path, 1])), echo: 2 });
    // Bun's fetch sends a read again too, if the connection was kept.
    expect(reads).toBeGreaterThanOrEqual(3);
    expect(reads).toBeLessThanOrEqual(4);
  });
});
