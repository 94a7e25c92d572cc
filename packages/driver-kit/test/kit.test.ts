import { driverError } from "@tautan/core/driver";
import {
  acknowledgement,
  checkTransport,
  HTTP_OPTIONS,
  type HttpDriverOptions,
  type HttpReply,
  lazy,
  OptionsCheck,
  type Transport,
  textAcknowledgement,
} from "@tautan/driver-kit";
import {
  basicAuthorization,
  createRedactor,
  createTokenCache,
  failureFromStatus,
  failureFromTransport,
  fromEpochSeconds,
  hmacSha256Hex,
  hmacSha512Hex,
  isJsonContentType,
  isJsonObject,
  type JsonObject,
  jakartaWallClock,
  numberAsWritten,
  parseBy,
  parseJsonObject,
  parseTimestamp,
  REFUSED,
  type Reader,
  readAllBy,
  readBy,
  readJsonArray,
  readJsonObject,
  readReply,
  sameHex,
  sha256Hex,
  sha512Hex,
  type Token,
  useRead,
} from "@tautan/driver-kit/http";
import { decimal, epochSeconds, idText, lenient, optionsParser, secret, wholeNumber } from "@tautan/driver-kit/schemas";
import { ok } from "neverthrow";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { expectToHide } from "../src/testing/index.ts";

const reply = (status: number, headers: Record<string, string> = {}, text = ""): HttpReply => ({
  status,
  text,
  header: (name) => headers[name],
});

describe("timestamps", () => {
  test.each([
    // The vectors of the fact sheets.
    ["2021-12-05 22:05:26 +0700", undefined, "2021-12-05T15:05:26.000Z"],
    ["2021-12-06T16:00:00+07:00", undefined, "2021-12-06T09:00:00.000Z"],
    ["2022-04-01 18:00 +0700", undefined, "2022-04-01T11:00:00.000Z"],
    ["2022-03-22 17:22:21", "+07:00", "2022-03-22T10:22:21.000Z"],
    ["2026-01-01T00:00:05.000Z", undefined, "2026-01-01T00:00:05.000Z"],
    ["2026-03-15T03:00:00.000000Z", undefined, "2026-03-15T03:00:00.000Z"],
    ["2026-03-15T10:20:30.123456789Z", undefined, "2026-03-15T10:20:30.123Z"],
    // An offset of its own beats the provider's zone.
    ["2026-03-15 10:00:00 +0000", "+07:00", "2026-03-15T10:00:00.000Z"],
  ])("%s with %s", (text, zone, expected) => expect(parseTimestamp(text, zone)).toBe(expected));

  test.each([
    ["2022-03-22 17:22:21"],
    ["2026-02-30 00:00:00 +0700"],
    ["15 Mar 2026 10:20:30"],
    ["now"],
    [""],
    [null],
    [1_767_225_600],
  ])("%s without a zone is no time", (input) => expect(parseTimestamp(input)).toBeUndefined());

  test.each([
    [1_767_225_600, "2026-01-01T00:00:00.000Z"],
    ["1767225600", "2026-01-01T00:00:00.000Z"],
    [0, "1970-01-01T00:00:00.000Z"],
    [253_402_300_799, "9999-12-31T23:59:59.000Z"],
  ])("%s seconds since 1970", (seconds, instant) => {
    expect(fromEpochSeconds(seconds)).toBe(instant);
    expect(epochSeconds.parse(seconds)).toBe(instant);
  });

  test.each([
    ["milliseconds", 1_767_225_600_000],
    ["milliseconds in digits", "1767225600000"],
    ["before 1970", -1],
    ["after the year 9999", 253_402_300_800],
    ["a fraction", 1_767_225_600.5],
    ["a fraction in digits", "1767225600.5"],
    ["an exponent", "1e9"],
    ["a sign", "+1767225600"],
    ["a hexadecimal number", "0x10"],
    ["an empty text", ""],
    ["a text", "2026-01-01T00:00:00Z"],
    ["no number", Number.NaN],
    ["an infinity", Number.POSITIVE_INFINITY],
    ["null", null],
    ["nothing", undefined],
    ["true", true],
    ["an object", {}],
  ])("no time in seconds: %s", (_name, value) => {
    expect(fromEpochSeconds(value)).toBeUndefined();
    expect(epochSeconds.safeParse(value).success).toBe(false);
  });

  test("Jakarta's day begins at 17:00 UTC", () => {
    expect(jakartaWallClock(Date.parse("2026-03-14T16:59:59Z")).slice(0, 10)).toBe("2026-03-14");
    expect(jakartaWallClock(Date.parse("2026-03-14T17:00:00Z")).slice(0, 10)).toBe("2026-03-15");
  });
});

