import { inspect } from "node:util";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createPaymentLinks, idr } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import { traceOperations } from "@tautan/core/node";
import { createMemoryDriver } from "@tautan/driver-memory";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeSpans } from "../src/spans.ts";

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const tracer = provider.getTracer("test");
let stop: () => void;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  stop = makeSpans(tracer);
});
afterEach(() => exporter.reset());
afterAll(() => {
  stop();
  context.disable();
});

const REQUEST = {
  reference: "INV-001",
  amount: idr(190_000),
  title: "Concert for Sari",
  customer: { name: "Sari Dewi", email: "sari@shop.example", phone: "+628110000001" },
  metadata: { seat: "7A-window" },
} as const;

const linksOver = (driver: AnyDriver) =>
  createPaymentLinks({ default: "shop", gateways: { shop: driver }, instrument: traceOperations() });

const spanNamed = (name: string): ReadableSpan => {
  const found = exporter.getFinishedSpans().filter((each) => each.name === name);
  if (!found[0] || found.length > 1) throw new Error(`expected one span ${name}, got ${found.length}`);
  return found[0];
};
const idOf = (span: ReadableSpan): string => span.spanContext().spanId;

describe("spans", () => {
  test("a success: gateway, driver, operation and outcome, and nothing else", async () => {
    await linksOver(createMemoryDriver()).create(REQUEST);
    const span = spanNamed("tautan create");
    expect(span.attributes).toEqual({
      "tautan.gateway": "shop",
      "tautan.driver": "memory",
      "tautan.operation": "create",
      "tautan.outcome": "ok",
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.parentSpanContext).toBeUndefined();
  });

  test("a failure: its kind is the status, its outcome an attribute", async () => {
    await linksOver(createMemoryDriver()).get("shop:nothing-there");
    const span = spanNamed("tautan get");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "not_found" });
    expect(span.attributes).toMatchObject({ "tautan.outcome": "refused", "error.type": "not_found" });
  });

  test("a forged webhook is a failure like any other", async () => {
    const webhook = { method: "POST", url: "/webhooks/shop", headers: {}, body: "{}" };
    await linksOver(createMemoryDriver()).parseWebhook("shop", webhook);
    expect(spanNamed("tautan parseWebhook").attributes).toMatchObject({ "error.type": "signature_invalid" });
  });

  test("no datum of the payer or of the order is in a span, whether it went well or not", async () => {
    const links = linksOver(createMemoryDriver());
    await links.create(REQUEST);
    await links.create({ ...REQUEST, amount: idr(75_000) });
    await links.find({ reference: REQUEST.reference });
    expect(exporter.getFinishedSpans().map(({ status }) => status.message)).toEqual([
      undefined,
      "duplicate_reference",
      undefined,
    ]);
    const shown = exporter
      .getFinishedSpans()
      .map(({ name, attributes, status, events }) => inspect({ name, attributes, status, events }, { depth: 9 }))
      .join();
    const { name, email, phone } = REQUEST.customer;
    for (const datum of [name, email, phone, REQUEST.title, REQUEST.reference, "7A-window", "190000", "75000"]) {
      expect(shown).not.toContain(datum);
    }
  });
});

describe("parentage", () => {
  test("the span that was active at the call is the parent, and is active again at once", async () => {
    const links = linksOver(createMemoryDriver());
    await tracer.startActiveSpan("order", async (order) => {
      const created = links.create(REQUEST);
      expect(trace.getActiveSpan()).toBe(order);
      await created;
      expect(trace.getActiveSpan()).toBe(order);
      order.end();
    });
    expect(spanNamed("tautan create").parentSpanContext?.spanId).toBe(idOf(spanNamed("order")));
  });

  test("what a driver does is a child of its operation", async () => {
    const memory = createMemoryDriver();
    const driver: AnyDriver = {
      ...memory,
      handlers: {
        ...memory.handlers,
        create: async (input, handling) => {
          tracer.startSpan("HTTP request").end();
          return memory.handlers.create(input as never, handling);
        },
      },
    };
    await linksOver(driver).create(REQUEST);
    expect(spanNamed("HTTP request").parentSpanContext?.spanId).toBe(idOf(spanNamed("tautan create")));
  });

  test("operations side by side do not become each other's children", async () => {
    const links = linksOver(createMemoryDriver());
    await tracer.startActiveSpan("order", async (order) => {
      await Promise.all([links.create(REQUEST), links.get("shop:nothing-there"), links.list({})]);
      order.end();
    });
    for (const name of ["tautan create", "tautan get", "tautan list"]) {
      expect(spanNamed(name).parentSpanContext?.spanId).toBe(idOf(spanNamed("order")));
    }
  });
});

test("whoever stops it gets no more spans", async () => {
  stop();
  await linksOver(createMemoryDriver()).create(REQUEST);
  expect(exporter.getFinishedSpans()).toEqual([]);
});
