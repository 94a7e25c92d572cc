import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { expectToHide } from "@tautan/driver-kit/testing";
import { createXenditDriver, type XenditOptions, xendit } from "@tautan/driver-xendit";
import { describe, expect, test } from "vitest";
import { OPTIONS, TOKEN } from "./support.ts";

describe("createXenditDriver", () => {
  test("makes a frozen driver of contract 1", () => {
    const driver = createXenditDriver(OPTIONS);
    expect(driver).toMatchObject({ contract: 1, name: "xendit" });
    expect(Object.isFrozen(driver)).toBe(true);
    expect(driver.capabilities.webhooks.trust).toBe("token");
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no key", { secretKey: undefined }, /secretKey: expected a text/],
    [
      "a key of production in the sandbox",
      { secretKey: "xnd_production_abc" },
      /secretKey: .*xnd_production_ .*sandbox/,
    ],
    ["a key of the sandbox in production", { environment: "production" }, /secretKey: .*xnd_development_ .*production/],
    ["a public key", { secretKey: "xnd_public_development_abc" }, /secretKey: expected the secret key/],
    ["a key with the colon of the header", { secretKey: "xnd_development_abc:" }, /secretKey: expected no colon/],
    ["no token", { webhookTokens: undefined }, /webhookTokens: expected a list/],
    ["an empty list of tokens", { webhookTokens: [] }, /webhookTokens: expected a list of at least one/],
    ["a token with a space", { webhookTokens: [`${TOKEN} `] }, /webhookTokens\[0\]: expected visible ASCII/],
    ["another product", { product: "checkout" }, /product: expected "invoice" or "session"/],
    ["a country in words", { country: "Indonesia" }, /country: expected two capital letters/],
    ["a path for a sub-account", { forUserId: "../x" }, /forUserId: expected the id/],
    ["a business id with a line end", { businessId: "a\n" }, /businessId: expected the id/],
    ["a word for true", { readsRefunds: "yes" }, /readsRefunds: expected true or false/],
    ["plain http to another machine", { baseUrl: "http://xendit.example" }, /baseUrl: expected https/],
    ["an option it does not have", { apiKey: "x" }, /apiKey: there is no such option/],
  ])("%s is a TypeError that shows no value", (_name, changes, message) => {
    const make = () => createXenditDriver({ ...OPTIONS, ...changes } as XenditOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    try {
      make();
    } catch (error) {
      expectToHide(error, ["xnd_development_abc", "xnd_production_abc", TOKEN]);
    }
  });
});

describe("configuration", () => {
  const configure = (changes: object = {}) => {
    const entry = {
      driver: "xendit",
      environment: "sandbox",
      secretKey: { env: "KEY" },
      webhookTokens: [{ env: "TOKEN" }],
      ...changes,
    };
    const config = { default: "xendit", gateways: { xendit: entry } };
    return createPaymentLinksFromConfig(config, { drivers: [xendit], env: { KEY: "xnd_development_abc", TOKEN } });
  };

  test("secrets are named, and every other option is written", async () => {
    const changes = { product: "session", forUserId: "sub", businessId: { env: "TOKEN" }, readsRefunds: false };
    expect((await configure()).isOk()).toBe(true);
    expect((await configure(changes)).isOk()).toBe(true);
  });

  test.each([
    ["a key that is written out", { secretKey: "xnd_development_abc" }],
    ["a token that is written out", { webhookTokens: [TOKEN] }],
    ["another product", { product: "checkout" }],
    ["an option it does not have", { serverKey: "x" }],
  ])("%s is invalid_config, and is not shown", async (_name, changes) => {
    const error = (await configure(changes))._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_config");
    expectToHide(error, ["xnd_development_abc", TOKEN]);
  });
});
