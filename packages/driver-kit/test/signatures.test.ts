import type { DriverDelivery } from "@tautan/core/driver";
import { malformedBase64, timedSignatureFacts, tokenFacts } from "@tautan/driver-kit/explain";
import { otherJsonSpelling, parseJsonObject } from "@tautan/driver-kit/http";
import {
  hmacSignature,
  hmacVerifies,
  type SignatureRules,
  signatureProblem,
  type TimedSignatureRules,
  timedSignatureProblem,
  tokenProblem,
} from "@tautan/driver-kit/signatures";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { expectToHide } from "../src/testing/index.ts";

const sign = hmacSignature;

/** Hashes with a key since the test began: each is two hashes, of which the second is as long as its keys and a hash. */
const made = { hashes: 0 };
const crypto = process.getBuiltinModule("node:crypto");
const { hash } = crypto;
vi.spyOn(crypto, "hash").mockImplementation(((name: string, data: string | Uint8Array, encoding: "hex") => {
  if (data instanceof Uint8Array && data.length === 64 + 32) made.hashes += 1;
  return hash(name, data, encoding);
}) as typeof hash);

const deliveryOf = (text: string, headers: Readonly<Record<string, string>>, target = "/hook"): DriverDelivery => ({
  target,
  header: (name) => headers[name],
  text,
  bytes: new TextEncoder().encode(text),
});

const HINTS = { missing: "m", malformed: "f", mismatch: "x" } as const;