describe("JSON", () => {
  test.each([["[]"], ["null"], ['"a"'], ["7"], ["{"], [""], ["<html>"]])("%s is no object", (text) => {
    expect(parseJsonObject(text)).toBeUndefined();
    expect(readJsonObject(reply(200, {}, text))._unsafeUnwrapErr().kind).toBe("malformed_response");
  });

  test.each([["{}"], ["null"], ['"a"'], ["7"], ["["], [""], ["<html>"]])("%s is no list", (text) => {
    const error = readJsonArray(reply(502, { "content-type": "text/html" }, text))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_response", status: 502 });
    expect(error.message).toMatch(/^expected a JSON list, got HTTP 502 with /);
  });

  test("a list is read element by element, each beside its own object", async () => {
    const schema = z.object({ id: z.string(), amount: decimal });
    const rows = [
      { id: "a", amount: 1, more: true },
      { id: "b", amount: "2.50" },
    ];
    const list = await readAllBy(readJsonArray(reply(200, {}, JSON.stringify(rows))), schema);
    expect(list._unsafeUnwrap()).toEqual([
      { reply: { id: "a", amount: "1" }, raw: rows[0] },
      { reply: { id: "b", amount: "2.5" }, raw: rows[1] },
    ]);
    expect((await readAllBy(readJsonArray(reply(200, {}, "[]")), schema))._unsafeUnwrap()).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ["a field is missing", [{ id: "a", amount: 1 }, { id: "b" }], "1.amount"],
    ["a field has another form", [{ id: "a", amount: "CANARY" }], "0.amount"],
    ["an element is no object", [{ id: "a", amount: 1 }, null], "1"],
  ])("a list is not read in part: %s", async (_name, rows, place) => {
    const schema = z.object({ id: z.string(), amount: decimal });
    const list = await readAllBy(readJsonArray(reply(200, {}, JSON.stringify(rows))), schema);
    const error = list._unsafeUnwrapErr();
    expect(error.kind).toBe("malformed_response");
    expect(error.message).toBe(`the response lacks documented fields or has them in another form: ${place}`);
    expectToHide(error, ["CANARY"]);
  });

  const READER: Reader<{ readonly id: string }> = {
    read: (value) => (isJsonObject(value) && value["id"] === "a" ? { id: "a" } : REFUSED),
    schema: async () => z.object({ id: z.string() }),
  };

  test("a reader's value is taken, and the schema is not loaded", () => {
    const schema = () => Promise.reject(new Error("loaded"));
    expect(parseBy({ ...READER, schema }, { id: "a" })).toEqual({ success: true, data: { id: "a" } });
  });

  test("a refused value is read by the schema, which names its fields and may accept it", async () => {
    const read = async (value: object) => readBy(ok(value as JsonObject), READER);
    expect((await read({ id: 7, name: "CANARY" }))._unsafeUnwrapErr().message).toBe(
      "the response lacks documented fields or has them in another form: id",
    );
    expect((await read({ id: "b" }))._unsafeUnwrap()).toEqual({ reply: { id: "b" }, raw: { id: "b" } });
  });

  test("a refused value stays refused if the schema cannot be loaded", async () => {
    const reader = { ...READER, schema: () => Promise.reject(new Error("CANARY")) };
    const error = (await readBy(ok({ id: 7 } as JsonObject), reader))._unsafeUnwrapErr();
    expect(error.message).toBe("the response lacks documented fields or has them in another form: the whole");
    const fields: (readonly string[])[] = [];
    await useRead(
      reader,
      { id: 7 },
      () => "used",
      (each) => {
        fields.push(each);
        return "refused";
      },
    );
    expect(fields).toEqual([["the whole"]]);
  });

  test("a schema of zod is a source too", async () => {
    const read = await readBy(ok({ id: "b" }), z.object({ id: z.string() }));
    expect(read._unsafeUnwrap().reply).toEqual({ id: "b" });
  });

  test("a reply that is no list stays the error that it is", async () => {
    const list = await readAllBy(readJsonArray(reply(200, {}, "{}")), z.never());
    expect(list._unsafeUnwrapErr().message).toBe(
      "expected a JSON list, got HTTP 200 with 2 characters of no content type",
    );
  });

  test("the error tells what came, not what it said", () => {
    const error = readJsonObject(
      reply(200, { "content-type": "text/html; charset=utf-8" }, "<b>CANARY</b>"),
    )._unsafeUnwrapErr();
    expect(error.message).toBe("expected a JSON object, got HTTP 200 with 13 characters of text/html");
  });

  test.each([
    [{}, "no content type"],
    [{ "content-type": "Text/Plain" }, "text/plain"],
    [{ "content-type": "application/vnd.api+json;v=1" }, "application/vnd.api+json"],
    [{ "content-type": "sari/dewi" }, "another content type"],
    [{ "content-type": "text/html+SB-Mid-server-CANARY" }, "another content type"],
    [{ "content-type": "" }, "another content type"],
  ])("a header is a stranger's text too: %o is %s", (headers, type) => {
    const error = readJsonObject(reply(200, headers, "<b>"))._unsafeUnwrapErr();
    expect(error.message).toBe(`expected a JSON object, got HTTP 200 with 3 characters of ${type}`);
  });

  test.each([
    ['{"a":10000.00}', "10000.00"],
    ['{"a":1e3}', "1e3"],
    ['{"a":"10000.00"}', undefined],
    ['{"b":10000.00}', undefined],
    ['{"b":{"a":1.50},"a":2.50}', "2.50"],
    ['{"a":1.50,"a":2.50}', "2.50"],
    ['{"b":{"a":1.50}}', undefined],
    ['{"a":10000.00,"items":[{"a":10000}]}', "10000.00"],
    ['{"a":10000.00,"b":{"a":5}}', "10000.00"],
    ["{", undefined],
  ])("the number of a as it was written in %s", (text, expected) => expect(numberAsWritten(text, "a")).toBe(expected));

  test.each([
    [undefined, true],
    ["application/json", true],
    ["Application/JSON; charset=utf-8", true],
    ["application/vnd.api+json", true],
    ["text/plain", false],
    ["application/x-www-form-urlencoded", false],
    ["text/html; application/json", false],
    ["application/jsonp", false],
  ])("content type %s: %s", (header, expected) => expect(isJsonContentType(header)).toBe(expected));
});

