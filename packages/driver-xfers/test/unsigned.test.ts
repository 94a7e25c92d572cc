import type { Observation } from "@tautan/core";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXfersDriver, xfers } from "@tautan/driver-xfers";
import { describe, expect, test } from "vitest";
import { API, createLinks, delivery, fixture, ID, LINK_PATH, linkBody, OPTIONS, signatureOf } from "./support.ts";

const http = mockHttp(API);
const strict = createLinks();
const lenient = createLinks({ acceptUnsignedCallbacks: true });
type Headers = Record<string, string | readonly string[] | undefined>;
const parse = (body: unknown, headers: Headers = {}, links = lenient) =>
  links.parseWebhook("xfers", delivery(body, { "xfers-signature": undefined, ...headers }));
const PAID = linkBody({ status: "paid" });
const HISTORY = `xfers:${ID}%231`;

describe("a callback without a signature", () => {
  test("is refused unless the driver was told to take it", async () => {
    for (const links of [strict, createLinks({ acceptUnsignedCallbacks: false })]) {
      const error = (await parse(PAID, {}, links))._unsafeUnwrapErr();
      expect(error).toMatchObject({
        kind: "signature_invalid",
        problem: "missing",
        acknowledgement: { status: 401 },
      });
    }
  });

  test("is a hint then: nothing is taken from it but the link's id, whatever it says", async () => {
    for (const body of [PAID, fixture("callback-completed"), linkBody({ status: 7, amount: "-1" })]) {
      const { observations } = (await parse(body))._unsafeUnwrap();
      const { id } = (body as { data: { id: string } }).data;
      expect(observations).toEqual([
        { gateway: "xfers", kind: "notice", trust: "unsigned", resource: "history", id: `xfers:${id}%231` },
      ]);
    }
    expect(http.sent).toEqual([]);
  });

  test.each([
    ["paid", "paid", true],
    ["completed", "settled", true],
    ["pending", "pending", false],
    ["cancelled", "cancelled", false],
    ["teleported", "unknown", false],
  ])("is confirmed by the link, which reads %s: its answer alone counts", async (word, status, isPaid) => {
    const [hint] = (await parse(PAID))._unsafeUnwrap().observations;
    http.reply("GET", LINK_PATH, { body: linkBody({ status: word }) });
    expect((await lenient.confirm(hint as Observation))._unsafeUnwrap()).toMatchObject({
      kind: "history",
      trust: "read",
      history: { id: HISTORY, status, isPaid, linkId: `xfers:${ID}` },
    });
    expect(http.sent).toHaveLength(1);
  });

  test("about a link of another account is not_found, and nothing is taken for paid", async () => {
    const [hint] = (await parse(PAID))._unsafeUnwrap().observations;
    http.reply("GET", LINK_PATH, { status: 404 });
    expect((await lenient.confirm(hint as Observation))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("about something else than a link is an unknown event", async () => {
    const body = {
      data: { id: "contract_1", type: "payment", attributes: { status: "paid", referenceId: "ORDER-1" } },
    };
    const [observation] = (await parse(body))._unsafeUnwrap().observations;
    expect(observation).toEqual({ gateway: "xfers", kind: "unknown", trust: "unsigned", event: "payment" });
    expect(observation).not.toHaveProperty("raw");
  });

  test.each([["<b>call +62 811</b>"], ["payment\n"], ["a b"], ["x".repeat(41)], ["pay\u202Ement"]])(
    "about %j is an unknown event without the stranger's words",
    async (type) => {
      const body = { data: { id: ID, type, attributes: { status: "paid" } } };
      const [observation] = (await parse(body))._unsafeUnwrap().observations;
      expect(observation).toEqual({ gateway: "xfers", kind: "unknown", trust: "unsigned", event: "unknown" });
      expect(observation).not.toHaveProperty("raw");
    },
  );

  test.each<[string, unknown, Headers?]>([
    ["no id", linkBody({}, null)],
    ["an id that is a path", linkBody({}, "../payments")],
    ["an id of another form", linkBody({}, "contract_12345678")],
    ["an id with a line after it", linkBody({}, `${ID}\n`)],
    ["an endless id", linkBody({}, `paymentlink_${"0".repeat(65)}`)],
    ["no type", { data: { id: ID } }],
    ["no JSON", "paid"],
    ["a form", JSON.stringify(PAID), { "content-type": "application/x-www-form-urlencoded" }],
  ])("with %s is malformed_webhook", async (_name, body, headers) => {
    const error = (await parse(body, headers))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "malformed_webhook", acknowledgement: { status: 400 } });
    expect(error.hint).toMatch(/no signature, so anybody may have sent it/);
  });
});

describe("a callback with a signature, where unsigned ones are taken", () => {
  test("is signed", async () => {
    const { observations } = (
      await parse(PAID, { "xfers-signature": signatureOf(JSON.stringify(PAID)) })
    )._unsafeUnwrap();
    expect(observations).toMatchObject([{ kind: "history", trust: "signed", history: { isPaid: true } }]);
  });

  test.each<[string, Headers, string]>([
    ["of nobody", { "xfers-signature": "0".repeat(64) }, "mismatch"],
    ["of another body", { "xfers-signature": signatureOf("{}") }, "mismatch"],
    ["that is empty", { "xfers-signature": "" }, "malformed"],
    ["that is cut short", { "x-xfers-signature": "00" }, "malformed"],
    ["in two headers that differ", { "xfers-signature": signatureOf("{}"), "x-xfers-signature": "" }, "malformed"],
  ])("%s is refused all the same", async (_name, headers, problem) => {
    expect((await parse(PAID, headers))._unsafeUnwrapErr()).toMatchObject({ kind: "signature_invalid", problem });
  });
});

describe("the option", () => {
  test("the driver says what its callbacks prove", () => {
    const trustOf = (acceptUnsignedCallbacks?: boolean) =>
      createXfersDriver({ ...OPTIONS, acceptUnsignedCallbacks }).capabilities.webhooks.trust;
    expect([trustOf(), trustOf(false), trustOf(true)]).toEqual(["signed", "signed", "unsigned"]);
  });

  test("anything but true or false is a TypeError", () => {
    expect(() => createXfersDriver({ ...OPTIONS, acceptUnsignedCallbacks: "yes" as never })).toThrow(
      new TypeError("createXfersDriver: acceptUnsignedCallbacks: expected true or false"),
    );
  });

  test("can stand in a configuration, as true or false", async () => {
    const configure = (acceptUnsignedCallbacks: unknown) =>
      createPaymentLinksFromConfig(
        {
          default: "xfers",
          gateways: {
            xfers: {
              driver: "xfers",
              environment: "sandbox",
              apiKey: { env: "KEY" },
              secretKey: { env: "SECRET" },
              signingSecrets: [{ env: "SIGN" }],
              acceptUnsignedCallbacks,
            },
          },
        },
        { drivers: [xfers], env: { KEY: "test_key", SECRET: "secret_abc", SIGN: "ss_1" } },
      );
    const links = (await configure(true))._unsafeUnwrap();
    const parsed = await links.parseWebhook("xfers", delivery(PAID, { "xfers-signature": undefined }));
    expect(parsed._unsafeUnwrap().observations).toMatchObject([{ kind: "notice" }]);
    expect((await configure("yes"))._unsafeUnwrapErr().message).toContain(
      "acceptUnsignedCallbacks: expected true or false",
    );
  });
});
