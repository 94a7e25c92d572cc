/* oxlint-disable vitest/no-standalone-expect -- these tests are made by what is tested */
import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf } from "vitest";
import type { Sandbox } from "../src/index.ts";
import { testWithSandbox } from "../src/vitest.ts";
import { createLinkAt } from "./create-link.ts";
import { call, startMs } from "./support.ts";

const test = testWithSandbox({ seed: "vitest", clock: { frozenAt: startMs } });
const urls = new Set<string>();
const slugs = new Set<string>();

describe("testWithSandbox", () => {
  test.for(["first", "second"])("the %s test has a sandbox as if just started", async (_name, { sandbox }) => {
    expect([sandbox.requests, sandbox.clock.now()]).toEqual([[], startMs]);
    const link = await createLinkAt(sandbox, "midtrans");
    await sandbox.pay(link);
    await sandbox.advance(1);
    sandbox.chaos.set("xfers", "server_error", { probability: 1 });
    expect(sandbox.deliveries).toHaveLength(2);
    urls.add(sandbox.midtrans.url);
    slugs.add(new URL(link).pathname);
  });

  test("all tests of a file have the same ports, and the seed begins anew with each", ({ sandbox }) => {
    expect([urls.size, slugs.size]).toEqual([1, 1]);
    expect([...urls]).toEqual([sandbox.midtrans.url]);
  });

  test("the README shows it as it runs", async ({ sandbox }) => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const [, body = ""] = /async \(\{ sandbox \}\) => \{\n([^]*?)\n\}\);/.exec(readme) ?? [];
    expect(body.split("\n").map((line) => line.trim())).toEqual([
      'sandbox.chaos.set("midtrans", "rate_limit", { next: 1, retryAfterSeconds: 7 });',
      "const reply = await fetch(`${sandbox.midtrans.url}/v1/payment-links/inv-1`);",
      'expect([reply.status, reply.headers.get("Retry-After")]).toEqual([429, "7"]);',
    ]);
    sandbox.chaos.set("midtrans", "rate_limit", { next: 1, retryAfterSeconds: 7 });
    const reply = await fetch(`${sandbox.midtrans.url}/v1/payment-links/inv-1`);
    expect([reply.status, reply.headers.get("Retry-After")]).toEqual([429, "7"]);
  });

  const xfersTest = testWithSandbox({ gateways: ["xfers"] });

  xfersTest("starts only the gateways that are named", async ({ sandbox }) => {
    expect((await call(`${sandbox.xfers.url}/none`)).status).toBe(404);
    expectTypeOf(sandbox).toEqualTypeOf<Sandbox<"xfers">>();
    // @ts-expect-error Midtrans was not started.
    expect(sandbox.midtrans).toBeUndefined();
  });
});
