import { checkTransport, type HttpReply, type HttpRequest, OptionsCheck, type Transport } from "@tautan/driver-kit";
import { failureFromStatus, withPace, withRetries } from "@tautan/driver-kit/http";
import { replyReader } from "@tautan/driver-kit/reply-headers";
import { ok } from "neverthrow";
import { describe, expect, test } from "vitest";

const reply = (status: number, headers: Readonly<Record<string, string>>): HttpReply => ({
  status,
  text: "",
  header: (name) => headers[name],
});
const waitOf = (read: HttpReply): number | undefined => {
  const error = failureFromStatus(read, "m");
  return error.kind === "rate_limited" ? error.retryAfterMs : undefined;
};
const get: HttpRequest = {
  purpose: "read",
  method: "GET",
  url: "https://api.example",
  headers: {},
  signal: new AbortController().signal,
};

describe("a limit of requests that ends at the time of a provider's own header", () => {
  const DATE = "Thu, 01 Jan 2026 00:00:00 GMT";
  const NOW_S = 1_767_225_600;
  const read = replyReader({
    resets: [
      { name: "Rate-Limit-Reset", unit: "seconds" },
      { name: "X-RateLimit-Reset", unit: "epoch_seconds" },
      { name: "X-Reset-Ms", unit: "epoch_milliseconds" },
    ],
  });

  test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    ["seconds", { "rate-limit-reset": "30" }, 30_000],
    ["seconds with a fraction, rounded up", { "rate-limit-reset": "58.37" }, 59_000],
    ["no time left", { "rate-limit-reset": "0" }, 0],
    ["with spaces", { "rate-limit-reset": " 30 " }, 30_000],
    ["a time in seconds, by the gateway's clock", { date: DATE, "x-ratelimit-reset": `${NOW_S + 45}` }, 45_000],
    ["a time with a fraction", { date: DATE, "x-ratelimit-reset": `${NOW_S + 1}.2` }, 2000],
    ["a time that has passed", { date: DATE, "x-ratelimit-reset": `${NOW_S - 45}` }, 0],
    ["a time in milliseconds", { date: DATE, "x-reset-ms": `${NOW_S * 1000 + 1500}` }, 2000],
    ["the first that has a time", { date: DATE, "rate-limit-reset": "?", "x-ratelimit-reset": `${NOW_S + 5}` }, 5000],
    ["Retry-After goes first", { "retry-after": "7", "rate-limit-reset": "30" }, 7000],
    ["at most a day", { "rate-limit-reset": "999999999" }, 86_400_000],
    ["another header", { "x-other-reset": "30" }, undefined],
    ["an empty one", { "rate-limit-reset": "" }, undefined],
    ["a negative one", { "rate-limit-reset": "-5" }, undefined],
    ["a text", { "rate-limit-reset": "soon" }, undefined],
    ["two values", { "rate-limit-reset": "30, 60" }, undefined],
    ["an exponent", { "rate-limit-reset": "1e3" }, undefined],
  ])("%s", (_name, headers, waitMs) => {
    expect(waitOf(read(reply(429, headers)))).toBe(waitMs);
  });

  test("a time without the gateway's clock is read by ours", () => {
    const waitMs = waitOf(read(reply(429, { "x-ratelimit-reset": `${Math.floor(Date.now() / 1000) + 1000}` }))) ?? 0;
    expect(waitMs).toBeGreaterThan(900_000);
    expect(waitMs).toBeLessThanOrEqual(1_001_000);
  });

  test("only of a 429: a provider that counts has it on every reply", () => {
    for (const status of [200, 400, 503]) {
      expect(read(reply(status, { "rate-limit-reset": "30" })).header("retry-after")).toBeUndefined();
    }
  });

  test("holds back the next requests, also through a transport of the caller's own", async () => {
    let count = 0;
    const transport: Transport = {
      send: async () => {
        count += 1;
        return ok(reply(429, { "rate-limit-reset": "58.37" }));
      },
    };
    const options = { environment: "sandbox", transport } as const;
    const check = new OptionsCheck("createX", options, ["environment", "transport"]);
    const paced = [
      withPace(transport, { readReply: read, clock: { now: () => 0 } }),
      checkTransport(check as never, options, { readReply: read, clock: { now: () => 0 } }),
    ];
    for (const each of paced) {
      count = 0;
      expect(waitOf((await each.send(get))._unsafeUnwrap())).toBe(59_000);
      expect((await each.send(get))._unsafeUnwrapErr()).toMatchObject({ reason: "paused", retryAfterMs: 59_000 });
      expect(count).toBe(1);
    }
  });
});

describe("a header that asks to send again, or not to", () => {
  const readReply = replyReader({ repeats: "Stripe-Should-Retry" });
  const countOf = async (status: number, asked: string | undefined, request = get): Promise<number> => {
    let count = 0;
    const transport: Transport = {
      send: async () => {
        count += 1;
        return ok(reply(status, asked === undefined ? {} : { "stripe-should-retry": asked }));
      },
    };
    await withRetries(withPace(transport, { readReply }), { retryDelayMs: 0 }).send(request);
    return count;
  };

  test.each([
    [503, undefined, 3],
    [503, "false", 1],
    [503, "true", 3],
    [400, undefined, 1],
    [400, "true", 3],
    [429, "true", 3],
    [503, "perhaps", 3],
    [400, "", 1],
    [200, "false", 1],
  ])("a read that met %i with %s is sent %i times", async (status, asked, count) => {
    expect(await countOf(status, asked)).toBe(count);
  });

  test("a POST without a key is sent once, whatever the header asks", async () => {
    for (const status of [400, 429, 500, 503]) {
      expect(await countOf(status, "true", { ...get, purpose: "create", method: "POST" })).toBe(1);
    }
  });
});
