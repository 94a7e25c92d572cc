import { createTransport } from "@tautan/driver-kit";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXfersDriver, type XfersOptions } from "@tautan/driver-xfers";
import { err } from "neverthrow";
import { describe, expect, test } from "vitest";
import { API, createLinks, errorBody, ID, LINK_PATH, OPTIONS } from "./support.ts";

const http = mockHttp(API);
const TASKS = `${LINK_PATH}/tasks`;
const driver = (options: Partial<XfersOptions> = {}) =>
  createXfersDriver({ ...OPTIONS, transport: createTransport({ retryDelayMs: 0 }), ...options });
const ACTIONS = [
  ["receivePayment", "receive_payment"],
  ["settle", "settle"],
] as const;

describe.each(ACTIONS)("simulate.%s", (method, action) => {
  test("sends the task of the sandbox", async () => {
    http.reply("POST", TASKS, { status: 201, body: { data: { type: "task", attributes: { targetId: ID, action } } } });
    expect((await driver().simulate[method](ID)).isOk()).toBe(true);
    expect(http.sent.map(({ path, body }) => [path, body])).toEqual([
      [`/api/v4${TASKS}`, `{"data":{"attributes":{"action":"${action}"}}}`],
    ]);
    expect(http.sent[0]?.headers.get("content-type")).toBe("application/vnd.api+json");
    expect(http.sent[0]?.headers.get("authorization")).toBe("Basic dGVzdF9rZXk6c2VjcmV0X2FiYw==");
  });

  test("in production is unsupported, and nothing is sent", async () => {
    const error = (
      await driver({ environment: "production", apiKey: "live_key" }).simulate[method](ID)
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "unsupported",
      outcome: "not_sent",
      features: [{ feature: `simulate.${method}` }],
    });
    expect(http.sent).toEqual([]);
  });

  test.each([
    [400, "005", "invalid_state", "refused"],
    [403, "003", "forbidden", "refused"],
    [404, "004", "not_found", "refused"],
    [401, "002", "unauthenticated", "refused"],
    [500, "001", "unavailable", "unknown"],
  ])("that meets %d, code %s, is %s", async (status, code, kind, outcome) => {
    http.reply("POST", TASKS, { status, body: errorBody(code, "secret_abc and test_key") });
    const error = (await driver().simulate[method](ID))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, outcome, status });
    expectToHide(error, ["secret_abc", "test_key"]);
    expect(http.sent).toHaveLength(1);
  });

  test.each([[""], ["."], [".."], [7], [undefined]])("of %j is invalid_request, and nothing is sent", async (id) => {
    expect((await driver().simulate[method](id as string))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
    });
    expect(http.sent).toEqual([]);
  });

  test.each([[0], [-1], [Number.NaN], [2 ** 31]])(
    "within %j ms is invalid_request, and nothing is sent",
    async (timeoutMs) => {
      const result = await driver().simulate[method](ID, { timeoutMs });
      expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
      expect(http.sent).toEqual([]);
    },
  );

  test.each<[string, unknown]>([
    ["null", null],
    ["a text", "100"],
    ["a time as text", { timeoutMs: "100" }],
    ["a time that is null", { timeoutMs: null }],
    ["no signal", { signal: {} }],
    ["a signal that is null", { signal: null }],
    [
      "a field that throws",
      {
        get signal() {
          throw new Error("no");
        },
      },
    ],
  ])("with %s for options is invalid_request, and nothing is sent", async (_name, options) => {
    expect((await driver().simulate[method](ID, options as object))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
    });
    expect(http.sent).toEqual([]);
  });

  test.each([[1500.5], [0.5 + 2 ** 30]])("takes %j ms", async (timeoutMs) => {
    http.reply("POST", TASKS, { status: 201, body: {} });
    expect((await driver().simulate[method](ID, { timeoutMs })).isOk()).toBe(true);
  });

  test("over a transport that throws is unavailable, and does not reject", async () => {
    const broken = driver({ transport: { send: () => Promise.reject(new Error("secret_abc")) } });
    const error = (await broken.simulate[method](ID))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unavailable", outcome: "unknown" });
    expectToHide(error, ["secret_abc"]);
  });

  test("ends when its caller gives up", async () => {
    const controller = new AbortController();
    const waiting = driver({
      transport: {
        send: ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => resolve(err({ reason: "aborted", sent: true })));
            controller.abort();
          }),
      },
    });
    const error = (await waiting.simulate[method](ID, { signal: controller.signal }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "aborted", outcome: "unknown" });
  });
});

test("no simulation is reachable from the facade", () => {
  const links = createLinks();
  expect(links).not.toHaveProperty("simulate");
  expect(links.gateway("xfers")).not.toHaveProperty("simulate");
  expect(Object.isFrozen(driver().simulate)).toBe(true);
});