describe("redaction", () => {
  const redactorOf = createRedactor(["SB-Mid-server-CANARY", "p@ss word", "sl/sh"]);
  const redact = (text: string, texts: readonly (string | undefined)[] = []): string => redactorOf([{ texts }])(text);

  test("secrets in every spelling, personal data by value and by form", () => {
    const texts = [
      "key SB-Mid-server-CANARY refused",
      `Authorization ${basicAuthorization("SB-Mid-server-CANARY", "")}`,
      "https://x/?k=p%40ss%20word",
      "sari.dewi+x@mail.example.co.id is taken",
      "call +62 811-0000-0001",
      "card 4811 1111 1111 1114",
      "name Sari Dewi is too long",
    ];
    for (const text of texts) {
      const shown = redact(text, ["Sari Dewi", undefined, ""]);
      expect(shown).toContain("[redacted]");
      expectToHide(shown, ["SB-Mid-server-CANARY", "sari.dewi", "811-0000", "4811 1111", "Sari Dewi", "p%40ss"]);
    }
  });

  test.each([
    ["a card number with spaces that are not seen", "4811 1111\u200b1111 1114"],
    ["a telephone number in brackets", "(0811) 000-0001"],
    ["a telephone number with points", "0811.000.0001"],
    ["a name with two spaces", "Sari  Dewi"],
    ["a name with a space that does not break", "Sari\u00a0Dewi"],
    ["a name that something unseen goes through", "Sa\u200dri Dewi"],
    ["a secret in an address, in small letters", "p%40ss%20word".toLowerCase()],
    ["a secret in an address, with small hexadecimal digits", "sl%2fsh"],
    ["the longer of two names", "Sari Dewi Putri"],
  ])("%s", (_name, text) => {
    expect(redact(`x ${text} y`, ["Sari Dewi", "Sari Dewi Putri"])).toBe("x [redacted] y");
  });

  test("personal data in another case than the caller wrote them", () => {
    expect(redact("SARI DEWI (sari dewi) is too long", ["Sari Dewi"])).toBe("[redacted] ([redacted]) is too long");
    expect(redact("a.c and abc", ["a.c"])).toBe("[redacted] and abc");
  });

  test("reads no more of a megabyte than it shows, and leaves no half of a secret at the cut", () => {
    // A pattern that went over all of it again and again would not come back.
    expect(redact("a".repeat(1_000_000))).toHaveLength(301);
    const addresses = "a@b.example ".repeat(340);
    const cut = redact(`${addresses}${"x".repeat(4096 - addresses.length - 10)} SB-Mid-server-CANARY`);
    expectToHide(cut, ["SB-Mid"]);
  });

  test("leaves what helps: references, amounts, codes", () => {
    const text = "The Order ID 'inv-2026-0042' has been taken, amount 150000, code 409";
    expect(redact(text)).toBe(text);
  });

  test("cuts long texts and control characters", () => {
    expect(redact("a".repeat(1000))).toHaveLength(301);
    expect(redact("a\n\u0000b\u202ec")).toBe("a bc");
  });
});

