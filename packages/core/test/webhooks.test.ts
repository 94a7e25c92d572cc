import { Readable } from "node:stream";
import { historiesIn, idr, type Observation } from "@tautan/core";
import { type DriverDelivery, type DriverHandlers, driverError, historyRecord } from "@tautan/core/driver";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok } from "neverthrow";
import { describe, expect, test, vi } from "vitest";
import { createStub, linkOf, linksWith } from "./support/stub-driver.ts";

/** Links whose driver shows what reached it. */
const recording = (options: object = {}) => {
  const seen: DriverDelivery[] = [];
  const stub = createStub({
    parseWebhook: async (delivery) => {
      seen.push(delivery);
      return ok([{ kind: "unknown", trust: "signed", event: "ping", raw: { secret: "raw" } }]);
    },
  });
  return { links: linksWith(stub, options), seen, stub };
};
const parts = { method: "POST", url: "/hooks/gw?a=1", headers: { "X-One": "1" }, body: '{"é":1}' };

describe("every form a request can have reaches the driver as the same bytes", () => {
  test.each<[string, object]>([
    ["text", parts],
    ["bytes", { ...parts, body: new TextEncoder().encode(parts.body) }],
    ["a Buffer", { ...parts, body: Buffer.from(parts.body) }],
    [
      "a Fetch Request",
      new Request("https://shop.example/hooks/gw?a=1", { method: "POST", headers: { "x-one": "1" }, body: parts.body }),
    ],
    ["a stream", { ...parts, body: new Blob([parts.body]).stream() }],
    ["a stream of Node", { ...parts, body: Readable.from([Buffer.from('{"'), Buffer.from('é":1}')]) }],
    [
      "Fetch Headers and a whole address",
      { ...parts, url: "https://shop.example/hooks/gw?a=1", headers: new Headers({ "x-one": "1" }) },
    ],
  ])("%s", async (_name, request) => {
    const { links, seen } = recording();
    expect((await links.parseWebhook("gw", request as never)).isOk()).toBe(true);
    const [delivery] = seen;
    expect(delivery?.text).toBe(parts.body);
    expect(Buffer.from(delivery?.bytes ?? []).toString("utf8")).toBe(parts.body);
    expect(delivery?.target).toBe("/hooks/gw?a=1");
    expect(delivery?.header("x-one")).toBe("1");
    expect(delivery?.header("x-two")).toBeUndefined();
  });

  test("doubled headers arrive as one text, so that no signature can be chosen among two", async () => {
    const { links, seen } = recording();
    await links.parseWebhook("gw", {
      ...parts,
      headers: { "X-Sig": "a", "x-sig": "b", "x-list": ["c", "d"], "x-none": undefined },
    });
    expect([seen[0]?.header("x-sig"), seen[0]?.header("x-list"), seen[0]?.header("x-none")]).toEqual([
      "a, b",
      "c, d",
      undefined,
    ]);
  });

  test("a byte order mark is kept: it was signed", async () => {
    const { links, seen } = recording();
    await links.parseWebhook("gw", { ...parts, body: Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]) });
    expect(seen[0]?.text).toBe("\ufeff{}");
  });
});

