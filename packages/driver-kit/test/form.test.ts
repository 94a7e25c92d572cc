import { createTransport } from "@tautan/driver-kit";
import { type FormFields, type FormValue, formBody } from "@tautan/driver-kit/form";
import { createRedactor, failureFromStatus, senderOf } from "@tautan/driver-kit/http";
import fc from "fast-check";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { expectToHide, rawServer } from "../src/testing/index.ts";

const textOf = (fields: FormFields): string => formBody(fields)._unsafeUnwrap().text;

describe("fields are written as a form", () => {
  test.each<[string, FormFields, string]>([
    [
      "nested ones in brackets, lists by index: https://docs.stripe.com/api/payment-link/create",
      { line_items: [{ price_data: { currency: "idr", unit_amount: 1_500_000 }, quantity: 2 }, { price: "price_1" }] },
      "line_items[0][price_data][currency]=idr&line_items[0][price_data][unit_amount]=1500000&line_items[0][quantity]=2&line_items[1][price]=price_1",
    ],
    ["booleans as words", { active: false, on: true }, "active=false&on=true"],
    ["an empty text, which clears a field", { metadata: { k: "" }, restrictions: "" }, "metadata[k]=&restrictions="],
    ["null like an empty text", { restrictions: null }, "restrictions="],
    ["undefined is left out, at any depth", { a: undefined, b: { c: undefined }, d: 1 }, "d=1"],
    ["an empty list and an empty object are left out", { a: [], b: {}, c: { d: [] } }, ""],
    ["no fields", {}, ""],
    ["lists of lists", { a: [[1], [2, 3]] }, "a[0][0]=1&a[1][0]=2&a[1][1]=3"],
    ["more than ten elements, in their order", { a: Array.from({ length: 12 }, (_, at) => at) }, numbered(12)],
    [
      "spaces, signs and other letters",
      { "a b": "1+1 = 2 & ok?", é: "☕" },
      "a%20b=1%2B1%20%3D%202%20%26%20ok%3F&%C3%A9=%E2%98%95",
    ],
    ["brackets in a value", { a: "[x]" }, "a=%5Bx%5D"],
    ["characters that the standard escapes too", { a: "!'()*~-._" }, "a=%21%27%28%29%2A~-._"],
    [
      "fractions, zero and large numbers",
      { a: 0.5, b: 0, c: 2 ** 53, d: 10n ** 21n },
      "a=0.5&b=0&c=9007199254740992&d=1000000000000000000000",
    ],
    [
      "names of the prototype are names",
      JSON.parse('{"__proto__":{"x":1},"constructor":"c"}'),
      "__proto__[x]=1&constructor=c",
    ],
  ])("%s", (_name, fields, text) => expect(textOf(fields)).toBe(text));

  test("the order of the fields makes no difference, that of a list does", () => {
    expect(textOf({ b: { d: 1, c: 2 }, a: 3 })).toBe(textOf({ a: 3, b: { c: 2, d: 1 } }));
    expect(textOf({ a: [1, 2] })).not.toBe(textOf({ a: [2, 1] }));
  });

  test("whatever the fields are, a reader of forms gets the same values", () => {
    fc.assert(
      fc.property(FIELDS, (fields) => {
        const text = textOf(fields);
        expect(text).toMatch(/^[\w\-.~%[\]=&]*$/);
        expect([...new URLSearchParams(text)].toSorted()).toEqual(pairsIn(fields).toSorted());
        expect(textOf(shuffled(fields))).toBe(text);
      }),
    );
  });
});

function numbered(count: number): string {
  return Array.from({ length: count }, (_, at) => `a[${at}]=${at}`).join("&");
}

const NAME = fc.string({ minLength: 1, unit: "grapheme" }).filter((name) => !/[[\]]/.test(name));
const LEAF = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constantFrom(undefined, null));
const { fields: FIELDS } = fc.letrec<{ value: FormValue; fields: FormFields }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    LEAF,
    fc.array(
      tie("value").filter((each) => each !== undefined),
      { maxLength: 3 },
    ),
    tie("fields"),
  ),
  fields: fc.dictionary(NAME, tie("value"), { maxKeys: 4 }),
}));

/** Another way to the same pairs: each value with its path. */
const pairsIn = (value: FormValue, name = ""): readonly [string, string][] => {
  if (value === undefined) return [];
  if (value === null || typeof value !== "object") return [[name, String(value ?? "")]];
  return Object.entries(value).flatMap(([key, each]) => pairsIn(each, name === "" ? key : `${name}[${key}]`));
};

const shuffled = (fields: FormFields): FormFields =>
  Object.fromEntries(
    Object.entries(fields)
      .toReversed()
      .map(([name, each]) => [name, isFields(each) ? shuffled(each) : each]),
  );