describe("acknowledgements", () => {
  test.each([
    [acknowledgement(200), { status: 200, headers: {}, body: null }],
    [
      acknowledgement(401, { status: "error" }),
      { status: 401, headers: { "content-type": "application/json" }, body: '{"status":"error"}' },
    ],
    [
      textAcknowledgement(200, "[accepted]"),
      { status: 200, headers: { "content-type": "text/plain" }, body: "[accepted]" },
    ],
    [textAcknowledgement(503, ""), { status: 503, headers: { "content-type": "text/plain" }, body: "" }],
  ])("%# is exactly the response, and cannot be changed", (given, response) => {
    expect(given).toEqual(response);
    expect([Object.isFrozen(given), Object.isFrozen(given.headers)]).toEqual([true, true]);
  });
});

describe("digests", () => {
  test("known answers", async () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha512Hex("abc")).toMatch(/^ddaf35a193617abacc417349ae204131.*a54ca49f$/);
    // RFC 4231, test case 2.
    expect(hmacSha256Hex("Jefe", "what do ya want for nothing?")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    expect(hmacSha512Hex("Jefe", "what do ya want for nothing?")).toMatch(
      /^164b7a7bfcf819e2e395fbe73b56e0a3.*7caca737$|^164b7a7bfcf819e2/,
    );
    expect(hmacSha256Hex("k", Buffer.from("é"))).toBe(hmacSha256Hex("k", "é"));
  });

  test("compares hexadecimal in either case, and refuses anything longer, shorter or different", async () => {
    expect(sameHex("ab12", "AB12")).toBe(true);
    for (const given of ["ab13", "ab1", "ab123", "", "ab12 ", "ａｂ１２"]) expect(sameHex("ab12", given)).toBe(false);
  });
});

