import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { createXfersDriver, xfers } from "@tautan/driver-xfers";
import { describe, expect, test } from "vitest";
import { API, delivery, ID, LINK_PATH, linkBody, OPTIONS, signatureOf } from "./support.ts";

const http = mockHttp(API);

describe("createXfersDriver", () => {
  test("makes a frozen driver of contract 1 that keeps its own copy of the signing secrets", async () => {
    const signingSecrets = ["ss_5572cf13d099"];
    const driver = createXfersDriver({ ...OPTIONS, signingSecrets });
    signingSecrets[0] = "another";
    expect(driver).toMatchObject({ contract: 1, name: "xfers" });
    expect(Object.isFrozen(driver)).toBe(true);
    const { headers, body } = delivery(linkBody());
    const parsed = await driver.handlers.parseWebhook(
      {
        target: "/",
        header: (name) => new Map(Object.entries(headers)).get(name)?.toString(),
        text: body,
        bytes: new TextEncoder().encode(body),
      },
      { clock: Date },
    );
    expect(parsed.isOk()).toBe(true);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no API key", { apiKey: undefined }, /apiKey: expected a text/],
    ["a blank secret key", { secretKey: " " }, /secretKey: expected a text/],
    ["a key with a line end", { apiKey: "test_key\n" }, /apiKey: .*visible ASCII/],
    ["both keys in one", { apiKey: "test_key:secret_abc" }, /apiKey: expected no colon/],
    ["no environment", { environment: undefined }, /environment: expected one of sandbox, production/],
    ["an environment it does not know", { environment: "live" }, /environment/],
    ["a live key in the sandbox", { apiKey: "live_key" }, /apiKey: .*live_ .*sandbox/],
    ["a live secret in the sandbox", { secretKey: "live_secret" }, /secretKey: .*live_ .*sandbox/],
    ["a test key in production", { environment: "production" }, /apiKey: .*test_ .*production/],
    [
      "a test key in production, at another address too",
      { environment: "production", baseUrl: "http://localhost:4010/api/v4" },
      /apiKey: .*test_ .*production/,
    ],
    ["no signing secrets", { signingSecrets: undefined }, /signingSecrets: expected a list/],
    ["an empty list of signing secrets", { signingSecrets: [] }, /signingSecrets: expected a list of at least one/],
    ["a signing secret that is not in a list", { signingSecrets: "ss_1" }, /signingSecrets: expected a list/],
    [
      "an empty signing secret",
      { signingSecrets: ["ss_1", ""] },
      /signingSecrets\[1\]: expected a text, got an empty one/,
    ],
    ["a signing secret with a space", { signingSecrets: ["ss_1 "] }, /signingSecrets\[0\]: expected visible ASCII/],
    ["a signing secret that is a number", { signingSecrets: [7] }, /signingSecrets\[0\]: expected a text, got number/],
    ["plain http to another machine", { baseUrl: "http://xfers.example/api/v4" }, /baseUrl: expected https/],
    ["an address that is none", { baseUrl: "xfers" }, /baseUrl: expected an address/],
    ["a transport that cannot send", { transport: {} }, /transport: expected a transport/],
    ["an option it does not have", { serverKey: "x" }, /serverKey: there is no such option/],
  ])("%s is a TypeError that shows no value", (_name, changes, message) => {
    const make = () => createXfersDriver({ ...OPTIONS, ...changes });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^createXfersDriver: /);
    expect(make).toThrow(message);
    try {
      make();
    } catch (error) {
      expectToHide(error, ["secret_abc", "ss_5572cf13d099", "live_secret"]);
    }
  });

  test("live keys fit production", () => {
    expect(createXfersDriver({ ...OPTIONS, environment: "production", apiKey: "live_key" }).name).toBe("xfers");
  });
});

describe("configuration", () => {
  const env = { KEY: "test_key", SECRET: "secret_abc", SIGN_ACCEPT: "ss_5572cf13d099", SIGN_SEND: "ss_second" };
  const entry = {
    driver: "xfers",
    environment: "sandbox",
    apiKey: { env: "KEY" },
    secretKey: { env: "SECRET" },
    signingSecrets: [{ env: "SIGN_ACCEPT" }, { env: "SIGN_SEND" }],
  };
  const configure = (changes: object, environment: Record<string, string> = env) =>
    createPaymentLinksFromConfig(
      { default: "xfers", gateways: { xfers: { ...entry, ...changes } } },
      { drivers: [xfers], env: environment },
    );

  test("secrets are named, and every signing secret is used", async () => {
    const links = (await configure({}))._unsafeUnwrap();
    http.reply("GET", LINK_PATH, { body: linkBody() });
    expect((await links.get(`xfers:${ID}`)).isOk()).toBe(true);
    expect(http.sent[0]?.headers.get("authorization")).toBe("Basic dGVzdF9rZXk6c2VjcmV0X2FiYw==");
    const body = JSON.stringify(linkBody());
    const parsed = await links.parseWebhook(
      "xfers",
      delivery(body, { "xfers-signature": signatureOf(body, "ss_second") }),
    );
    expect(parsed.isOk()).toBe(true);
  });

  test("baseUrl stands for the whole address, /api/v4 included", async () => {
    const links = (await configure({ baseUrl: "https://sandbox-id.xfers.com/api/v4/" }))._unsafeUnwrap();
    http.reply("GET", LINK_PATH, { body: linkBody() });
    await links.get(`xfers:${ID}`);
    expect(http.sent[0]?.path).toBe(`/api/v4${LINK_PATH}`);
  });

  test.each<[string, object, Record<string, string>, string]>([
    ["a secret that is written out", { secretKey: "secret_abc" }, env, "gateways.xfers.secretKey"],
    ["a signing secret that is written out", { signingSecrets: ["ss_1"] }, env, "gateways.xfers.signingSecrets.0"],
    [
      "one signing secret not in a list",
      { signingSecrets: { env: "SIGN_ACCEPT" } },
      env,
      "gateways.xfers.signingSecrets",
    ],
    ["no signing secret", { signingSecrets: [] }, env, "gateways.xfers.signingSecrets"],
    [
      "a signing secret that is not set",
      {},
      { ...env, SIGN_SEND: "" },
      "gateways.xfers.signingSecrets.1: the environment variable SIGN_SEND is not set",
    ],
    ["a key that is not set", { apiKey: { env: "MISSING" } }, env, "the environment variable MISSING is not set"],
    ["a field it does not have", { serverKey: { env: "KEY" } }, env, "serverKey"],
    ["an environment it does not know", { environment: "test" }, env, "gateways.xfers.environment"],
    ["keys of the other environment", { environment: "production" }, env, "test_ does not belong to the environment"],
  ])("%s is invalid_config", async (_name, changes, environment, words) => {
    const error = (await configure(changes, environment))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_config", outcome: "not_sent" });
    expect(error.message).toContain(words);
    expectToHide(error, ["secret_abc", "ss_5572cf13d099"]);
  });
});
