// The commands about links as processes, at the sandbox of each provider.
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, jsonOf, type Project } from "./support/project.ts";

/** Xfers needs all of it. */
const CUSTOMER = [
  "--customer-name",
  "Sari",
  "--customer-email",
  "sari@example.test",
  "--customer-phone",
  "+628110000001",
];

let sandbox: Sandbox;
let project: Project & { remove(): void };

beforeAll(async () => {
  sandbox = await createSandbox();
  const { midtrans, xfers, singapay } = sandbox;
  project = createProject({
    "tautan.config.json": {
      default: "midtrans",
      gateways: {
        midtrans: {
          driver: "midtrans",
          environment: "sandbox",
          baseUrl: midtrans.url,
          serverKey: { env: "MIDTRANS_KEY" },
        },
        xfers: {
          driver: "xfers",
          environment: "sandbox",
          baseUrl: `${xfers.url}/api/v4`,
          apiKey: { env: "XFERS_KEY" },
          secretKey: { env: "XFERS_SECRET" },
          signingSecrets: [{ env: "XFERS_SIGNING" }],
        },
        singapay: {
          driver: "singapay",
          environment: "sandbox",
          baseUrl: singapay.url,
          apiVersion: 2,
          clientId: singapay.credentials.clientId,
          clientSecret: { env: "SINGAPAY_SECRET" },
          apiKey: { env: "SINGAPAY_KEY" },
          accountId: singapay.credentials.accountId,
        },
      },
    },
    ".env": [
      `MIDTRANS_KEY=${midtrans.credentials.serverKey}`,
      `XFERS_KEY=${xfers.credentials.apiKey}`,
      `XFERS_SECRET=${xfers.credentials.secretKey}`,
      `XFERS_SIGNING=${xfers.credentials.signingSecret}`,
      `SINGAPAY_SECRET=${singapay.credentials.clientSecret}`,
      `SINGAPAY_KEY=${singapay.credentials.apiKey}`,
    ].join("\n"),
  });
});

afterAll(async () => {
  project?.remove();
  await sandbox?.close();
});

describe.each(["midtrans", "xfers", "singapay"] as const)("links at %s", (gateway) => {
  const create = (...more: string[]) => project.run(["links", "create", "--gateway", gateway, ...more]);

  test("create makes a link, which get reads; the same again is the same link, another request is refused", async () => {
    const words = ["--reference", "INV-1", "--title", "Concert, day 1", "--amount", "190000", ...CUSTOMER, "--json"];
    const created = await create(...words);
    expect([created.stderr, created.code]).toEqual(["", 0]);
    const link = jsonOf(created);
    expect(link).toMatchObject({ gateway, reference: "INV-1", amount: { amount: "190000", currency: "IDR" } });
    const [read, again, other] = await Promise.all([
      project.run(["links", "get", link.id]),
      create(...words.slice(0, -1), "--quiet"),
      create("--reference", "INV-1", "--title", "Concert, day 1", "--amount", "200000", ...CUSTOMER, "--json"),
    ]);
    expect(read.stdout).toContain(link.url);
    expect(read.stdout).toContain("IDR 190,000");
    expect(again).toEqual({ code: 0, stdout: `${link.url}\n`, stderr: "" });
    // Xfers accepts a reference twice, and a link that is as recent as the request may be its own.
    expect([other.code, jsonOf(other)]).toMatchObject([
      gateway === "xfers" ? 7 : 4,
      { error: { kind: "duplicate_reference" } },
    ]);
  });
});

test("a link that does not exist is not found", async () => {
  const read = await project.run(["links", "get", "midtrans:NOWHERE"]);
  expect([read.code, read.stdout]).toEqual([5, ""]);
  expect(read.stderr).toMatch(/^error not_found .+\nhint .+\n$/);
});

test("list prints a table, and a gateway without a list refuses", async () => {
  const [listed, refused] = await Promise.all([
    project.run(["links", "list", "--gateway", "singapay", "--limit", "5"]),
    project.run(["links", "list", "--gateway", "midtrans"]),
  ]);
  expect(listed.stdout).toMatch(/^ID +REFERENCE +STATUS +AMOUNT +PAID +EXPIRES$/m);
  expect(listed.code).toBe(0);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("error unsupported");
});