describe("tokens", () => {
  const context = (nowMs: number, signal = new AbortController().signal) => ({ clock: { now: () => nowMs }, signal });
  const cacheOf = (...tokens: (Token | undefined)[]) => {
    let count = 0;
    const waiting: (() => void)[] = [];
    const cache = createTokenCache({
      refreshAheadMs: 60_000,
      refreshTimeoutMs: 1000,
      refresh: () =>
        new Promise((resolve) => {
          const token = tokens[Math.min(count, tokens.length - 1)];
          count += 1;
          const answer = token ? ok(token) : undefined;
          waiting.push(() => resolve(answer ?? (failureResult as never)));
        }),
    });
    return { cache, count: () => count, answer: () => waiting.splice(0).forEach((resolve) => resolve()) };
  };
  const failureResult = {
    isOk: () => false,
    isErr: () => true,
    map: () => failureResult,
    error: driverError("unauthenticated", { message: "no" }),
  };

  test("one refresh for however many calls, then the same token until a minute before its end", async () => {
    const { cache, count, answer } = cacheOf(
      { value: "one", expiresAtMs: 600_000 },
      { value: "two", expiresAtMs: 1_200_000 },
    );
    const calls = [cache.get(context(0)), cache.get(context(0)), cache.get(context(0))];
    answer();
    expect((await Promise.all(calls)).map((each) => each._unsafeUnwrap())).toEqual(["one", "one", "one"]);
    expect((await cache.get(context(539_999)))._unsafeUnwrap()).toBe("one");
    expect(count()).toBe(1);
    const renewed = cache.get(context(540_000));
    answer();
    expect((await renewed)._unsafeUnwrap()).toBe("two");
    expect(count()).toBe(2);
  });

  test("a refused token is dropped, one that replaced it meanwhile is not", async () => {
    const { cache, count, answer } = cacheOf(
      { value: "one", expiresAtMs: 600_000 },
      { value: "two", expiresAtMs: 600_000 },
    );
    const first = cache.get(context(0));
    answer();
    await first;
    cache.drop("one");
    const second = cache.get(context(0));
    answer();
    expect((await second)._unsafeUnwrap()).toBe("two");
    cache.drop("one");
    expect((await cache.get(context(0)))._unsafeUnwrap()).toBe("two");
    expect(count()).toBe(2);
  });

  test("a refresh that ignores its signal ends all the same, and the next call begins anew", async () => {
    let refreshes = 0;
    const cache = createTokenCache({
      refresh: async () => {
        refreshes += 1;
        return refreshes === 1 ? new Promise<never>(() => {}) : ok({ value: "two", expiresAtMs: 2 ** 50 });
      },
      refreshAheadMs: 0,
      refreshTimeoutMs: 1,
    });
    const context = { clock: { now: () => 0 }, signal: new AbortController().signal };
    expect((await cache.get(context))._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "not_sent" });
    expect((await cache.get(context))._unsafeUnwrap()).toBe("two");
  });

  test("a failed refresh is not kept: the next call tries again", async () => {
    const { cache, count, answer } = cacheOf(undefined, { value: "two", expiresAtMs: 600_000 });
    const first = cache.get(context(0));
    answer();
    expect((await first).isErr()).toBe(true);
    const second = cache.get(context(0));
    answer();
    expect((await second)._unsafeUnwrap()).toBe("two");
    expect(count()).toBe(2);
  });

  test("a caller who gives up stops waiting; the refresh goes on for the others", async () => {
    const { cache, answer } = cacheOf({ value: "one", expiresAtMs: 600_000 });
    const controller = new AbortController();
    const impatient = cache.get(context(0, controller.signal));
    const patient = cache.get(context(0));
    controller.abort();
    expect((await impatient)._unsafeUnwrapErr()).toMatchObject({ kind: "aborted", outcome: "not_sent" });
    answer();
    expect((await patient)._unsafeUnwrap()).toBe("one");
  });
});

