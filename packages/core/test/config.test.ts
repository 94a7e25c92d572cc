import { idr } from "@tautan/core";
import { createPaymentLinksFromConfig, type DriverDefinition } from "@tautan/core/config";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { expectToHide } from "../../driver-kit/test/support/secrets.ts";
import { createStub } from "./support/stub-driver.ts";

/** A definition whose parser takes `{ key: { env } }`, like the real ones. */
const definition = (name = "stub"): DriverDefinition<{ readonly key: string }> => ({
  name,
  create: ({ key }) => {
    if (key === "live") throw new TypeError("createStub: key: expected a test key");
    if (key === "crash") throw new Error("CANARY");
    return createStub({}, {}, name).driver;
  },
  loadParser: async () => (entry, environment) => {
    const { key, ...rest } = entry as { key?: { env?: string } };
    if (Object.keys(rest).length > 0)
      return err([{ path: Object.keys(rest)[0] ?? "", message: "there is no such option" }]);
    const found = environment[key?.env ?? ""];
    return found === undefined
      ? err([{ path: "key", message: "the environment variable is not set" }])
      : ok({ key: found });
  },
});
const config = {
  default: "a",
  gateways: {
    a: { driver: "stub", key: { env: "KEY" } },
    b: { driver: "stub", key: { env: "KEY" }, aliases: ["old"] },
  },
};
const load = (changes: object = {}, env: Record<string, string> = { KEY: "CANARY-test" }) =>
  createPaymentLinksFromConfig({ ...config, ...changes }, { drivers: [definition()], env });

describe("payment links from a configuration", () => {
  test("gateways by name, the default, aliases and settings", async () => {
    const links = (await load({ timeoutMs: 1000 }))._unsafeUnwrap();
    expect(links.gateways).toEqual(["a", "b"]);
    expect(links.default).toBe("a");
    const created = await links.create({ reference: "INV-1", amount: idr(5000), gateway: "old" });
    expect(created._unsafeUnwrap().gateway).toBe("b");
  });

  test("changing the default is all that switching takes", async () => {
    for (const key of ["a", "b"]) {
      const links = (await load({ default: key }))._unsafeUnwrap();
      expect((await links.create({ reference: "INV-1", amount: idr(5000) }))._unsafeUnwrap().gateway).toBe(key);
    }
  });

  test.each<[string, object, Record<string, string>, string]>([
    ["a driver that was not passed", { gateways: { a: { driver: "strpe" } } }, {}, "gateways.a.driver"],
    ["no driver", { gateways: { a: {} } }, {}, "gateways.a.driver"],
    ["a missing secret", {}, {}, "gateways.a.key"],
    [
      "an option the driver lacks",
      { gateways: { a: { driver: "stub", key: { env: "KEY" }, sandbox: true } } },
      { KEY: "x" },
      "gateways.a.sandbox",
    ],
    ["a default that is not there", { default: "c" }, { KEY: "x" }, ""],
    ["no default", { default: undefined }, { KEY: "x" }, "default"],
    ["gateways that are a list", { gateways: [] }, {}, "gateways"],
    ["a setting that does not exist", { timeout: 5 }, {}, ""],
    ["a setting of another type", { timeoutMs: "5" }, {}, "timeoutMs"],
    ["keys for another environment", {}, { KEY: "live" }, "gateways.a"],
    ["a driver that crashes", {}, { KEY: "crash" }, "gateways.a"],
    [
      "two gateways of one former key",
      {
        gateways: {
          a: { driver: "stub", key: { env: "KEY" }, aliases: ["old"] },
          b: { driver: "stub", key: { env: "KEY" }, aliases: ["old"] },
        },
      },
      { KEY: "x" },
      "gateways.b.aliases[0]",
    ],
  ])("%s is invalid_config with its path", async (_name, changes, env, path) => {
    const error = (await load(changes, env))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_config", outcome: "not_sent", retryable: false });
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expectToHide(error, ["CANARY"]);
  });

  test("the fault of a factory is told in its own words", async () => {
    expect((await load({}, { KEY: "live" }))._unsafeUnwrapErr().message).toContain("expected a test key");
  });

  test.each<[string, unknown, string]>([
    ["no options", undefined, "options.drivers"],
    ["no drivers", { env: {} }, "options.drivers"],
    ["drivers that are made already", { drivers: [createStub().driver], env: {} }, "options.drivers"],
    ["no environment", { drivers: [definition()] }, "options.env"],
    ["an option that does not exist", { drivers: [definition()], env: {}, clocks: Date }, "options.clocks"],
  ])("%s: says what is missing", async (_name, options, path) => {
    const error = (await createPaymentLinksFromConfig(config, options as never))._unsafeUnwrapErr();
    expect(error.issues).toMatchObject([{ path }]);
  });

  test("faults are told in words, not in a validator's", async () => {
    const faults = { default: undefined, gateways: { a: {} }, timeout: 5, references: "any" };
    const error = (await load(faults))._unsafeUnwrapErr();
    expect(error.message).toContain("default: expected the key of one of the gateways");
    expect(error.message).toContain("gateways.a.driver: expected the name of a driver");
    expect(error.message).toContain('there is no such setting: "timeout"');
    expect(error.message).not.toMatch(/Invalid|received/);
  });

  test("every fault at once", async () => {
    const error = (await load({}, {}))._unsafeUnwrapErr();
    expect(error.issues.map((issue) => issue.path)).toEqual(["gateways.a.key", "gateways.b.key"]);
  });

  test.each([[null], [undefined], [7], ["{}"], [[]]])("%j is no configuration", async (input) => {
    const result = await createPaymentLinksFromConfig(input, { drivers: [], env: {} });
    expect(result._unsafeUnwrapErr().kind).toBe("invalid_config");
  });
});