describe("HMACs, with keys of texts or bytes, in hexadecimal or base64", () => {
  test.each([
    // https://www.rfc-editor.org/rfc/rfc4231, test cases 1 and 2; of SHA-1: https://www.rfc-editor.org/rfc/rfc2202, test case 2.
    ["sha256", Buffer.alloc(20, 0x0b), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      "sha256",
      "Jefe",
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "sha512",
      "Jefe",
      "what do ya want for nothing?",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ],
    ["sha1", "Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
  ] as const)("%s: the known answers", async (algorithm, key, data, hex) => {
    expect(sign(key, [data], { algorithm })).toBe(hex);
    expect(sign(key, [data.slice(0, 3), Buffer.from(data.slice(3))], { algorithm })).toBe(hex);
    const base64 = Buffer.from(hex, "hex").toString("base64");
    expect(sign(key, [data], { algorithm, encoding: "base64" })).toBe(base64);
    const rules = { header: "X-Sign", option: "secrets", secrets: [key], hints: HINTS, algorithm };
    for (const given of [hex, hex.toUpperCase(), ` ${hex} `]) {
      expect(signatureProblem(deliveryOf(data, { "x-sign": given }), rules)).toBeUndefined();
    }
    for (const given of [base64, base64.replace(/=+$/, "")]) {
      const delivery = deliveryOf(data, { "x-sign": given });
      expect(signatureProblem(delivery, { ...rules, encoding: "base64" })).toBeUndefined();
    }
  });
});

describe("a header with the signature of the body", () => {
  const BODY = '{"amount":10000}';
  const rules: SignatureRules = { header: "X-Sign", option: "signingSecrets", secrets: ["old", "new"], hints: HINTS };
  const problemOf = (delivery: DriverDelivery, more: Partial<SignatureRules> = {}) =>
    signatureProblem(delivery, { ...rules, ...more });

  test("of any of the secrets is right", async () => {
    for (const secret of ["old", "new"]) {
      expect(problemOf(deliveryOf(BODY, { "x-sign": sign(secret, [BODY]) }))).toBeUndefined();
    }
  });

  test("may cover more than the body, such as the URL: https://developer.squareup.com/docs/webhooks/step3validate", async () => {
    const url = "https://toko.example/hook";
    const form = { encoding: "base64", signed: (body: string | Uint8Array) => [url, body] } as const;
    const given = sign("new", [url + BODY], form);
    expect(problemOf(deliveryOf(BODY, { "x-sign": given }), form)).toBeUndefined();
    expect(problemOf(deliveryOf(BODY, { "x-sign": given }), { encoding: "base64" })).toMatchObject({
      problem: "mismatch",
    });
  });

  const RIGHT = sign("new", [BODY]);
  test.each<[string, string, string | undefined, string, string]>([
    ["is absent", BODY, undefined, "missing", "the delivery has no X-Sign header"],
    ["is empty", BODY, " ", "missing", "the delivery has no X-Sign header"],
    ["is too short", BODY, RIGHT.slice(1), "malformed", "X-Sign is not 64 hexadecimal digits"],
    ["is too long", BODY, `${RIGHT}0`, "malformed", "X-Sign is not 64 hexadecimal digits"],
    ["has other characters", BODY, `${RIGHT.slice(1)}g`, "malformed", "X-Sign is not 64 hexadecimal digits"],
    ["has several", BODY, `${RIGHT}, ${RIGHT}`, "malformed", "X-Sign is not 64 hexadecimal digits"],
    [
      "has another spelling",
      BODY,
      Buffer.from(RIGHT, "hex").toString("base64"),
      "malformed",
      "X-Sign is not 64 hexadecimal digits",
    ],
    [
      "is of another secret",
      BODY,
      sign("CANARY", [BODY]),
      "mismatch",
      "X-Sign does not match the body with any of signingSecrets",
    ],
    ["is of another body", `${BODY} `, RIGHT, "mismatch", "X-Sign does not match the body with any of signingSecrets"],
  ])("that %s is refused", async (_name, body, given, problem, message) => {
    const error = problemOf(deliveryOf(body, given === undefined ? {} : { "x-sign": given }));
    expect(error).toMatchObject({ kind: "signature_invalid", problem, message, retryable: false, outcome: "not_sent" });
    expect(error?.hint).toBe(HINTS[problem as keyof typeof HINTS]);
    expectToHide(error, ["CANARY", RIGHT]);
  });

  test.each([
    ["is no base64", "!".repeat(44)],
    ["is of another length", Buffer.alloc(31).toString("base64")],
    ["has bits behind its last byte", `${"A".repeat(42)}B`],
    ["is in hexadecimal", RIGHT],
    ["is huge", "A".repeat(100_000)],
  ])("in base64 that %s is malformed", async (_name, given) => {
    made.hashes = 0;
    const error = problemOf(deliveryOf(BODY, { "x-sign": given }), { encoding: "base64" });
    expect(error).toMatchObject({ problem: "malformed", message: "X-Sign is not the Base64 of 32 bytes" });
    expect(made.hashes).toBe(0);
  });

  test("a body that was parsed and serialised again is told apart from a forgery", async () => {
    const respell = (text: string) => otherJsonSpelling(text, { maxLength: 1000, maxDepth: 8 });
    const pretty = JSON.stringify(parseJsonObject(BODY), null, 2);
    const changed = deliveryOf(BODY, { "x-sign": sign("new", [pretty]) });
    expect(problemOf(changed, { respell })).toMatchObject({
      problem: "body_reserialised",
      message: "X-Sign matches the same JSON written differently, not the received body",
      hint: "Pass the raw body, as it arrived: it was parsed and serialised again before parseWebhook.",
    });
    expect(problemOf(changed)).toMatchObject({ problem: "mismatch" });
    const compact = deliveryOf(pretty, { "x-sign": sign("new", [BODY]) });
    expect(problemOf(compact, { respell })).toMatchObject({ problem: "body_reserialised" });
  });

  test("a wrong one costs a hash for each secret, and at most two for the reason", async () => {
    const secrets = Array.from({ length: 5 }, (_, at) => `secret-${at}`);
    made.hashes = 0;
    problemOf(deliveryOf(BODY, { "x-sign": RIGHT }), { secrets, respell: (text) => `${text} ` });
    expect(made.hashes).toBe(7);
  });
});

describe("an HMAC of two hashes is that of the platform", () => {
  const crypto = process.getBuiltinModule("node:crypto");
  const part = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), fc.uint8Array({ maxLength: 40 }));
  // Longer than a block, beyond ASCII and bytes.
  const key = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array({ maxLength: 300 }),
  );

  test("for any key and data", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("sha1", "sha256", "sha512" as const),
        key,
        fc.array(part, { maxLength: 3 }),
        (algorithm, secret, parts) => {
          const expected = crypto.createHmac(algorithm, secret);
          for (const each of parts) expected.update(each);
          const mac = expected.digest();
          expect(hmacSignature(secret, parts, { algorithm })).toBe(mac.toString("hex"));
          expect(hmacVerifies([secret], parts, [mac], { algorithm })).toBe(true);
          mac[0] = (mac[0] ?? 0) ^ 1;
          expect(hmacVerifies([secret], parts, [mac], { algorithm })).toBe(false);
        },
      ),
    );
  });

  test.each([21_823, 21_824, 21_825, 70_000])(
    "for %i characters of three bytes, which fill the buffer or not",
    (length) => {
      const text = "€".repeat(length);
      for (const parts of [[text], [Buffer.from(text)], ["t.", text]]) {
        const expected = crypto.createHmac("sha256", "Jefe");
        for (const each of parts) expected.update(each);
        expect(hmacSignature("Jefe", parts)).toBe(expected.digest("hex"));
      }
      expect(hmacSignature("Jefe", ["x"])).toBe(crypto.createHmac("sha256", "Jefe").update("x").digest("hex"));
    },
  );

  test("on runtimes without the one-shot function too", async () => {
    const expected = hmacSignature("Jefe", ["what do ya want for nothing?"]);
    vi.spyOn(process, "getBuiltinModule").mockReturnValueOnce({ ...crypto, hash: undefined } as never);
    vi.resetModules();
    const fresh = await import("@tautan/driver-kit/signatures");
    expect(fresh.hmacSignature("Jefe", ["what do ya want for nothing?"])).toBe(expected);
    expect(expected).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  });
});

