import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { idr } from "@tautan/core";
import { driverError } from "@tautan/core/driver";
import { OPERATION_CHANNEL, traceOperations } from "@tautan/core/node";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, linksWith } from "./support/stub-driver.ts";

describe("tracing", () => {
  test("each operation is told with its outcome, and nothing that needs redacting", async () => {
    const told: unknown[] = [];
    const channel = tracingChannel(OPERATION_CHANNEL);
    const subscriber = { asyncEnd: (context: object) => void told.push({ ...context }) };
    channel.subscribe(subscriber as never);
    const stub = createStub({
      get: async () =>
        ok(linkOf({ reference: "R", amount: idr(5000), usage: { limit: 1 }, customer: { name: "CANARY" } })),
      find: async () => err(driverError("unavailable", { message: "CANARY" })),
      parseWebhook: async () => ok([]),
    });
    const links = linksWith(stub, { instrument: traceOperations() });
    expect((await links.get("gw:id-R")).isOk()).toBe(true);
    expect((await links.find({ reference: "R" })).isErr()).toBe(true);
    expect((await links.parseWebhook("gw", { method: "POST", url: "/", headers: {}, body: "{}" })).isOk()).toBe(true);
    channel.unsubscribe(subscriber as never);
    expect(told).toEqual([
      { gateway: "gw", driver: "stub", operation: "get", result: { ok: true } },
      {
        gateway: "gw",
        driver: "stub",
        operation: "find",
        result: { ok: false, kind: "unavailable", outcome: "unknown", retryable: true },
      },
      { gateway: "gw", driver: "stub", operation: "parseWebhook", result: { ok: true } },
    ]);
    expectToHide(told, ["CANARY"]);
  });

  test("an operation that another instrument wraps runs once", async () => {
    const instrument = traceOperations();
    const span = { gateway: "gw", driver: "stub", operation: "get" } as const;
    let runs = 0;
    const run = async () => {
      runs += 1;
      return ok(runs);
    };
    expect((await instrument(span, run))._unsafeUnwrap()).toBe(1);
    expect(runs).toBe(1);
  });

  test("a span entered at the start is the parent of what happens inside", async () => {
    const spans = new AsyncLocalStorage<string>();
    const channel = tracingChannel(OPERATION_CHANNEL);
    channel.start.bindStore(spans, () => "span");
    let inside: string | undefined;
    const stub = createStub({
      get: async () => {
        inside = spans.getStore();
        return ok(linkOf({ reference: "R", amount: idr(5000), usage: { limit: 1 } }));
      },
    });
    await linksWith(stub, { instrument: traceOperations() }).get("gw:id-R");
    channel.start.unbindStore(spans);
    expect(inside).toBe("span");
  });
});