describe("failures", () => {
  test.each([
    ["ECONNREFUSED", "(ECONNREFUSED)"],
    ["UND_ERR_SOCKET", "(UND_ERR_SOCKET)"],
    ["HPE_INVALID_CONSTANT", "(HPE_INVALID_CONSTANT)"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "(DEPTH_ZERO_SELF_SIGNED_CERT)"],
    ["Sari Dewi", ""],
    ["sari@surel.example", ""],
    ["SB-Mid-server-CANARY", ""],
    ["CANARY", ""],
  ])("a transport's code is shown where it is a system's: %s", (code, shown) => {
    const { message } = failureFromTransport({ reason: "connect", sent: false, code });
    expect(message).toBe(`the connection could not be opened${shown && ` ${shown}`}`);
  });

  test.each([
    [{ reason: "connect", sent: false, code: "ECONNREFUSED" }, "network", "not_sent"],
    [{ reason: "timeout", sent: true }, "timeout", "unknown"],
    [{ reason: "timeout", sent: false }, "timeout", "not_sent"],
    [{ reason: "aborted", sent: true }, "aborted", "unknown"],
    [{ reason: "aborted", sent: false }, "aborted", "not_sent"],
    [{ reason: "broken", sent: true }, "network", "unknown"],
    [{ reason: "too_large", sent: true }, "malformed_response", "unknown"],
  ] as const)("%j is %s, %s", (given, kind, outcome) =>
    expect(failureFromTransport(given)).toMatchObject({ kind, outcome }),
  );

  test.each([
    [401, "unauthenticated", "refused"],
    [403, "forbidden", "refused"],
    [404, "not_found", "refused"],
    [410, "not_found", "refused"],
    [422, "rejected", "refused"],
    [429, "rate_limited", "refused"],
    [500, "unavailable", "unknown"],
    [503, "unavailable", "unknown"],
    [302, "malformed_response", "unknown"],
    [408, "timeout", "unknown"],
  ])("HTTP %d is %s, %s", (status, kind, outcome) => {
    expect(failureFromStatus(reply(status), "m", "E1")).toMatchObject({ kind, outcome, status, providerCode: "E1" });
  });

  test.each([
    ["7", 7000],
    ["0", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["999999999", 86_400_000],
  ])("Retry-After: %s", (header, expected) => {
    const error = failureFromStatus(reply(429, { "retry-after": header }), "m");
    expect("retryAfterMs" in error ? error.retryAfterMs : undefined).toBe(expected);
  });

  test("Retry-After as a date, by the gateway's clock where it tells the time", () => {
    const wait = (headers: Record<string, string>) => {
      const error = failureFromStatus(reply(429, headers), "m");
      return "retryAfterMs" in error ? error.retryAfterMs : undefined;
    };
    expect(wait({ "retry-after": new Date(Date.now() + 30_000).toUTCString() })).toBeGreaterThan(25_000);
    const slow = { date: "Thu, 01 Jan 2026 00:00:00 GMT", "retry-after": "Thu, 01 Jan 2026 00:00:20 GMT" };
    expect(wait(slow)).toBe(20_000);
  });
});

describe("a reply in another form", () => {
  test("the error names at most ten fields, and nothing a stranger wrote at length", () => {
    const shape = z.object(
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`field_${index}`, z.string()])),
    );
    const message = readReply(shape.safeParse({}))._unsafeUnwrapErr().message;
    expect(message).toContain("field_9, …");
    expect(message).not.toContain("field_10");
    const keyed = z.record(z.string(), z.number());
    const hostile = readReply(keyed.safeParse({ [`sari@example.test\n${"x".repeat(5000)}`]: "a" }))._unsafeUnwrapErr();
    expect(hostile.message.length).toBeLessThan(200);
    expectToHide(hostile, ["sari@example.test"]);
  });
});

describe("what is loaded at first need", () => {
  const flaky = () => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      if (loads === 1) throw new Error("CANARY");
      return { loads };
    };
    return { load, loads: () => loads };
  };
  test("is kept, and loaded anew after a failure", async () => {
    const { load, loads } = flaky();
    const loaded = lazy(load);
    await expect(loaded()).rejects.toThrow("CANARY");
    expect(await loaded()).toBe(await loaded());
    expect(loads()).toBe(2);
  });
});

