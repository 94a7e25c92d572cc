// What an editor says of a configuration, by the published JSON Schema, beside what becomes of it when it is read.
import { readFileSync } from "node:fs";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { DRIVERS } from "../src/configuration.ts";

const fileOf = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Record<string, unknown>;
const schema = fileOf("../../../packages/core/config.schema.json");
const isValid = new Ajv({ strict: false, allErrors: true }).compile(schema);

/** Where an editor underlines, as `/gateways/xfers apiKey`. */
const faultsOf = (config: unknown): readonly string[] => {
  if (isValid(config)) return [];
  const named = new Set(["required", "additionalProperties", "enum", "type", "pattern", "minItems", "minimum"]);
  const faults = (isValid.errors ?? []).filter((each) => named.has(each.keyword));
  return faults.map(({ instancePath, params }) =>
    [instancePath, String(params["missingProperty"] ?? params["additionalProperty"] ?? "")].join(" ").trim(),
  );
};
/** Where reading it finds fault. Every environment variable is set. */
const isRead = async (config: unknown): Promise<boolean> => {
  const forms: Readonly<Record<string, string>> = { STRIPE_SECRET_KEY: "sk_test_x", STRIPE_WEBHOOK_SECRET: "whsec_x" };
  const env = new Proxy(forms, {
    get: (_, name) => (name === "TAUTAN_SANDBOX" ? undefined : (forms[String(name)] ?? "test_x")),
  });
  return (await createPaymentLinksFromConfig(config, { drivers: DRIVERS, env })).isOk();
};

const example = fileOf("../gateways.json");
const gateways = example["gateways"] as Record<string, Record<string, unknown>>;
const withGateway = (key: string, changes: object) => ({
  ...example,
  gateways: { ...gateways, [key]: { ...gateways[key], ...changes } },
});

describe("a configuration that is right, for editors and when it is read", () => {
  test.each<[string, object]>([
    ["the example", example],
    ["the example with its schema", { $schema: "./node_modules/@tautan/core/config.schema.json", ...example }],
    ["former keys", withGateway("xfers", { aliases: ["fazz"] })],
    ["an id that is written out", withGateway("singapay", { clientId: "client-1", apiVersion: 2 })],
    [
      "every setting",
      {
        ...example,
        timeoutMs: 10_000,
        defaultExpiryMs: 3_600_000,
        maxWebhookBytes: 65_536,
        references: "provider",
        route: [
          { when: { currencies: ["IDR"], minAmount: "0.50", methodKinds: ["qris"] }, gateways: ["xfers", "midtrans"] },
          { gateways: ["singapay"] },
        ],
      },
    ],
  ])("%s", async (_name, config) => {
    expect(faultsOf(config)).toEqual([]);
    expect(await isRead(config)).toBe(true);
  });
});

describe("a configuration that is wrong, for editors and when it is read", () => {
  test.each<[string, unknown, string]>([
    ["no default", { gateways }, "default"],
    ["a setting that does not exist", { ...example, timeout: 5 }, "timeout"],
    ["a setting of another type", { ...example, timeoutMs: "5" }, "/timeoutMs"],
    ["a setting out of its range", { ...example, defaultExpiryMs: 5 }, "/defaultExpiryMs"],
    ["a key in capitals", { ...example, gateways: { ...gateways, XFERS: gateways["xfers"] } }, "/gateways"],
    ["no driver", withGateway("xfers", { driver: undefined }), "/gateways/xfers driver"],
    [
      "a secret that is written out",
      withGateway("midtrans", { serverKey: "SB-Mid-x" }),
      "/gateways/midtrans/serverKey",
    ],
    ["a secret under two names", withGateway("xfers", { apiKey: { env: "A", or: "B" } }), "/gateways/xfers/apiKey or"],
    ["a secret that is missing", withGateway("xfers", { apiKey: undefined }), "/gateways/xfers apiKey"],
    ["no secret in a list", withGateway("xfers", { signingSecrets: [] }), "/gateways/xfers/signingSecrets"],
    ["an option of another driver", withGateway("xfers", { serverKey: { env: "A" } }), "/gateways/xfers serverKey"],
    [
      "an environment that does not exist",
      withGateway("xfers", { environment: "test" }),
      "/gateways/xfers/environment",
    ],
    ["a route to nowhere", { ...example, route: [{ gateways: [] }] }, "/route/0/gateways"],
    [
      "an amount as a number",
      { ...example, route: [{ when: { minAmount: 5 }, gateways: ["xfers"] }] },
      "/route/0/when/minAmount",
    ],
    ["a list", [], ""],
  ])("%s", async (_name, config, place) => {
    // As in a file: what is not there is not written.
    const written: unknown = JSON.parse(JSON.stringify(config));
    expect(faultsOf(written)).toContain(place);
    expect(await isRead(written)).toBe(false);
  });

  test("a driver that nobody here knows may have any options in an editor", () => {
    const config = { default: "acme", gateways: { acme: { driver: "acme-pay", merchant: 7, aliases: ["old"] } } };
    expect(faultsOf(config)).toEqual([]);
    expect(faultsOf({ ...config, gateways: { acme: { driver: "acme-pay", aliases: "old" } } })).toContain(
      "/gateways/acme/aliases",
    );
  });
});