describe("a delivery has the bytes that arrived, and their digest", () => {
  const { links } = recording();
  const read = async (body: unknown) => (await links.parseWebhook("gw", { ...parts, body } as never))._unsafeUnwrap();
  const BYTES = new TextEncoder().encode(parts.body);
  // printf '{"é":1}' | sha256sum
  const DIGEST = "ddcfcf4765da163969972bb20660092ca2787782d9352d1d8a38e93f70acf3bf";

  test.each<[string, () => unknown]>([
    ["text", () => parts.body],
    ["bytes", () => BYTES],
    ["a Buffer of a pool", () => Buffer.from(parts.body)],
  ])("of %s", async (_name, body) => {
    const delivery = await read(body());
    expect(delivery.raw).toEqual(BYTES);
    expect(delivery.digest).toBe(DIGEST);
  });

  test("of a stream, and no more memory than that", async () => {
    const request = new Request("https://shop.example/hooks/gw", { method: "POST", body: parts.body });
    const delivery = (await links.parseWebhook("gw", request))._unsafeUnwrap();
    expect(delivery.raw).toEqual(BYTES);
    expect(delivery.raw.buffer.byteLength).toBe(BYTES.byteLength);
    expect(delivery.digest).toBe(DIGEST);
  });

  test("one byte more is another digest, and an empty body has one", async () => {
    expect((await read(`${parts.body} `)).digest).not.toBe(DIGEST);
    expect((await read("")).digest).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("bytes that the server reuses afterwards stay as they were", async () => {
    const body = new Uint8Array(BYTES);
    const reading = links.parseWebhook("gw", { ...parts, body });
    body.fill(0);
    expect((await reading)._unsafeUnwrap()).toMatchObject({ digest: DIGEST, raw: BYTES });
  });

  test("the digest is in every copy of a delivery, and nobody can change it", async () => {
    const delivery = await read(parts.body);
    for (const copy of [{ ...delivery }, structuredClone(delivery), JSON.parse(JSON.stringify(delivery))]) {
      expect(copy).toMatchObject({ gateway: "gw", digest: DIGEST });
    }
    expect(() => Object.assign(delivery, { digest: "x" })).toThrow(TypeError);
    expect(Object.isFrozen(delivery)).toBe(true);
  });

  test("the body is not printed, because a payer's data is in it", async () => {
    expectToHide(await read('{"name":"CANARY"}'), ["CANARY"]);
    expect(Object.keys(await read("{}"))).not.toContain("raw");
  });
});

describe("a body that is there is read at once", () => {
  const sync = (read: (delivery: DriverDelivery) => unknown) =>
    linksWith(createStub({ parseWebhook: read as DriverHandlers["parseWebhook"] }));

  test.each<[string, () => string | Uint8Array]>([
    ["text", () => parts.body],
    ["bytes", () => Buffer.from(parts.body)],
  ])("of %s, the driver is called before the operation returns, and no timer is set", async (_name, body) => {
    const seen: string[] = [];
    const links = sync(({ text }) => {
      seen.push(text);
      return ok([]);
    });
    // The first call loads the operations.
    await links.parseWebhook("gw", parts);
    const timers = vi.spyOn(globalThis, "setTimeout");
    seen.length = 0;
    const parsing = links.parseWebhook("gw", { ...parts, body: body() });
    expect(seen).toEqual([parts.body]);
    expect((await parsing)._unsafeUnwrap().observations).toEqual([]);
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });

  test("headers that the server changes while the driver waits stay as they were", async () => {
    const seen: unknown[] = [];
    const links = sync(async ({ header }) => {
      await Promise.resolve();
      seen.push(header("x-one"));
      return ok([]);
    });
    const headers = { "x-one": "1" };
    const parsing = links.parseWebhook("gw", { ...parts, headers });
    headers["x-one"] = "2";
    await parsing;
    expect(seen).toEqual(["1"]);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new RangeError("CANARY");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("CANARY"))],
    ["returns nothing", () => undefined],
    ["resolves to nothing", async () => {}],
    ["returns something else than observations", () => ok("CANARY")],
  ])("a driver that %s is a defect of it, and the gateway sends the delivery again", async (_name, read) => {
    const error = (await sync(read).parseWebhook("gw", parts))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook", retryable: true, acknowledgement: { status: 503 } });
    expectToHide(error, ["CANARY"]);
  });
});

