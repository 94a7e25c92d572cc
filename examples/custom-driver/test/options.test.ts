import { inspect } from "node:util";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { contoh, createContohDriver } from "tautan-driver-contoh";
import { describe, expect, test } from "vitest";
import { OPTIONS } from "./support.ts";

describe("createContohDriver", () => {
  test("makes a frozen driver of contract 1 that shows no key", () => {
    const driver = createContohDriver(OPTIONS);
    expect(driver).toMatchObject({ contract: 1, name: "contoh" });
    expect(Object.isFrozen(driver)).toBe(true);
    expect(inspect(driver, { depth: Number.POSITIVE_INFINITY })).not.toContain(OPTIONS.secretKey);
  });

  test.each<[string, object, RegExp]>([
    ["no key", { secretKey: undefined }, /secretKey: expected a text/],
    ["a live key in the sandbox", { secretKey: "sk_live_x" }, /secretKey: expected a key of the environment sandbox/],
    ["a test key in production", { environment: "production" }, /secretKey: .*production, which starts with sk_live_/],
    ["an environment it does not know", { environment: "live" }, /environment: expected one of sandbox, production/],
    ["an age of no time", { webhookMaxAgeMs: 0 }, /webhookMaxAgeMs: expected a whole number/],
    ["no webhook secret", { webhookSecrets: [] }, /webhookSecrets: expected a list of at least one/],
    ["plain http to another machine", { baseUrl: "http://contohpay.example/v1" }, /baseUrl: expected https/],
    ["an option it does not have", { apiKey: "x" }, /apiKey: there is no such option/],
  ])("%s is a TypeError", (_name, changes, message) => {
    const make = () => createContohDriver({ ...OPTIONS, ...changes });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

describe("configuration", () => {
  const env = { KEY: "sk_test_1", SECRET: "whsec_1" };
  const entry = {
    driver: "contoh",
    environment: "sandbox",
    secretKey: { env: "KEY" },
    webhookSecrets: [{ env: "SECRET" }],
  };
  const configure = (changes: object = {}) =>
    createPaymentLinksFromConfig(
      { default: "contoh", gateways: { contoh: { ...entry, ...changes } } },
      { drivers: [contoh], env },
    );

  test("a driver from outside is configured like any other, with its secrets named", async () => {
    expect((await configure())._unsafeUnwrap().gateways).toEqual(["contoh"]);
  });

  test.each<[string, object, string]>([
    ["a key that is written out", { secretKey: "sk_test_1" }, "gateways.contoh.secretKey"],
    ["a secret that is not set", { webhookSecrets: [{ env: "MISSING" }] }, "MISSING is not set"],
    ["a field it does not have", { apiKey: "x" }, "apiKey"],
    ["a key of the other environment", { environment: "production" }, "sk_live_"],
  ])("%s is invalid_config", async (_name, changes, words) => {
    const error = (await configure(changes))._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_config");
    expect(error.message).toContain(words);
  });
});
