import { expectToHide } from "@tautan/driver-kit/testing";
import { createMemoryDriver, memory } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";

describe("options", () => {
  test.each<[string, unknown, string]>([
    ["no object", null, "options"],
    ["a clock that does not tell the time", { clock: {} }, "clock"],
    ["a clock that is null", { clock: null }, "clock"],
    ["an expiry of nothing", { paymentExpiryMs: 0 }, "paymentExpiryMs"],
    ["an expiry that is text", { paymentExpiryMs: "3600000" }, "paymentExpiryMs"],
    ["an expiry that is no number", { paymentExpiryMs: Number.NaN }, "paymentExpiryMs"],
    ["an expiry without end", { paymentExpiryMs: Number.POSITIVE_INFINITY }, "paymentExpiryMs"],
    ["an empty secret", { webhookSecret: "" }, "webhookSecret"],
    ["a secret with a line end", { webhookSecret: "s3cr3t\n" }, "webhookSecret"],
    ["an option it does not have", { webhookSecrets: ["s3cr3t"] }, "webhookSecrets"],
  ])("%s throws a TypeError that names the option and shows no value", (_name, options, option) => {
    let thrown: unknown;
    try {
      createMemoryDriver(options as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expect(String(thrown)).toContain(`createMemoryDriver: ${option}`);
    expectToHide(thrown, ["s3cr3t"]);
  });

  test("all of them may be left out or undefined", () => {
    expect(createMemoryDriver().name).toBe("memory");
    expect(
      createMemoryDriver({ clock: undefined, webhookSecret: undefined, paymentExpiryMs: undefined }).contract,
    ).toBe(1);
  });
});

describe("from a configuration", () => {
  test("the secret is named, and nothing is needed", async () => {
    const parse = await memory.loadParser();
    const options = { webhookSecret: "s", paymentExpiryMs: 5 };
    expect(parse({ webhookSecret: { env: "S" }, paymentExpiryMs: 5 }, { S: "s" })._unsafeUnwrap()).toEqual(options);
    expect(parse({}, {})._unsafeUnwrap()).toEqual({});
    expect(memory.create({}).name).toBe("memory");
  });

  test.each<[string, object]>([
    ["a field it does not have", { secret: "x" }],
    ["a secret written out", { webhookSecret: "x" }],
    ["a variable that is not set", { webhookSecret: { env: "NOT_SET" } }],
    ["an expiry that is text", { paymentExpiryMs: "5" }],
  ])("%s is refused", async (_name, entry) => {
    const parse = await memory.loadParser();
    expect(parse(entry, {}).isErr()).toBe(true);
  });
});