describe("what cannot be read is malformed_webhook with the gateway's own answer; the driver never sees it", () => {
  const used = async () => {
    const request = new Request("https://shop.example/", { method: "POST", body: "{}" });
    await request.text();
    return request;
  };
  const locked = () => {
    const request = new Request("https://shop.example/", { method: "POST", body: "{}" });
    request.body?.getReader();
    return request;
  };
  const readStream = async () => {
    const body = Readable.from([Buffer.from("{}")]);
    for await (const _part of body);
    return { ...parts, body };
  };
  const broken = () =>
    new Request("https://shop.example/", {
      method: "POST",
      duplex: "half",
      body: new ReadableStream({ pull: (controller) => controller.error(new Error("CANARY")) }),
    } as RequestInit);
  test.each<[string, () => unknown, number?]>([
    ["bytes that are no UTF-8", () => ({ ...parts, body: Buffer.from([0xff, 0xfe]) })],
    ["text of 2 MB", () => ({ ...parts, body: "x".repeat(2_000_000) }), 413],
    ["bytes of 2 MB", () => ({ ...parts, body: Buffer.alloc(2_000_000) }), 413],
    [
      "a Request of 5 MB",
      () => new Request("https://shop.example/", { method: "POST", body: "x".repeat(5_000_000) }),
      413,
    ],
    ["a GET", () => ({ ...parts, method: "GET" })],
    ["no method", () => ({ ...parts, method: undefined })],
    ["a URL that is none", () => ({ ...parts, url: "not a url" })],
    ["no headers", () => ({ ...parts, headers: undefined })],
    ["a text", () => "{}"],
    ["null", () => null],
    ["nothing", () => undefined],
  ])("%s", async (_name, make, status = 400) => {
    const { links, seen } = recording();
    const error = (await links.parseWebhook("gw", (await make()) as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "malformed_webhook",
      operation: "parseWebhook",
      acknowledgement: { status },
      outcome: "not_sent",
    });
    expect(error.hint).not.toBe("");
    expectToHide(error, ["CANARY"]);
    expect(seen).toEqual([]);
  });

  // The server is at fault, and the delivery may be genuine: it must come again once the fault is repaired.
  test.each<[string, () => unknown]>([
    ["that a framework has parsed", () => ({ ...parts, body: { order: "CANARY" } })],
    ["that is missing", () => ({ ...parts, body: undefined })],
    ["of a Request, read before", used],
    ["of a Request, locked by another reader", locked],
    ["of a stream of Node, read before", readStream],
    ["of a stream of texts", () => ({ ...parts, body: Readable.from(["{}"]) })],
  ])("a body %s asks for another try", async (_name, make) => {
    const { links, seen } = recording();
    const error = (await links.parseWebhook("gw", (await make()) as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "malformed_webhook",
      problem: "body_parsed",
      retryable: true,
      acknowledgement: { status: 503 },
    });
    expect(error.hint).not.toBe("");
    expectToHide(error, ["CANARY"]);
    expect(seen).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    ["of a Request", broken],
    [
      "of a stream of Node",
      () => ({ ...parts, body: new Readable({ read: (): void => {} }).destroy(new Error("CANARY")) }),
    ],
  ])("a body %s that breaks off asks for another try", async (_name, make) => {
    const { links, seen } = recording();
    const error = (await links.parseWebhook("gw", make() as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "malformed_webhook",
      problem: "incomplete",
      retryable: true,
      acknowledgement: { status: 503 },
    });
    expectToHide(error, ["CANARY"]);
    expect(seen).toEqual([]);
  });

  test("a stream of Node that is too long is not destroyed: the response goes over its connection", async () => {
    const body = Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(1000)));
    const { links, seen } = recording({ maxWebhookBytes: 5000 });
    const error = (await links.parseWebhook("gw", { ...parts, body }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook", problem: "too_large", acknowledgement: { status: 413 } });
    expect(body.destroyed).toBe(false);
    expect(seen).toEqual([]);
  });

  test("no more than the limit is read of a stream", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    const request = new Request("https://shop.example/", {
      method: "POST",
      duplex: "half",
      body: endless,
    } as RequestInit);
    const { links } = recording({ maxWebhookBytes: 5000 });
    expect((await links.parseWebhook("gw", request)).isErr()).toBe(true);
    expect(pulled).toBeLessThan(10);
  });

  test("a body in very small pieces comes together", async () => {
    const text = JSON.stringify({ list: Array.from({ length: 3000 }, (_, index) => index) });
    const bytes = new TextEncoder().encode(text);
    let at = 0;
    const stream = new ReadableStream({
      pull: (controller) => {
        if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += 7)));
        else controller.close();
      },
    });
    const { links, seen } = recording();
    const init = { method: "POST", duplex: "half", body: stream } as RequestInit;
    expect((await links.parseWebhook("gw", new Request("https://shop.example/", init))).isOk()).toBe(true);
    expect(seen[0]?.text).toBe(text);
  });

  test("64 KiB are read where no limit is set, and not a byte more", async () => {
    const { links, seen } = recording();
    for (const body of ["x".repeat(65_536), Buffer.alloc(65_536, "x")]) {
      expect((await links.parseWebhook("gw", { ...parts, body })).isOk()).toBe(true);
    }
    for (const body of ["x".repeat(65_537), Buffer.alloc(65_537, "x")]) {
      const error = (await links.parseWebhook("gw", { ...parts, body }))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "malformed_webhook", message: "expected at most 65536 bytes" });
      expect(error.hint).toContain("maxWebhookBytes");
    }
    expect(seen).toHaveLength(2);
  });

  test("the limit counts bytes, in text too", async () => {
    const { links } = recording({ maxWebhookBytes: 10 });
    expect((await links.parseWebhook("gw", { ...parts, body: "é".repeat(5) })).isOk()).toBe(true);
    expect((await links.parseWebhook("gw", { ...parts, body: "é".repeat(6) })).isErr()).toBe(true);
  });

  test("a body that drips for ever ends at the deadline", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const dripping = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) });
    const request = new Request("https://shop.example/", {
      method: "POST",
      duplex: "half",
      body: dripping,
    } as RequestInit);
    const { links } = recording({ timeoutMs: 1000 });
    const result = links.parseWebhook("gw", request);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await result)._unsafeUnwrapErr()).toMatchObject({
      kind: "malformed_webhook",
      acknowledgement: { status: 503 },
    });
    vi.useRealTimers();
  });

  test.each([["nope"], [""], ["__proto__"], [7], [undefined]])("a gateway key of %s", async (key) => {
    const { links } = recording();
    const error = (await links.parseWebhook(key as never, parts))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unknown_gateway", acknowledgement: { status: 404 } });
    expect(error.hint).toContain("gw");
  });
});

