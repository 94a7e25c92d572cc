import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { expectToHide } from "@tautan/driver-kit/testing";
import { mockHttp } from "@tautan/driver-kit/testing/mock-http";
import { type SingapayOptions, singapay } from "@tautan/driver-singapay";
import { ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import {
  ACCOUNT,
  API_KEY,
  CLIENT_ID,
  CLIENT_SECRET,
  createDriver,
  delivery,
  fixture,
  LINKS,
  link,
  SIGNED_AT,
  success,
  TOKEN_PATH,
} from "./support.ts";

const PRODUCTION = "https://payment-b2b.singapay.id";
const http = mockHttp(PRODUCTION);

describe("options", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["no client id", { clientId: undefined }, "clientId"],
    ["an empty client secret", { clientSecret: "" }, "clientSecret"],
    ["a client secret with a line end", { clientSecret: "s3cr3t-with-end\n" }, "clientSecret"],
    ["an API key that is a number", { apiKey: 7 }, "apiKey"],
    ["no account", { accountId: undefined }, "accountId"],
    ["an account that is a path", { accountId: "../accounts" }, "accountId"],
    ["no environment", { environment: undefined }, "environment"],
    ["another environment", { environment: "staging" }, "environment"],
    ["a client secret that is named", { clientSecret: { env: "SINGAPAY_CLIENT_SECRET" } }, "clientSecret"],
    ["an API key that is a list", { apiKey: ["s3cr3t"] }, "apiKey"],
    ["no webhook secret in the list", { webhookSecrets: [] }, "webhookSecrets"],
    ["a webhook secret that is no list", { webhookSecrets: "s3cr3t-alone" }, "webhookSecrets"],
    ["an empty webhook secret", { webhookSecrets: ["s3cr3t-one", ""] }, "webhookSecrets"],
    ["an age of no time", { webhookMaxAgeMs: 0 }, "webhookMaxAgeMs"],
    ["an age without end", { webhookMaxAgeMs: Number.POSITIVE_INFINITY }, "webhookMaxAgeMs"],
    ["an age as a text", { webhookMaxAgeMs: "900000" }, "webhookMaxAgeMs"],
    ["an account's number that is a number", { accountNumber: 35 }, "accountNumber"],
    ["an account's number that is none", { accountNumber: "01K0" }, "accountNumber"],
    ["0 for an account's number", { accountNumber: "0" }, "accountNumber"],
    ["plain http", { baseUrl: "http://payment-b2b.singapay.id" }, "baseUrl"],
    ["a transport that sends nothing", { transport: {} }, "transport"],
    ["another API version", { apiVersion: 3 }, "apiVersion"],
    ["an API version as a text", { apiVersion: "2" }, "apiVersion"],
    ["an API version that is null", { apiVersion: null }, "apiVersion"],
    ["an option it does not have", { apiversion: 2 }, "apiversion"],
  ])("%s throws a TypeError that names the option and shows no value", (_name, changes, option) => {
    let thrown: unknown;
    try {
      createDriver(changes as Partial<SingapayOptions>);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expect(String(thrown)).toContain(`createSingapayDriver: ${option}`);
    expectToHide(thrown, [CLIENT_SECRET, API_KEY, "s3cr3t"]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a client id that is missing", { clientId: undefined }, "clientId: expected a text, got none"],
    ["a client secret that is null", { clientSecret: null }, "clientSecret: expected a text, got none"],
    ["an API key that is empty", { apiKey: "" }, "pass process.env.NAME of a variable that is set"],
    ["an account that is missing", { accountId: undefined }, "accountId: expected a text, got none"],
    [
      "a secret that is named as in a configuration",
      { clientSecret: { env: "X" } },
      "got object; pass process.env.NAME",
    ],
    ["the same", { clientSecret: { env: "X" } }, '{ "env": "NAME" } works only in a configuration'],
    ["an account that is a path", { accountId: "a/b" }, "only letters, digits, _ and -"],
  ])("%s: the message says what to do", (_name, changes, message) => {
    expect(() => createDriver(changes as Partial<SingapayOptions>)).toThrow(message);
  });

  test("no options at all", () => {
    expect(() => singapay.create(undefined as never)).toThrow(TypeError);
  });

  test("the driver is frozen and shows no secret", () => {
    const driver = createDriver();
    expect(Object.isFrozen(driver)).toBe(true);
    expect(driver).toMatchObject({ contract: 1, name: "singapay" });
    expectToHide(driver, [CLIENT_SECRET, API_KEY]);
  });

  test("changing the caller's list of secrets later changes nothing", async () => {
    const webhookSecrets = ["the-old-one"];
    const driver = createDriver({ webhookSecrets });
    webhookSecrets[0] = "another";
    const { headers, body, url } = delivery(fixture("notification-paid"), { secret: "the-old-one" });
    const parsed = await driver.handlers.parseWebhook(
      {
        target: url,
        header: (name) => Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1],
        text: body,
        bytes: new TextEncoder().encode(body),
      },
      { clock: { now: () => SIGNED_AT * 1000 } },
    );
    expect(parsed.isOk()).toBe(true);
  });
});

