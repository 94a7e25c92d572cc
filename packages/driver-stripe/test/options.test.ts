import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { createStripeDriver, type StripeOptions, stripe } from "@tautan/driver-stripe";
import { describe, expect, test } from "vitest";
import { KEY, SECRET } from "./support.ts";

const OPTIONS = { environment: "sandbox", secretKey: KEY, webhookSecrets: [SECRET] } as const;

test("makes a frozen driver of contract 1", () => {
  const driver = createStripeDriver(OPTIONS);
  expect(driver).toMatchObject({ contract: 1, name: "stripe" });
  expect(Object.isFrozen(driver)).toBe(true);
});

test.each(["sk_test_1", "rk_test_1"])("%s is a key of a sandbox", (secretKey) => {
  expect(createStripeDriver({ ...OPTIONS, secretKey }).name).toBe("stripe");
});

test.each<[string, object, RegExp]>([
  ["no key", { secretKey: undefined }, /secretKey: expected a text/],
  ["a live key in a sandbox", { secretKey: "rk_live_1" }, /secretKey: expected a key for sandbox/],
  ["a test key in production", { environment: "production" }, /secretKey: expected a key for production/],
  ["a publishable key", { secretKey: "pk_test_1" }, /secretKey: expected a secret key.*publishable/],
  ["a signing secret as the key", { secretKey: SECRET }, /secretKey: expected a secret key.*webhook endpoint/],
  ["an environment it does not know", { environment: "live" }, /environment: expected one of/],
  ["no secret in the list", { webhookSecrets: [] }, /webhookSecrets: expected a list of at least one/],
  ["an empty secret", { webhookSecrets: [""] }, /webhookSecrets\[0\]: expected a text/],
  ["an age of nothing", { webhookMaxAgeMs: 0 }, /webhookMaxAgeMs: expected a whole number/],
  ["plain http to another machine", { baseUrl: "http://stripe.invalid" }, /baseUrl: expected https/],
  ["an option it does not have", { apiKey: "x" }, /apiKey: there is no such option/],
])("%s is a TypeError that shows no key", (_name, changes, message) => {
  const make = () => createStripeDriver({ ...OPTIONS, ...changes } as StripeOptions);
  expect(make).toThrow(TypeError);
  expect(make).toThrow(message);
  expect(make).not.toThrow(/sk_test_demo|whsec_demo|rk_live_1|pk_test_1/);
});

describe("configuration", () => {
  const configure = (changes: object = {}) => {
    const entry = {
      driver: "stripe",
      environment: "sandbox",
      secretKey: { env: "KEY" },
      webhookSecrets: [{ env: "SECRET" }],
      ...changes,
    };
    const config = { default: "stripe", gateways: { stripe: entry } };
    return createPaymentLinksFromConfig(config, { drivers: [stripe], env: { KEY, SECRET } });
  };

  test("secrets are named", async () => {
    expect((await configure()).isOk()).toBe(true);
    expect((await configure({ webhookSecrets: undefined })).isOk()).toBe(true);
  });

  test.each([
    ["a key that is written out", { secretKey: KEY }],
    ["a secret that is written out", { webhookSecrets: [SECRET] }],
    ["an empty list", { webhookSecrets: [] }],
    ["a field that there is not", { accountId: "acct_1" }],
  ])("%s is invalid_config", async (_name, changes) => {
    const error = (await configure(changes))._unsafeUnwrapErr();
    expect(error.kind).toBe("invalid_config");
    expect(JSON.stringify(error)).not.toContain(KEY);
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });
});