describe("a header with a time and signatures", () => {
  // The form and the default of 300 seconds: https://docs.stripe.com/webhooks/signature.
  const SECRET = "whsec_test_vector_secret";
  const BODY = '{"id":"evt_test_0001","object":"event","type":"checkout.session.completed","created":1767225600}';
  const T = 1_767_225_600;
  const V1 = "bcf5e6da12ebd8028d0860d4ad7f99f529894b70a3804452a8e49bb6a4f978ec";
  const HEADER = `t=${T},v1=${V1}`;
  const OTHER = "0".repeat(64);
  const rules: TimedSignatureRules = {
    header: "Acme-Signature",
    option: "webhookSecrets",
    secrets: [SECRET],
    hints: HINTS,
    nowMs: T * 1000,
    maxAgeMs: 300_000,
    maxAgeOption: "webhookMaxAgeMs",
  };
  const problemOf = (header: string | undefined, more: Partial<TimedSignatureRules> = {}, body = BODY) =>
    timedSignatureProblem(deliveryOf(body, header === undefined ? {} : { "acme-signature": header }), {
      ...rules,
      ...more,
    });

  test.each<[string, string, Partial<TimedSignatureRules>]>([
    ["the known answer", HEADER, {}],
    ["in upper case", `t=${T},v1=${V1.toUpperCase()}`, {}],
    ["with spaces", ` t=${T}, v1=${V1} `, {}],
    ["in another order", `v1=${V1},t=${T}`, {}],
    ["beside one of another secret, while a secret is replaced", `t=${T},v1=${OTHER},v1=${V1}`, {}],
    ["before one of another secret", `t=${T},v1=${V1},v1=${OTHER}`, {}],
    ["beside one of another form", `t=${T},v1=x,v1=${V1}`, {}],
    ["beside another scheme", `t=${T},v0=${OTHER},v1=${V1}`, {}],
    ["of the second secret", HEADER, { secrets: ["whsec_new", SECRET] }],
    ["of a secret in bytes", HEADER, { secrets: [new TextEncoder().encode(SECRET)] }],
    ["299 seconds old", HEADER, { nowMs: (T + 299) * 1000 }],
    ["300 seconds old", HEADER, { nowMs: (T + 300) * 1000 }],
    ["from the future, which has no limit by default", HEADER, { nowMs: (T - 900_000) * 1000 }],
    ["from the future, within a limit", HEADER, { nowMs: (T - 300) * 1000, maxAheadMs: 300_000 }],
    ["of any age", HEADER, { nowMs: (T + 1e9) * 1000, maxAgeMs: Number.POSITIVE_INFINITY }],
    ["under another name", `t=${T},sig=${V1}`, { scheme: "sig" }],
  ])("%s is right", async (_name, header, more) => expect(problemOf(header, more)).toBeUndefined());

  test.each<[string, string | undefined, string, string]>([
    ["absent", undefined, "missing", "the delivery has no Acme-Signature header"],
    ["empty", "", "missing", "the delivery has no Acme-Signature header"],
    ["without a time", `v1=${V1}`, "malformed", "got no t"],
    ["with an empty time", `t=,v1=${V1}`, "malformed", "got a t that is not a time in seconds"],
    ["with a time in words", `t=now,v1=${V1}`, "malformed", "got a t that is not a time in seconds"],
    ["with a negative time", `t=-1,v1=${V1}`, "malformed", "got a t that is not a time in seconds"],
    ["with a fraction", `t=${T}.5,v1=${V1}`, "malformed", "got a t that is not a time in seconds"],
    ["with a time and more", `t=${T}abc,v1=${V1}`, "malformed", "got a t that is not a time in seconds"],
    ["with two times", `t=${T},t=${T + 1},v1=${V1}`, "malformed", "got several t"],
    ["joined with another", `${HEADER}, ${HEADER}`, "malformed", "got several t"],
    ["without a signature", `t=${T}`, "malformed", "got no v1"],
    ["of another scheme alone", `t=${T},v0=${V1}`, "malformed", "got no v1"],
    ["with an empty signature", `t=${T},v1=`, "malformed", "got a v1 that is not 64 hexadecimal digits"],
    [
      "with a signature that is cut",
      `t=${T},v1=${V1.slice(2)}`,
      "malformed",
      "got a v1 that is not 64 hexadecimal digits",
    ],
    ["of other text", "CANARY", "malformed", "got no t"],
    ["of too many signatures", `t=${T}${`,v1=${OTHER}`.repeat(17)}`, "malformed", "got 17 signatures"],
    ["too long", `t=${T},v1=${V1},x=${"CANARY".repeat(1000)}`, "malformed", "got 6083 characters"],
    ["with another time", `t=${T + 1},v1=${V1}`, "mismatch", "with any of webhookSecrets"],
    ["with a zero before the time", `t=0${T},v1=${V1}`, "mismatch", "with any of webhookSecrets"],
    ["with another signature", `t=${T},v1=${OTHER}`, "mismatch", "with any of webhookSecrets"],
  ])("%s is refused", async (_name, header, problem, message) => {
    const error = problemOf(header);
    expect(error).toMatchObject({ kind: "signature_invalid", problem });
    expect(error?.message).toContain(message);
    expectToHide(error, ["CANARY", V1, SECRET]);
    const facts = timedSignatureFacts(
      deliveryOf(BODY, header === undefined ? {} : { "acme-signature": header }),
      rules,
    );
    expect(facts).toEqual(
      problem === "missing"
        ? { missing: ["the header Acme-Signature"] }
        : problem === "malformed"
          ? {
              malformed: {
                name: "Acme-Signature",
                expected: "t=…,v1=… with 64 hexadecimal digits",
                got: expect.stringContaining(message.slice(4)),
              },
            }
          : { signedAtMs: expect.any(Number) },
    );
  });

  test("a signature of another secret or body is refused", async () => {
    expect(problemOf(HEADER, { secrets: ["whsec_other"] })).toMatchObject({ problem: "mismatch" });
    expect(problemOf(HEADER, {}, `${BODY}\n`)).toMatchObject({ problem: "mismatch" });
  });

  test.each<[string, Partial<TimedSignatureRules>, string]>([
    [
      "301 seconds old",
      { nowMs: (T + 301) * 1000 },
      "the time in Acme-Signature is 301 s old, and webhookMaxAgeMs accepts at most 300 s",
    ],
    [
      "days old",
      { nowMs: (T + 4 * 86_400) * 1000, maxAgeMs: 3 * 86_400_000 },
      "the time in Acme-Signature is 4 days old, and webhookMaxAgeMs accepts at most 3 days",
    ],
    [
      "ahead, if that has a limit",
      { nowMs: (T - 301) * 1000, maxAheadMs: 300_000 },
      "the time in Acme-Signature is 301 s ahead of this machine's clock, and at most 300 s are accepted",
    ],
  ])("a right one that is %s has expired", async (_name, more, message) => {
    expect(problemOf(HEADER, more)).toMatchObject({ kind: "signature_expired", message, outcome: "not_sent" });
  });

  test("a wrong one is wrong, whatever its time", async () => {
    const error = problemOf(`t=1,v1=${OTHER}`);
    expect(error).toMatchObject({ kind: "signature_invalid", problem: "mismatch" });
  });

  test("many signatures cost one hash for each secret", async () => {
    made.hashes = 0;
    problemOf(`t=${T}${`,v1=${OTHER}`.repeat(16)}`, { secrets: ["a", "b"] });
    expect(made.hashes).toBe(2);
  });

  test("no other text of a header is right", async () => {
    const piece = fc.constantFrom("t=", "v1=", ",", "=", " ", String(T), V1, OTHER, "v0=", "t", "0");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const header = pieces.join("");
        const isRight = problemOf(header) === undefined;
        const values = header.split(",").map((each) => each.trim());
        expect(isRight).toBe(
          values.filter((each) => each.startsWith("t=")).join() === `t=${T}` && values.includes(`v1=${V1}`),
        );
      }),
    );
  });
});

