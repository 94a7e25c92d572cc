// The entry point for configuration files. It is the only one that loads zod.
import { err, Result, ResultAsync } from "neverthrow";
import * as z from "zod";
import { nameOfThrown } from "./contained.ts";
import { createPaymentLinks } from "./create-payment-links.ts";
import type { AnyDriver, Clock } from "./driver-contract.ts";
import type { DriverDefinition, Environment, JsonSchema } from "./driver-definition.ts";
import type { ConfigError, Issue } from "./errors.ts";
import { problemsWithLocalSandbox, readLocalSandbox } from "./local-sandbox.ts";
import type { Instrument } from "./operations/configuration.ts";
import type { PaymentLinks } from "./payment-links.ts";
import { PAYMENT_METHOD_KINDS } from "./payment-method.ts";
import type { RouteRule } from "./route.ts";
import { MAX_TIMEOUT_MS } from "./timeout.ts";
import { nameInPath } from "./validation/reader.ts";

export type { DriverDefinition, DriverOptionsParser, Environment, JsonSchema } from "./driver-definition.ts";

/** The options of `createPaymentLinksFromConfig`. */
export interface FromConfigOptions {
  /** The drivers that entries may name. Only drivers that are named are created. */
  readonly drivers: readonly DriverDefinition[];
  /** The source of secrets, usually `process.env`. */
  readonly env: Environment;
  readonly instrument?: Instrument | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Creates payment links from a configuration, usually a JSON file:
 *
 * ```json
 * {
 *   "default": "midtrans",
 *   "gateways": {
 *     "midtrans": { "driver": "midtrans", "environment": "sandbox", "serverKey": { "env": "MIDTRANS_SERVER_KEY" } }
 *   }
 * }
 * ```
 *
 * The file contains no secrets, only the names of environment variables: `{ "env": "NAME" }`. To switch the gateway, change
 * `"default"`. `tautan dev` sets the environment variable `TAUTAN_SANDBOX`, which replaces base URLs and keys by those of the sandbox on
 * this machine; with it, an entry for production is refused. All problems are returned at once, as `invalid_config`. No message contains a secret.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { createPaymentLinksFromConfig } from "@tautan/core/config";
 * import { midtrans } from "@tautan/driver-midtrans";
 *
 * const config: unknown = JSON.parse(readFileSync("gateways.json", "utf8"));
 * const loaded = await createPaymentLinksFromConfig(config, { drivers: [midtrans], env: process.env });
 * if (loaded.isErr()) throw new Error(loaded.error.message);
 * const links = loaded.value;
 * ```
 */
export const createPaymentLinksFromConfig = (
  config: unknown,
  options: FromConfigOptions,
): ResultAsync<PaymentLinks, ConfigError> =>
  new ResultAsync(
    readConfig(config, options).catch((thrown: unknown) =>
      err(invalid([{ path: "", message: `could not be read (${nameOfThrown(thrown)})` }])),
    ),
  );

const readConfig = async (config: unknown, options: FromConfigOptions): Promise<Result<PaymentLinks, ConfigError>> => {
  const problem = problemOfOptions(options);
  if (problem) return err(invalid([problem]));
  const { drivers, env, instrument, clock } = options;
  const parsed = CONFIG.safeParse(config);
  if (!parsed.success) return err(invalid(issuesOf(parsed.error)));
  const { default: defaultKey, gateways, $schema: _, ...settings } = parsed.data;
  const sandbox = readLocalSandbox(env);
  if (sandbox.isErr()) return err(invalid([sandbox.error]));
  const production = sandbox.value ? problemsWithLocalSandbox(gateways) : [];
  if (production.length > 0) return err(invalid(production));

  const results = await Promise.all(
    Object.entries(gateways).map(async ([key, { driver: name, aliases: __, ...entry }]) => {
      const definition = drivers.find((each) => each.name === name);
      if (!definition) {
        const message = `expected one of the drivers passed (${drivers.map((each) => each.name).join(", ")}), got ${JSON.stringify(name)}`;
        return err([{ path: `gateways.${key}.driver`, message }]);
      }
      return (await makeDriver(definition, { ...entry, ...sandbox.value?.[name] }, env))
        .map((driver) => [key, driver] as const)
        .mapErr((issues) =>
          issues.map((issue) => ({ ...issue, path: [`gateways.${key}`, issue.path].filter(Boolean).join(".") })),
        );
    }),
  );
  const configured = Result.combineWithAllErrors(results);
  if (configured.isErr()) return err(invalid(configured.error.flat()));

  const aliases = Object.entries(gateways).flatMap(([key, entry]) =>
    (entry.aliases ?? []).map((alias, index) => ({ alias, key, path: `gateways.${key}.aliases[${index}]` })),
  );
  const twice = aliases.filter(({ alias }, index) => aliases.findIndex((each) => each.alias === alias) < index);
  if (twice.length > 0) {
    return err(
      invalid(twice.map(({ alias, path }) => ({ path, message: `duplicate alias ${JSON.stringify(alias)}` }))),
    );
  }
  return Result.fromThrowable(
    () =>
      createPaymentLinks({
        ...settings,
        default: defaultKey,
        gateways: Object.fromEntries<AnyDriver>(configured.value),
        aliases: Object.fromEntries(aliases.map(({ alias, key }) => [alias, key])),
        instrument,
        clock,
      }),
    (thrown) => invalid([{ path: "", message: messageOf(thrown) }]),
  )();
};

const makeDriver = async (
  definition: DriverDefinition,
  entry: unknown,
  env: Environment,
): Promise<Result<AnyDriver, readonly Issue[]>> => {
  const parse = await definition.loadParser();
  const options = parse(entry, env);
  if (options.isErr()) return err(options.error);
  return Result.fromThrowable(
    () => definition.create(options.value),
    (thrown) => [{ path: "", message: messageOf(thrown) }],
  )();
};

/** Checks all types: the caller may write plain JavaScript. */
const problemOfOptions = (options: Partial<FromConfigOptions> | undefined): Issue | undefined => {
  const { drivers, env, instrument: _instrument, clock: _clock, ...rest } = options ?? {};
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    return { path: `options.${nameInPath(unknown)}`, message: "there is no such option" };
  }
  const isDefinition = (each: Partial<DriverDefinition> | undefined): boolean =>
    typeof each?.name === "string" && typeof each.create === "function" && typeof each.loadParser === "function";
  if (!Array.isArray(drivers) || !drivers.every(isDefinition)) {
    return { path: "options.drivers", message: "expected the definitions of drivers, such as [midtrans, xfers]" };
  }
  return typeof env === "object" && env !== null
    ? undefined
    : { path: "options.env", message: "expected the source of secrets, usually process.env" };
};

/**
 * Returns the [JSON Schema](https://json-schema.org/draft-07) of a configuration with these drivers, for editors.
 * `@tautan/core/config.schema.json` is the schema with the drivers of Tautan. An entry of any other driver may have any content.
 *
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * import { configJsonSchema } from "@tautan/core/config";
 * import { midtrans } from "@tautan/driver-midtrans";
 *
 * writeFileSync("gateways.schema.json", JSON.stringify(await configJsonSchema([midtrans])));
 * ```
 */
export const configJsonSchema = async (drivers: readonly DriverDefinition[]): Promise<JsonSchema> => {
  const { $schema, ...form } = z.toJSONSchema(CONFIG, {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
  }) as unknown as ConfigForm;
  const { properties, ...entry } = form.properties.gateways.additionalProperties;
  const known = drivers.map((each) => each.name);
  const forms = await Promise.all(
    drivers.map(async (definition) => {
      const { name } = definition;
      const schema = (await definition.loadParser()).jsonSchema?.();
      if (!schema) return [];
      const { $schema: _, ...options } = schema;
      const then = { ...options, properties: { ...properties, driver: { const: name }, ...options.properties } };
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, not a function
      return [{ if: { properties: { driver: { const: name } }, required: ["driver"] }, then }];
    }),
  );
  // Editors complete these names; the name of another driver is allowed.
  const driver = { ...(properties["driver"] as object), anyOf: [{ enum: known }, { type: "string" }] };
  const additionalProperties = { ...entry, properties: { ...properties, driver }, allOf: forms.flat() };
  return {
    $schema,
    title: "Gateways of Tautan",
    ...form,
    properties: { ...form.properties, gateways: { ...form.properties.gateways, additionalProperties } },
  };
};

interface ConfigForm extends JsonSchema {
  readonly properties: Readonly<Record<string, unknown>> & {
    readonly gateways: {
      readonly additionalProperties: JsonSchema & { readonly properties: Readonly<Record<string, unknown>> };
    };
  };
}

const milliseconds = z.number("expected a number of milliseconds");

const KEY = { type: "string", pattern: "^[a-z0-9][a-z0-9_-]{0,31}$" };
const AMOUNT = { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" };

/** For editors: createPaymentLinks checks the rules. */
const ROUTE_RULE = {
  type: "object",
  properties: {
    when: {
      type: "object",
      properties: {
        currencies: { type: "array", items: { type: "string", pattern: "^[A-Z]{3}$" }, minItems: 1 },
        minAmount: AMOUNT,
        maxAmount: AMOUNT,
        methodKinds: { type: "array", items: { enum: PAYMENT_METHOD_KINDS }, minItems: 1 },
      },
      additionalProperties: false,
    },
    gateways: { type: "array", items: KEY, minItems: 1, uniqueItems: true },
  },
  required: ["gateways"],
  additionalProperties: false,
};

const CONFIG = z.strictObject(
  {
    // For editors.
    $schema: z.string("expected the address of a JSON Schema").optional(),
    default: z.string("expected the key of one of the gateways").meta({
      description: "The gateway for calls without a `gateway`.",
    }),
    gateways: z.record(
      z.string().meta(KEY),
      z.looseObject(
        {
          driver: z.string("expected the name of a driver").meta({ description: "The name of a driver." }),
          aliases: z
            .array(z.string("expected a former key").meta(KEY), "expected a list of former keys")
            .meta({ description: "Former keys of this gateway. Ids and webhook paths that use them keep working." })
            .optional(),
        },
        "expected a gateway's entry, an object with its driver",
      ),
      "expected gateways by key",
    ),
    // createPaymentLinks checks all settings; the metadata beside the type is for editors.
    timeoutMs: milliseconds
      .meta({ description: "Deadline of a call. Default 30,000.", minimum: 1, maximum: MAX_TIMEOUT_MS })
      .optional(),
    defaultExpiryMs: milliseconds
      .meta({ description: "Lifetime of links without `expiresAt`. Default 24 hours.", minimum: 60_000 })
      .optional(),
    confirmReuseMs: milliseconds
      .meta({ description: "How long `confirm` reuses a result. Default 3,000.", minimum: 0, maximum: 60_000 })
      .optional(),
    maxWebhookBytes: z
      .number("expected a number of bytes")
      .meta({ description: "The largest webhook body. Default 64 KiB.", minimum: 1 })
      .optional(),
    route: z
      .array(z.custom<RouteRule>().meta(ROUTE_RULE), "expected a list of rules")
      .meta({ description: "The gateways for creates without a `gateway`: the first rule that matches." })
      .optional(),
    references: z
      .enum(["portable", "provider"], 'expected "portable" or "provider"')
      .meta({ description: "References that work on every gateway (default), or any that the chosen gateway accepts." })
      .optional(),
  },
  {
    error: ({ code, keys }) =>
      code === "unrecognized_keys"
        ? `there is no such setting: ${(keys as readonly string[]).map((each) => JSON.stringify(each.slice(0, 40))).join(", ")}`
        : "expected an object with default and gateways",
  },
);

const issuesOf = (error: z.ZodError): readonly Issue[] =>
  error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));

/** Factories throw TypeErrors with messages for users; any other exception may contain anything. */
const messageOf = (thrown: unknown): string =>
  thrown instanceof TypeError ? thrown.message : "the driver could not be created";

const invalid = (issues: readonly Issue[]): ConfigError =>
  Object.freeze({
    kind: "invalid_config",
    message: `the configuration cannot be used: ${issues.map((each) => (each.path ? `${each.path}: ${each.message}` : each.message)).join("; ")}`,
    hint: "Correct the fields named in issues, and set the environment variables that they name.",
    issues: Object.freeze(issues),
    retryable: false,
    outcome: "not_sent",
  });