describe("what comes out", () => {
  test("observations, the acknowledgement and the answer that asks for retries, all fit for a Response", async () => {
    const { links } = recording();
    const delivery = (await links.parseWebhook("gw", parts))._unsafeUnwrap();
    expect(delivery).toMatchObject({
      gateway: "gw",
      observations: [{ kind: "unknown", event: "ping", gateway: "gw" }],
    });
    expect(new Response(delivery.acknowledgement.body, delivery.acknowledgement).status).toBe(200);
    expect(new Response(null, delivery.retryLater).status).toBe(503);
    expect(delivery.observations[0]).toHaveProperty("raw", { secret: "raw" });
    expectToHide(delivery, ["secret"]);
    expect(Object.isFrozen(delivery.observations)).toBe(true);
  });

  test("a refusal carries the driver's answer for forgeries", async () => {
    const stub = createStub({
      parseWebhook: async () =>
        err({
          kind: "signature_invalid",
          problem: "mismatch",
          message: "no",
          hint: "check the key",
          retryable: false,
          outcome: "not_sent",
        }),
    });
    const error = (await linksWith(stub).parseWebhook("gw", parts))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "signature_invalid",
      problem: "mismatch",
      gateway: "gw",
      acknowledgement: { status: 401 },
    });
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("CANARY");
      },
    ],
    ["rejects", () => Promise.reject(new Error("CANARY"))],
  ])("a driver that %s is a typed error", async (_name, parseWebhook) => {
    const error = (
      await linksWith(createStub({ parseWebhook: parseWebhook as never })).parseWebhook("gw", parts)
    )._unsafeUnwrapErr();
    // It may be a genuine payment: the gateway shall try again.
    expect(error).toMatchObject({ kind: "malformed_webhook", retryable: true, acknowledgement: { status: 503 } });
    expect(error.cause).toBeInstanceOf(Error);
    expectToHide(error, ["CANARY"]);
  });

  test("a link observation has a status by the clock", async () => {
    const link = linkOf({ reference: "R", amount: idr(5000), usage: { limit: 1 } }, { state: "expired" });
    const stub = createStub({ parseWebhook: async () => ok([{ kind: "link", trust: "signed", link }]) });
    const delivery = (await linksWith(stub).parseWebhook("gw", parts))._unsafeUnwrap();
    expect(delivery.observations).toMatchObject([{ kind: "link", link: { id: "gw:id-R", status: "expired" } }]);
  });
});