describe("a header that has a secret itself", () => {
  const problemOf = (header: string | undefined) =>
    tokenProblem(deliveryOf("{}", header === undefined ? {} : { "x-callback-token": header }), {
      header: "X-Callback-Token",
      option: "callbackTokens",
      tokens: ["token-one", "token-two"],
      hints: HINTS,
    });

  test.each(["token-one", "token-two"])("%s is right: while a token is replaced, both are", async (token) => {
    expect(problemOf(token)).toBeUndefined();
  });

  test.each<[string, string | undefined, string, object]>([
    ["absent", undefined, "missing", { missing: ["the header X-Callback-Token"] }],
    ["empty", "", "missing", { missing: ["the header X-Callback-Token"] }],
    ["another", "token-CANARY", "mismatch", {}],
    ["the beginning of a right one", "token-on", "mismatch", {}],
    ["a right one and more", "token-one2", "mismatch", {}],
    ["in another case", "Token-One", "mismatch", {}],
    ["twice", "token-one, token-one", "mismatch", factOf("20 characters, several values separated by a comma")],
    ["with white space", "token-one ", "mismatch", factOf("10 characters, with white space around them")],
    ["in quotes", '"token-one"', "mismatch", factOf("11 characters, in quotes")],
    ["with a prefix", "Bearer token-one", "mismatch", factOf("16 characters, with a prefix before the token")],
  ])("%s is refused", async (_name, header, problem, facts) => {
    const error = problemOf(header);
    expect(error).toMatchObject({ kind: "signature_invalid", problem });
    const delivery = deliveryOf("{}", header === undefined ? {} : { "x-callback-token": header });
    expect(tokenFacts(delivery, "X-Callback-Token")).toEqual(facts);
    expectToHide([error, facts], ["CANARY", "token-one", "token-two"]);
  });
});

function factOf(got: string): object {
  return { malformed: { name: "X-Callback-Token", expected: "the token alone", got } };
}

test.each([
  [Buffer.alloc(32).toString("base64"), undefined],
  [Buffer.alloc(32).toString("hex"), "64 hexadecimal digits"],
  ["CANARY", "6 characters of another form"],
  ["", "0 characters of another form"],
])("the form of a signature in base64: %s", (given, got) => {
  const fact = malformedBase64("X-Sign", given, {});
  expect(fact).toEqual(got === undefined ? undefined : { name: "X-Sign", expected: "the Base64 of 32 bytes", got });
});