describe("a runtime that is too old", () => {
  const versions = process.versions;
  afterEach(() => void Object.defineProperty(process, "versions", { value: versions }));

  test.each([
    [{ node: "20.20.2" }, true],
    [{ node: "22.19.0" }, true],
    [{ node: "22.20.0" }, false],
    [{ node: "24.1.0" }, false],
    // Other runtimes give a Node version that says nothing.
    [{ node: "20.0.0", bun: "1.3.0" }, false],
  ])("%j: refused %s", (given, isRefused) => {
    Object.defineProperty(process, "versions", { value: given });
    const act = () => new OptionsCheck("createX", {}, []);
    if (isRefused) expect(act).toThrow(/createX: Node 22\.20 or later is needed, this is /);
    else expect(act).not.toThrow();
  });
});

describe("options are checked by hand", () => {
  interface Options {
    readonly key?: unknown;
    readonly environment?: unknown;
    readonly baseUrl?: unknown;
    readonly transport?: unknown;
    readonly dispatcher?: unknown;
    readonly maxRequestsPerSecond?: unknown;
    readonly maxConnections?: unknown;
  }
  const check = (options: Options) => new OptionsCheck("createX", options, ["key", ...HTTP_OPTIONS]);

  const transportFrom = (options: object) => checkTransport(check(options) as never, options as HttpDriverOptions);

  test.each<[string, () => unknown]>([
    ["no options", () => check(undefined as never)],
    ["an unknown option", () => check({ kee: "CANARY" } as never)],
    ["no text", () => check({}).text("key")],
    ["an empty text", () => check({ key: " " }).text("key")],
    ["a text with a line end", () => check({ key: "CANARY\n" }).text("key")],
    ["a text of another alphabet", () => check({ key: "CANARYключ" }).text("key")],
    ["a choice that is none", () => check({ environment: "CANARY" }).oneOf("environment", ["sandbox", "production"])],
    ["an address that is none", () => check({ baseUrl: "CANARY" }).baseUrl("baseUrl", "")],
    ["plain http to elsewhere", () => check({ baseUrl: "http://CANARY.example" }).baseUrl("baseUrl", "")],
    ["an address with a password", () => check({ baseUrl: "https://u:CANARY@x.example" }).baseUrl("baseUrl", "")],
    ["an address with a query", () => check({ baseUrl: "https://x.example/?k=CANARY" }).baseUrl("baseUrl", "")],
    ["a transport that cannot send", () => transportFrom({ transport: {} })],
    ["a pace of 0", () => transportFrom({ maxRequestsPerSecond: 0 })],
    ["a pace in text", () => transportFrom({ maxRequestsPerSecond: "CANARY" })],
    ["no sockets", () => transportFrom({ maxConnections: 0 })],
    ["half a socket", () => transportFrom({ maxConnections: 1.5 })],
    ["sockets in text", () => transportFrom({ maxConnections: "CANARY" })],
    ["more sockets than there are ports", () => transportFrom({ maxConnections: 65_536 })],
    ["a dispatcher that cannot dispatch", () => transportFrom({ dispatcher: { send: "CANARY" } })],
    ["no dispatcher", () => transportFrom({ dispatcher: null })],
    [
      "a dispatcher beside a transport",
      () => transportFrom({ dispatcher: { dispatch() {} }, transport: { send() {} } }),
    ],
  ])("%s: a TypeError that names the factory and shows no value", (_name, act) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(/createX: /);
    try {
      act();
    } catch (thrown) {
      expectToHide(thrown, ["CANARY"]);
    }
  });

  test.each([
    ["navigator", { userAgent: "Cloudflare-Workers" }],
    ["Bun", {}],
  ])("a dispatcher is refused on a runtime that sends with its own fetch, known by its %s", (name, value) => {
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(() => transportFrom({ dispatcher: { dispatch() {} } })).not.toThrow();
    vi.stubGlobal(name, value);
    expect(() => transportFrom({ dispatcher: { dispatch() {} } })).toThrow("expected none on this runtime");
  });

  test("a transport of the caller's own keeps the pace too", async () => {
    let count = 0;
    const mine = {
      send: async () => {
        count += 1;
        return ok(reply(200));
      },
    };
    const send = (transport: Transport) =>
      transport.send({
        method: "GET",
        purpose: "read",
        url: "https://x.example",
        headers: {},
        signal: AbortSignal.timeout(1),
      });
    expect(transportFrom({ transport: mine })).toBe(mine);
    const paced = transportFrom({ transport: mine, maxRequestsPerSecond: 0.01 });
    await send(paced);
    expect((await send(paced))._unsafeUnwrapErr()).toMatchObject({ reason: "paused" });
    expect(count).toBe(1);
  });

  test("a transport of the caller's own keeps the limit of requests at once, too", async () => {
    const answers: (() => void)[] = [];
    const mine = {
      send: () =>
        new Promise<ReturnType<Transport["send"]> extends Promise<infer Sent> ? Sent : never>((resolve) => {
          answers.push(() => resolve(ok(reply(200))));
        }),
    };
    const limited = transportFrom({ transport: mine, maxConnections: 1 });
    const all = [1, 2].map(() =>
      limited.send({
        purpose: "read",
        method: "GET",
        url: "https://x.example",
        headers: {},
        signal: AbortSignal.timeout(10_000),
      }),
    );
    await vi.waitUntil(() => answers.length > 0);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await all[0];
    await vi.waitUntil(() => answers.length > 1);
    answers[1]?.();
    expect((await Promise.all(all)).every((each) => each.isOk())).toBe(true);
  });

  test.each([
    [undefined, "https://api.example"],
    ["https://other.example/", "https://other.example"],
    ["https://other.example/api/v4/", "https://other.example/api/v4"],
    ["http://127.0.0.1:4101", "http://127.0.0.1:4101"],
    ["http://localhost:4101/", "http://localhost:4101"],
    ["http://[::1]:4101", "http://[::1]:4101"],
  ])("address %s", (baseUrl, expected) =>
    expect(check({ baseUrl }).baseUrl("baseUrl", "https://api.example")).toBe(expected),
  );
});