describe("confirm", () => {
  const history = (trust: "signed" | "partly_signed") =>
    historyRecord({ providerId: "h", trust, facts: { paid: {} }, attemptId: "t" });
  const observe = async (
    trust: "signed" | "partly_signed",
    stub: ReturnType<typeof createStub>,
  ): Promise<Observation> => {
    const parsing = createStub({
      ...stub.driver.handlers,
      parseWebhook: async () => ok([{ kind: "history", trust, record: history(trust), linkCandidates: [], raw: {} }]),
    });
    return (await linksWith(parsing).parseWebhook("gw", parts))._unsafeUnwrap().observations[0] as Observation;
  };

  test("what the signature covers whole is returned as it is, and nobody is asked", async () => {
    const stub = createStub();
    const observation = await observe("signed", stub);
    expect((await linksWith(stub).confirm(observation))._unsafeUnwrap()).toBe(observation);
    expect(stub.calls).toEqual([]);
  });

  test("below that the gateway is asked, and its answer used for bad news too", async () => {
    const stub = createStub({
      confirm: async () =>
        ok({
          kind: "history",
          trust: "read",
          record: historyRecord({ providerId: "h", trust: "read", facts: { failed: {} } }),
          linkCandidates: [],
          raw: {},
        }),
    });
    const confirmed = (await linksWith(stub).confirm(await observe("partly_signed", stub)))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ trust: "read", history: { status: "failed", isPaid: false } });
    expect(stub.calls.at(-1)?.[1]).toMatchObject({
      kind: "history",
      providerId: "h",
      record: { attempts: [{ id: "t" }] },
    });
  });

  test("an unknown event needs no confirmation", async () => {
    const unknown = { kind: "unknown", gateway: "gw", trust: "unsigned", event: "x" } as const;
    expect((await linksWith(createStub()).confirm(unknown))._unsafeUnwrap()).toBe(unknown);
  });

  test.each([
    ["payout.sent", "payout.sent"],
    ["payment-link-transaction", "payment-link-transaction"],
    ["(no event)", "(no event)"],
    ["payment for Sari Dewi", "(not a word)"],
    ["sari@surel.example", "(not a word)"],
    ["+6281122334455", "(not a word)"],
    ["payment%20of%20Sari", "(not a word)"],
    ["", "(not a word)"],
  ])("the name of an unknown event is a word: %s", async (event, shown) => {
    const stub = createStub({ confirm: async () => ok({ kind: "unknown", trust: "read", event, raw: { event } }) });
    const confirmed = (await linksWith(stub).confirm(await observe("partly_signed", stub)))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ kind: "unknown", event: shown });
    // Whoever asks for it by name gets all of it.
    expect(confirmed.kind === "unknown" && confirmed.raw).toEqual({ event });
  });

  test("that it is nothing of ours is an answer, to acknowledge", async () => {
    const stub = createStub({
      confirm: async () => ok({ kind: "unknown", trust: "read", event: "x", raw: { id: 1 } }),
    });
    const confirmed = (await linksWith(stub).confirm(await observe("partly_signed", stub)))._unsafeUnwrap();
    expect(confirmed).toEqual({ kind: "unknown", gateway: "gw", trust: "read", event: "x" });
    expect(confirmed.kind === "unknown" && confirmed.raw).toEqual({ id: 1 });
  });

  test.each(["history", "link"] as const)("that a notice of a %s is of nothing of ours, too", async (resource) => {
    const stub = createStub({
      confirm: async () => ok({ kind: "unknown", trust: "read", event: "charge.refunded", raw: {} }),
    });
    const hint = { kind: "notice", gateway: "gw", trust: "unsigned", resource, id: "gw:x" } as const;
    const confirmed = (await linksWith(stub).confirm(hint))._unsafeUnwrap();
    expect(confirmed).toEqual({ kind: "unknown", gateway: "gw", trust: "read", event: "charge.refunded" });
    // No histories of it are read.
    expect(stub.calls.map(([operation]) => operation)).toEqual(["confirm"]);
  });

  describe("the links that a delivery named", () => {
    const linkCandidates = [{ id: "gw:link%201" as const, reference: "R" }, { reference: "S" }];
    const noticeOf = (changes: object): Observation =>
      ({
        kind: "notice",
        gateway: "gw",
        trust: "signed",
        resource: "history",
        id: "gw:h",
        linkCandidates,
        ...changes,
      }) as never;
    const answering = (found: readonly object[] = []) =>
      createStub({
        confirm: async () =>
          ok({
            kind: "history",
            trust: "read",
            record: historyRecord({ providerId: "h", trust: "read", facts: { paid: {} } }),
            linkCandidates: found as never,
            raw: { secret: "raw" },
          }),
      });

    test("are passed to the driver by the provider's ids", async () => {
      const parsing = createStub({
        parseWebhook: async () =>
          ok([
            {
              kind: "notice",
              trust: "unsigned",
              resource: "history",
              providerId: "h",
              linkCandidates: [{ providerId: "link 1", reference: "R" }],
            },
          ]),
        confirm: answering().driver.handlers.confirm as never,
      });
      const links = linksWith(parsing);
      const [notice] = (await links.parseWebhook("gw", parts))._unsafeUnwrap().observations;
      expect(notice).toMatchObject({ linkCandidates: [{ id: "gw:link%201", reference: "R" }] });
      await links.confirm(JSON.parse(JSON.stringify(notice)));
      expect(parsing.calls.at(-1)).toEqual([
        "confirm",
        { kind: "history", providerId: "h", linkCandidates: [{ providerId: "link 1", reference: "R" }] },
      ]);
    });

    test.each([["gw:."], ["gw:.."], ["gw:"], ["nonsense"], [undefined]])(
      "are passed only as ids: not %s",
      async (id) => {
        const stub = answering();
        await linksWith(stub).confirm(noticeOf({ linkCandidates: [{ id }, { id, reference: "R" }] }));
        expect(stub.calls).toEqual([
          ["confirm", { kind: "history", providerId: "h", linkCandidates: [{ reference: "R" }] }],
        ]);
      },
    );

    test("are those of the history, if the notice is signed and the read names none", async () => {
      const confirmed = (await linksWith(answering()).confirm(noticeOf({})))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ kind: "history", trust: "read", linkCandidates });
      const renamed = linksWith(answering(), { aliases: { old: "gw" } });
      const stored = noticeOf({ gateway: "old", id: "old:h", linkCandidates: [{ id: "old:1" }] });
      expect((await renamed.confirm(stored))._unsafeUnwrap()).toMatchObject({ linkCandidates: [{ id: "gw:1" }] });
    });

    test.each<[string, object, readonly object[], readonly object[]]>([
      ["the read names its own", {}, [{ providerId: "other" }], [{ id: "gw:other" }]],
      ["anybody may have sent the notice", { trust: "unsigned" }, [], []],
      ["whoever knows the token may have sent it", { trust: "token" }, [], []],
      ["the signature covers only a part", { trust: "partly_signed" }, [], []],
    ])("are not those of the history if %s", async (_name, changes, found, expected) => {
      const confirmed = (await linksWith(answering(found)).confirm(noticeOf(changes)))._unsafeUnwrap();
      expect(confirmed).toMatchObject({ linkCandidates: expected });
    });

    test("are a question of their own: notices of one history share no answer if they name others", async () => {
      const asked: unknown[] = [];
      const stub = createStub({
        confirm: async (subject) => {
          asked.push(subject);
          await new Promise((resolve) => setImmediate(resolve));
          return ok({ kind: "unknown", trust: "read", event: "x", raw: {} });
        },
      });
      const links = linksWith(stub);
      const other = noticeOf({ linkCandidates: [{ reference: "T" }] });
      await Promise.all([links.confirm(noticeOf({})), links.confirm(other), links.confirm(other)]);
      expect(asked).toHaveLength(2);
    });
  });

  test("an answer that nobody has read says nothing, and is no confirmation", async () => {
    const stub = createStub({
      confirm: async () => ok({ kind: "unknown", trust: "partly_signed", event: "x", raw: {} }),
    });
    expect((await linksWith(stub).confirm(await observe("partly_signed", stub)))._unsafeUnwrapErr().kind).toBe(
      "reply_mismatch",
    );
  });

  test("a gateway that cannot be reached is an error to retry", async () => {
    const stub = createStub({ confirm: async () => err(driverError("network", { message: "down" })) });
    expect((await linksWith(stub).confirm(await observe("partly_signed", stub)))._unsafeUnwrapErr()).toMatchObject({
      kind: "network",
      retryable: true,
    });
  });

  describe("a link comes with its histories: the delivery may have been about any of them", () => {
    const hint = { kind: "notice", gateway: "gw", trust: "signed", resource: "link", id: "gw:id-R" } as const;
    const used = (usage: { readonly used: number; readonly held: number }) =>
      linkOf({ reference: "R", amount: idr(5000), usage: { limit: 3 } }, { usage: { limit: 3, ...usage } });
    const paid = (id: string, linkProviderId = "id-R") => ({
      record: historyRecord({ providerId: id, trust: "read", linkProviderId, facts: { paid: {} } }),
      raw: {},
    });
    const confirmWith = (handlers: Partial<DriverHandlers>, usage = { used: 1, held: 0 }, capabilities = {}) => {
      const stub = createStub(
        { confirm: async () => ok({ kind: "link", trust: "read", link: used(usage) }), ...handlers },
        capabilities,
      );
      return { stub, confirmed: linksWith(stub).confirm(hint) };
    };

    test("every page of them, and a row that comes twice once", async () => {
      const pages = {
        "": { items: [paid("a"), paid("b")], nextCursor: "2" },
        "2": { items: [paid("b"), paid("c")] },
      };
      const { stub, confirmed } = confirmWith({
        listHistories: async (_id, { cursor = "" }) => ok(pages[cursor as keyof typeof pages]),
      });
      const observation = (await confirmed)._unsafeUnwrap();
      expect(observation).toMatchObject({
        kind: "link",
        trust: "read",
        link: { id: "gw:id-R", usage: { used: 1 } },
        histories: ["a", "b", "c"].map((id) => ({ id: `gw:${id}`, linkId: "gw:id-R", isPaid: true })),
      });
      expect(historiesIn(observation)).toHaveLength(3);
      expect(stub.calls.map(([operation]) => operation)).toEqual(["confirm", "listHistories", "listHistories"]);
    });

    test("of a row that comes twice the one that was read last: it was paid between the pages", async () => {
      const open = {
        record: historyRecord({ providerId: "b", trust: "read", facts: { pending: {} } }),
        raw: {},
      };
      const pages = { "": { items: [open], nextCursor: "2" }, "2": { items: [paid("b")] } };
      const { confirmed } = confirmWith({
        listHistories: async (_id, { cursor = "" }) => ok(pages[cursor as keyof typeof pages]),
      });
      expect((await confirmed)._unsafeUnwrap()).toMatchObject({ histories: [{ id: "gw:b", isPaid: true }] });
    });

    test.each([
      ["where a use is held alone", { used: 0, held: 1 }],
      // A payment that was taken back is no use any more, and a counter may lag behind the payment.
      ["where no use is counted", { used: 0, held: 0 }],
    ])("%s, too", async (_name, usage) => {
      const { confirmed } = confirmWith({ listHistories: async () => ok({ items: [paid("a")] }) }, usage);
      expect((await confirmed)._unsafeUnwrap()).toMatchObject({ histories: [{ id: "gw:a" }] });
    });

    test("of a gateway without a list it is the link alone", async () => {
      const operations = {
        ...createStub().driver.capabilities.operations,
        listHistories: { unsupported: "no list" },
      };
      const { stub, confirmed } = confirmWith({ listHistories: async () => ok({ items: [] }) }, undefined, {
        operations,
      });
      const observation = (await confirmed)._unsafeUnwrap();
      expect(observation).not.toHaveProperty("histories");
      expect(historiesIn(observation)).toEqual([]);
      expect(stub.calls.map(([operation]) => operation)).toEqual(["confirm"]);
    });

    test.each<[string, DriverHandlers["listHistories"], string]>([
      ["a list that cannot be read", async () => err(driverError("network", { message: "down" })), "network"],
      ["a history of another link's", async () => ok({ items: [paid("a", "id-S")] }), "reply_mismatch"],
      ["pages that go round in a circle", async () => ok({ items: [], nextCursor: "1" }), "malformed_response"],
    ])("%s is an error to retry, and no link without its payments", async (_name, listHistories, kind) => {
      const { confirmed } = confirmWith({ listHistories });
      expect((await confirmed)._unsafeUnwrapErr()).toMatchObject({ kind, retryable: true, operation: "confirm" });
    });
  });

  test.each([[null], [undefined], [7], [{}], [{ kind: "history" }]])(
    "%j instead of an observation is a typed error",
    async (input) => {
      const result = await linksWith(createStub()).confirm(input as never);
      expect(result.isErr()).toBe(true);
    },
  );
});
