// The suite must see over HTTP, too, what a driver or its transport does wrong.
import { type ConformanceSubject, checkConformance, type FaultyNetwork } from "@tautan/conformance";
import { err, ok, type Result } from "@tautan/core";
import type { AnyDriver, DriverError } from "@tautan/core/driver";
import { createTransport, type HttpFailure, type HttpReply, type HttpRequest } from "@tautan/driver-kit";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import type { OnSandbox } from "@tautan/example-conformance/on-sandbox";
import { describe, expect, test } from "vitest";
import { SERVER_KEY, subject } from "./subject.ts";

type Send = (request: HttpRequest) => Promise<Result<HttpReply, HttpFailure>>;

/** The Midtrans driver, with something between it and the network. */
const between = (change: (send: Send) => Send): ConformanceSubject<OnSandbox> => ({
  ...subject,
  start: async (network) => {
    const running = await subject.start(network);
    const inner = network.aroundTransport(createTransport({ maxRetries: 0 }));
    const transport = { send: change((request) => inner.send(request)) };
    const driver: AnyDriver = createMidtransDriver({
      environment: "sandbox",
      baseUrl: running.url,
      transport,
      serverKey: SERVER_KEY,
    });
    return { ...running, driver };
  },
});

const FAULTS: Readonly<Record<string, { readonly group: string; readonly change: (send: Send) => Send }>> = {
  "drops a title that create echoes": {
    group: "fields",
    change: (send) => (request) => {
      if (request.body === undefined) return send(request);
      const { title: _, ...body } = JSON.parse(request.body) as Record<string, unknown>;
      return send({ ...request, body: JSON.stringify(body) });
    },
  },
  "sends everything again that gets no answer": {
    group: "unknown outcome and recovery",
    change: (send) => async (request) => {
      const first = await send(request);
      return first.isErr() ? send(request) : first;
    },
  },
  "takes a broken connection for one that was never open": {
    group: "unknown outcome and recovery",
    change: (send) => async (request) => (await send(request)).mapErr((failure) => ({ ...failure, sent: false })),
  },
  "takes faults of the gateway for refusals": {
    group: "errors",
    change: (send) => async (request) =>
      // The body has the code once more.
      (await send(request)).map((reply) =>
        reply.status >= 500 ? { ...reply, status: 400, text: reply.text.replace(/\b5\d\d\b/g, "400") } : reply,
      ),
  },
  "reads something into an empty answer": {
    group: "errors",
    change: (send) => async (request) => {
      const sent = await send(request);
      if (sent.isErr() || sent.value.text !== "" || request.method !== "GET") return sent;
      const link = { order_id: decodeURIComponent(request.url.split("/").at(-1) ?? ""), gross_amount: 50_000 };
      const text = JSON.stringify({
        ...link,
        usage_limit: 1,
        payment_link_url: "https://app.midtrans.com/payment-links/a",
      });
      return ok({ ...sent.value, text });
    },
  },
  "waits on when its caller has given up": {
    group: "deadlines",
    change: (send) => async (request) => {
      const gone = new Promise<Result<HttpReply, HttpFailure>>((resolve) =>
        request.signal.addEventListener("abort", () => resolve(err({ reason: "aborted", sent: true }))),
      );
      return Promise.race([send({ ...request, signal: new AbortController().signal }), gone]);
    },
  },
};

/** The Midtrans driver with errors that show the response, in one operation or all. */
const showingResponses = (operations: readonly ("create" | "get")[]): ConformanceSubject<OnSandbox> => {
  let last = "";
  const told = between((send) => async (request) => {
    const sent = await send(request);
    last = sent.isOk() ? sent.value.text : "";
    return sent;
  });
  const saying = (driver: AnyDriver, name: "create" | "get"): AnyDriver["handlers"] => {
    const right = driver.handlers[name] as (...inputs: unknown[]) => PromiseLike<Result<unknown, DriverError>>;
    const wrong = async (...inputs: unknown[]) =>
      (await right(...inputs)).mapErr((error) => ({ ...error, message: `${error.message}: ${last.slice(0, 300)}` }));
    return { ...driver.handlers, [name]: wrong } as AnyDriver["handlers"];
  };
  const start = async (network: FaultyNetwork): Promise<OnSandbox> => {
    const running = await told.start(network);
    const driver = operations.reduce<AnyDriver>(
      (each, name) => ({ ...each, handlers: saying(each, name) }),
      running.driver,
    );
    return { ...running, driver };
  };
  return { ...told, start };
};

describe("a driver whose errors show the response", () => {
  test.each([[["create"]], [["get"]]] as const)("in %s", { timeout: 120_000 }, async (operations) => {
    const results = await checkConformance(showingResponses(operations), { groups: ["redaction"] });
    const failed = results.filter((each) => each.outcome === "failed" && each.test.startsWith("spellings of"));
    expect(failed.length).toBeGreaterThan(10);
    for (const { reason = "" } of failed) {
      expect(reason).toMatch(/shows (?:text|part) \d+/);
      expect(reason).not.toMatch(/kenari|larasati/i);
    }
  });
});

describe("a driver that is wrong in one thing, over HTTP", () => {
  test.each(Object.entries(FAULTS))("%s", async (_what, { group, change }) => {
    const results = await checkConformance(between(change), { groups: [group] });
    expect(results.filter((each) => each.outcome === "failed").length).toBeGreaterThan(0);
  });

  test("with nothing in between, nothing fails", async () => {
    const groups = [...new Set(Object.values(FAULTS).map((each) => each.group))];
    const results = await checkConformance(
      between((send) => send),
      { groups },
    );
    // Without the kit's resending, a read that is lost once stays lost.
    const failed = results.filter((each) => each.outcome === "failed").map((each) => each.test);
    expect(failed).toEqual(["a read whose response is lost once is sent again"]);
  });
});