describe("schemas", () => {
  test.each([
    [decimal, "75000.00", "75000"],
    [decimal, 75000.5, "75000.5"],
    [idText, 301, "301"],
    [idText, "301", "301"],
    [wholeNumber, "25", 25],
    [wholeNumber, 25, 25],
    [lenient(wholeNumber), "many", undefined],
    [lenient(wholeNumber), null, undefined],
  ])("%# reads %s", (schema, input, expected) => expect((schema as z.ZodType).parse(input)).toEqual(expected));

  test.each([
    [decimal, "many"],
    [decimal, null],
    [decimal, 1e21],
    [idText, ""],
    [idText, {}],
    [wholeNumber, 1.5],
    [wholeNumber, "1.5"],
    [wholeNumber, ""],
  ])("%# refuses %s", (schema, input) => expect((schema as z.ZodType).safeParse(input).success).toBe(false));

  test("a secret is named, never written, and never shown", () => {
    const parse = optionsParser((environment) => z.strictObject({ key: secret(environment) }));
    expect(parse({ key: { env: "K" } }, { K: "CANARY" })._unsafeUnwrap()).toEqual({ key: "CANARY" });
    for (const key of ["CANARY", { env: "K", or: "CANARY" }, { env: 7 }, undefined, null, ["CANARY"]]) {
      const issues = parse({ key }, {})._unsafeUnwrapErr();
      expect(issues[0]).toMatchObject({ path: "key" });
      expect(issues[0]?.message).toContain('{ "env": "NAME" }');
      expectToHide(issues, ["CANARY"]);
    }
    for (const environment of [{}, { K: "" }, { K: undefined }]) {
      expect(parse({ key: { env: "K" } }, environment)._unsafeUnwrapErr()).toEqual([
        { path: "key", message: "the environment variable K is not set" },
      ]);
    }
    // The secret itself, where its name belongs.
    const written = parse({ key: { env: "SB-Mid-server-CANARY" } }, {})._unsafeUnwrapErr();
    expect(written[0]?.message).toContain("names have the form");
    expectToHide(written, ["CANARY"]);
  });
});
