import { idr } from "@tautan/core";
import { configJsonSchema, createPaymentLinksFromConfig, type DriverDefinition } from "@tautan/core/config";
import { expectToHide } from "@tautan/driver-kit/testing";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
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

  test("a file may name its JSON Schema, for editors", async () => {
    const $schema = "./node_modules/@tautan/core/config.schema.json";
    expect((await load({ $schema }))._unsafeUnwrap().gateways).toEqual(["a", "b"]);
    expect((await load({ $schema: 7 }))._unsafeUnwrapErr().issues).toMatchObject([{ path: "$schema" }]);
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

  describe("with the sandbox of this machine", () => {
    const sandboxOf = (options: unknown) => ({
      KEY: "own",
      LOCAL: "of-the-sandbox",
      TAUTAN_SANDBOX: JSON.stringify(options),
    });
    const baseUrl = "http://127.0.0.1:7701";
    /** What the factory got, by the key of the gateway's secret. */
    const loadWith = async (env: Record<string, string>, changes: object = {}) => {
      const made: unknown[] = [];
      const local: DriverDefinition = {
        name: "stub",
        create: (options) => {
          made.push(options);
          return createStub({}, {}, "stub").driver;
        },
        loadParser: async () => (entry, environment) => {
          const { key, ...rest } = entry as { key: { env: string } };
          return ok({ ...rest, key: environment[key.env] });
        },
      };
      const loaded = await createPaymentLinksFromConfig({ ...config, ...changes }, { drivers: [local], env });
      return loaded.map(() => made);
    };

    test("its options replace those of the driver's entries, and no others", async () => {
      const replaced = await loadWith(sandboxOf({ stub: { baseUrl, key: { env: "LOCAL" } } }));
      expect(replaced._unsafeUnwrap()).toEqual([
        { baseUrl, key: "of-the-sandbox" },
        { baseUrl, key: "of-the-sandbox" },
      ]);
      for (const env of [sandboxOf({ other: { baseUrl } }), { KEY: "own" }, { KEY: "own", TAUTAN_SANDBOX: "" }]) {
        expect((await loadWith(env))._unsafeUnwrap()).toEqual([{ key: "own" }, { key: "own" }]);
      }
    });

    test("an entry for production is refused, also one that it would not replace", async () => {
      const gateways = { ...config.gateways, b: { driver: "stub", environment: "production", key: { env: "KEY" } } };
      for (const driver of ["stub", "other"]) {
        const refused = await loadWith(sandboxOf({ [driver]: { baseUrl } }), { gateways });
        expect(refused._unsafeUnwrapErr().issues).toMatchObject([{ path: "gateways.b.environment" }]);
      }
      expect((await loadWith({ KEY: "own" }, { gateways }))._unsafeUnwrap()).toHaveLength(2);
    });

    test.each([
      "https://127.0.0.1:7701",
      "http://127.0.0.1.example.test",
      "http://localhost.example.test",
      "http://127.0.0.1@example.test",
      "http://example.test/localhost",
      "http://10.0.0.1",
      "no URL",
      7701,
      undefined,
    ])("a base URL of another machine is refused: %s", async (elsewhere) => {
      const refused = await loadWith(sandboxOf({ stub: { baseUrl: elsewhere } }));
      expect(refused._unsafeUnwrapErr().issues).toMatchObject([{ path: "env.TAUTAN_SANDBOX.stub.baseUrl" }]);
    });

    test.each(["{", "[]", "7", '{"stub":"http://127.0.0.1"}'])("another form is refused: %s", async (text) => {
      const refused = await loadWith({ KEY: "own", TAUTAN_SANDBOX: text });
      expect(refused._unsafeUnwrapErr().issues).toMatchObject([{ path: "env.TAUTAN_SANDBOX" }]);
    });
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

describe("the JSON Schema of a configuration", () => {
  const described = (name: string): DriverDefinition => ({
    ...definition(name),
    loadParser: async () =>
      Object.assign(await definition(name).loadParser(), {
        jsonSchema: () => ({
          $schema: "http://json-schema.org/draft-07/schema#",
          type: "object",
          properties: { key: { type: "object" } },
          required: ["key"],
          additionalProperties: false,
        }),
      }),
  });

  test("holds the entry of each driver that says its own, and names the others", async () => {
    const schema = await configJsonSchema([described("one"), definition("two")]);
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      required: ["default", "gateways"],
    });
    const { gateways } = schema.properties as {
      gateways: { additionalProperties: { allOf: object[]; properties: object } };
    };
    expect(gateways.additionalProperties.properties).toMatchObject({
      driver: { anyOf: [{ enum: ["one", "two"] }, { type: "string" }] },
    });
    expect(gateways.additionalProperties.allOf).toEqual([
      {
        if: { properties: { driver: { const: "one" } }, required: ["driver"] },
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and no function
        then: {
          type: "object",
          properties: { driver: { const: "one" }, aliases: expect.anything(), key: { type: "object" } },
          required: ["key"],
          additionalProperties: false,
        },
      },
    ]);
  });

  test("names every setting that is read", async () => {
    const { properties = {} } = await configJsonSchema([]);
    const error = (
      await load(Object.fromEntries(Object.keys(properties).map((name) => [name, Symbol(name)])))
    )._unsafeUnwrapErr();
    expect(error.message).not.toContain("there is no such setting");
    expect(error.issues.map((each) => each.path).sort()).toEqual(Object.keys(properties).sort());
  });
});