const isFields = (value: FormValue): value is FormFields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

describe("what has no form is refused", () => {
  test.each<[string, FormFields, string]>([
    ["an empty name", { metadata: { "": "x" } }, "metadata."],
    ["a name with a bracket, which would be another field", { metadata: { "a[b]": "x" } }, "metadata.a[b]"],
    ["half a surrogate pair", { a: [{ b: "\ud800" }] }, "a.0.b"],
    ["half a surrogate pair in a name", { "\udc00": "x" }, "\udc00"],
  ])("%s: nothing was sent", (_name, fields, path) => {
    expect(formBody(fields)._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      issues: [{ path }],
    });
  });

  test.each([
    ["a function", { a: () => 1 }],
    ["a symbol", { a: Symbol("x") }],
    ["a date", { a: new Date(0) }],
    ["a map", { a: new Map([["b", 1]]) }],
    ["no number", { a: Number.NaN }],
    ["an infinity", { a: Number.POSITIVE_INFINITY }],
    ["a number with an exponent", { a: 1e21 }],
    ["a very small number", { a: 1e-7 }],
    ["a hole in a list", { a: Object.assign([1], { 2: 2 }) }],
    ["a list with undefined", { a: [undefined, 1] }],
  ])("%s is a defect of the driver", (_name, fields) => {
    expect(() => formBody(fields as unknown as FormFields)).toThrow(TypeError);
  });

  test("a value that contains itself ends", () => {
    const fields: Record<string, unknown> = {};
    fields["a"] = fields;
    expect(() => formBody(fields as FormFields)).toThrow("a form has at most 16 levels");
  });
});

describe("a form is sent", () => {
  const SECRET = "sk_test_Kanari_77";
  const REQUEST = { title: "Kopi Kanari (dua)", metadata: { catatan: "untuk tante Mirna" } };
  const PERSONAL = ["Kopi Kanari (dua)", "untuk tante Mirna", "Mirna", SECRET];
  const fields = { line_items: [{ name: REQUEST.title }], metadata: REQUEST.metadata };

  const sendTo = (baseUrl: string, body: ReturnType<typeof formBody>) =>
    senderOf(
      {
        transport: createTransport({ maxRetries: 0 }),
        baseUrl,
        headers: { "content-type": "application/json", authorization: `Bearer ${SECRET}` },
        redactorOf: createRedactor([SECRET]),
        judge: (reply, { redact }) =>
          reply.status === 200
            ? ok(reply.text)
            : err(failureFromStatus(reply, `the gateway wrote: ${redact(reply.text)}`)),
      },
      { signal: AbortSignal.timeout(10_000) },
    )({ purpose: "create", method: "POST", path: ok("/links"), written: body }, [REQUEST]);

  test("byte for byte, with its content type", async () => {
    const server = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    expect((await sendTo(server.url, formBody(fields)))._unsafeUnwrap()).toBe("ok");
    const [head, text] = (server.received[0] ?? "").split("\r\n\r\n");
    expect(head?.toLowerCase()).toContain("content-type: application/x-www-form-urlencoded");
    expect(head?.toLowerCase()).not.toContain("application/json");
    expect(text).toBe("line_items[0][name]=Kopi%20Kanari%20%28dua%29&metadata[catatan]=untuk%20tante%20Mirna");
  });

  test("a form without fields has an empty body, not none", async () => {
    const server = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    expect((await sendTo(server.url, formBody({})))._unsafeUnwrap()).toBe("ok");
    expect(server.received[0]?.toLowerCase()).toContain("content-length: 0");
  });

  test("one that cannot be written: no connection", async () => {
    const server = await rawServer((socket) => socket.end());
    const error = (await sendTo(server.url, formBody({ "[": 1 })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    expect(server.received).toEqual([]);
  });

  test.each([
    ["as it was sent", (text: string) => text],
    ["with a plus for a space", (text: string) => text.replaceAll("%20", "+")],
    ["with escaped brackets", (text: string) => text.replaceAll("[", "%5B").replaceAll("]", "%5D")],
    ["decoded", (text: string) => decodeURIComponent(text)],
    ["inside JSON", (text: string) => JSON.stringify({ error: { message: `bad request: ${text}&key=${SECRET}` } })],
  ])("a refusal that repeats it %s shows nothing of it", async (_name, spell) => {
    const echo = spell(textOf(fields));
    const server = await rawServer((socket) =>
      socket.end(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${Buffer.byteLength(echo)}\r\n\r\n${echo}`),
    );
    const error = (await sendTo(server.url, formBody(fields)))._unsafeUnwrapErr();
    expect(error.message).toContain("[redacted]");
    expectToHide(error, PERSONAL);
  });
});