describe("configuration", () => {
  const env = {
    SINGAPAY_CLIENT_ID: CLIENT_ID,
    SINGAPAY_CLIENT_SECRET: CLIENT_SECRET,
    SINGAPAY_API_KEY: API_KEY,
    SINGAPAY_ACCOUNT: ACCOUNT,
    SINGAPAY_OLD_SECRET: "the-old-one",
  };
  const entry = {
    driver: "singapay",
    environment: "production",
    clientId: CLIENT_ID,
    clientSecret: { env: "SINGAPAY_CLIENT_SECRET" },
    apiKey: { env: "SINGAPAY_API_KEY" },
    accountId: ACCOUNT,
  };
  const fromConfig = (changes: object) =>
    createPaymentLinksFromConfig(
      { default: "singapay", gateways: { singapay: { ...entry, ...changes } } },
      { drivers: [singapay], env, clock: { now: () => SIGNED_AT * 1000 } },
    );

  test.each<[string, object]>([
    ["ids written out", {}],
    ["ids named like secrets", { clientId: { env: "SINGAPAY_CLIENT_ID" }, accountId: { env: "SINGAPAY_ACCOUNT" } }],
  ])("%s: the driver speaks to production with these keys", async (_name, changes) => {
    const links = (await fromConfig(changes))._unsafeUnwrap();
    http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
    http.reply("GET", `${LINKS}/301`, success(link()));
    expect((await links.get("singapay:301")).isOk()).toBe(true);
    expect(http.sent[0]?.headers.get("x-client-id")).toBe(CLIENT_ID);
    expect(http.sent[0]?.headers.get("x-partner-id")).toBe(API_KEY);
  });

  test("an API version is passed on", async () => {
    const links = (await fromConfig({ apiVersion: 2 }))._unsafeUnwrap();
    http.reply("POST", TOKEN_PATH, { body: fixture("token-reply") });
    http.reply("GET", "/api/v2.0/payment-link/302", success(fixture("link-v2")));
    expect((await links.get("singapay:302")).isOk()).toBe(true);
  });

  test("webhooks are verified with the secrets that are named", async () => {
    const links = (await fromConfig({ webhookSecrets: [{ env: "SINGAPAY_OLD_SECRET" }] }))._unsafeUnwrap();
    const signedBy = (secret: string) => delivery(fixture("notification-paid"), { secret });
    expect((await links.parseWebhook("singapay", signedBy("the-old-one"))).isOk()).toBe(true);
    expect((await links.parseWebhook("singapay", signedBy(CLIENT_SECRET))).isErr()).toBe(true);
  });

  test("the account's number is passed on", async () => {
    const links = (await fromConfig({ accountNumber: "35" }))._unsafeUnwrap();
    const parsed = (await links.parseWebhook("singapay", delivery(fixture("notification-paid"))))._unsafeUnwrap();
    expect(parsed.observations[0]?.trust).toBe("signed");
  });

  test.each<[string, object, string]>([
    ["a client secret written out", { clientSecret: "s3cr3t" }, "gateways.singapay.clientSecret"],
    ["an API key written out", { apiKey: "s3cr3t" }, "gateways.singapay.apiKey"],
    ["a webhook secret written out", { webhookSecrets: ["s3cr3t"] }, "gateways.singapay.webhookSecrets.0"],
    ["a variable that is not set", { apiKey: { env: "NOT_SET" } }, "gateways.singapay.apiKey"],
    ["an id that is a number", { clientId: 7 }, "gateways.singapay.clientId"],
    ["an id by a variable that is not set", { accountId: { env: "NOT_SET" } }, "gateways.singapay.accountId"],
    ["an empty id", { clientId: " " }, "gateways.singapay.clientId"],
    ["no webhook secret in the list", { webhookSecrets: [] }, "gateways.singapay.webhookSecrets"],
    ["a webhook secret outside a list", { webhookSecrets: { env: "S" } }, "gateways.singapay.webhookSecrets"],
    ["an age as a text", { webhookMaxAgeMs: "900000" }, "gateways.singapay.webhookMaxAgeMs"],
    ["an age of no time", { webhookMaxAgeMs: 0 }, "gateways.singapay"],
    ["an account's number as a number", { accountNumber: 35 }, "gateways.singapay.accountNumber"],
    ["no account", { accountId: undefined }, "gateways.singapay.accountId"],
    ["another environment", { environment: "live" }, "gateways.singapay.environment"],
    ["another API version", { apiVersion: 3 }, "gateways.singapay.apiVersion"],
    ["an API version as a text", { apiVersion: "2" }, "gateways.singapay.apiVersion"],
    ["a field it does not have", { apiversion: 2 }, "gateways.singapay"],
    ["an account that is a path", { accountId: "a/b" }, "gateways.singapay"],
  ])("%s is invalid_config, and no secret is shown", async (_name, changes, path) => {
    const error = (await fromConfig(changes))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_config", outcome: "not_sent" });
    expect(error.issues.map((each) => each.path)).toContain(path);
    expectToHide(error, ["s3cr3t", CLIENT_SECRET, API_KEY]);
  });
});

describe("configuration: what the messages say", () => {
  test.each<[string, object, string]>([
    ["no id", { clientId: undefined }, 'expected a text, or the name of an environment variable, { "env": "NAME" }'],
    ["an id by a name that is no text", { accountId: { env: 7 } }, "expected the name of an environment variable"],
    [
      "an id by a variable that is not set",
      { accountId: { env: "NOT_SET" } },
      "the environment variable NOT_SET is not set",
    ],
    ["an id by a name and more", { accountId: { env: "S", or: "x" } }, "expected the name of an environment variable"],
    [
      "no client secret",
      { clientSecret: undefined },
      'expected the name of an environment variable, { "env": "NAME" }',
    ],
    ["a webhook secret outside a list", { webhookSecrets: { env: "S" } }, '[{ "env": "NAME" }]'],
    ["an API version as a text", { apiVersion: "2" }, "expected 1 or 2, as a number"],
  ])("%s", async (_name, changes, message) => {
    const parse = await singapay.loadParser();
    const entry = {
      environment: "sandbox",
      clientId: "x",
      clientSecret: { env: "S" },
      apiKey: { env: "S" },
      accountId: "x",
    };
    const issues = parse({ ...entry, ...changes }, { S: "s3cr3t" })._unsafeUnwrapErr();
    expect(issues.map((each) => each.message).join()).toContain(message);
    expectToHide(issues, ["s3cr3t"]);
  });
});

test("a caller who gives up while the token is on its way has sent nothing", async () => {
  const driver = createDriver({ transport: { send: () => new Promise(() => {}) } });
  const controller = new AbortController();
  const getting = driver.handlers.get("301", { signal: controller.signal, clock: Date });
  controller.abort();
  expect((await getting)._unsafeUnwrapErr()).toMatchObject({ kind: "aborted", outcome: "not_sent" });
});

test("the definition makes the same driver", async () => {
  expect(singapay.name).toBe("singapay");
  const parse = await singapay.loadParser();
  const { driver: _, ...entry } = {
    driver: "singapay",
    environment: "sandbox",
    clientId: CLIENT_ID,
    clientSecret: { env: "S" },
    apiKey: { env: "S" },
    accountId: ACCOUNT,
  };
  expect(parse(entry, { S: "x" })).toEqual(
    ok({ environment: "sandbox", clientId: CLIENT_ID, clientSecret: "x", apiKey: "x", accountId: ACCOUNT }),
  );
});
