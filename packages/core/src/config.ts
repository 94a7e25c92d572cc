// The door for configuration files, and the only one behind which zod is loaded.
import { err, Result, ResultAsync } from "neverthrow";
import * as z from "zod";
import type { AnyDriver, Clock } from "./driver-contract.ts";
import type { DriverDefinition, Environment } from "./driver-definition.ts";
import type { ConfigError, Issue } from "./errors.ts";
import type { Instrument } from "./operations/runtime.ts";
import { createPaymentLinks, type PaymentLinks } from "./payment-links.ts";

export type { DriverDefinition, DriverOptionsParser, Environment } from "./driver-definition.ts";
export type { ConfigError, Issue } from "./errors.ts";

export interface FromConfigOptions {
  /** The drivers that entries may name. Only those named are put to work. */
  readonly drivers: readonly DriverDefinition[];
  /** Where secrets are read from, usually `process.env`. */
  readonly env: Environment;
  readonly instrument?: Instrument | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Makes payment links from a configuration, usually a JSON file:
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
 * Secrets are named, never written: `{ "env": "NAME" }`. Changing `"default"` is all that switching takes. Returns every
 * fault at once as `invalid_config`; no message holds a secret.
 */
export const createPaymentLinksFromConfig = (
  config: unknown,
  options: FromConfigOptions,
): ResultAsync<PaymentLinks, ConfigError> =>
  new ResultAsync(
    readConfig(config, options).catch((thrown: unknown) =>
      err(
        invalid([
          { path: "", message: `could not be read (${thrown instanceof Error ? thrown.name : typeof thrown})` },
        ]),
      ),
    ),
  );

const readConfig = async (
  config: unknown,
  { drivers, env, instrument, clock }: FromConfigOptions,
): Promise<Result<PaymentLinks, ConfigError>> => {
  const parsed = CONFIG.safeParse(config);
  if (!parsed.success) return err(invalid(issuesOf(parsed.error)));
  const { default: defaultKey, gateways, ...settings } = parsed.data;

  const made = await Promise.all(
    Object.entries(gateways).map(async ([key, { driver: name, aliases: _, ...entry }]) => {
      const definition = drivers.find((each) => each.name === name);
      if (!definition) {
        const message = `expected one of the drivers passed (${drivers.map((each) => each.name).join(", ")}), got ${JSON.stringify(name)}`;
        return err([{ path: `gateways.${key}.driver`, message }]);
      }
      return (await makeDriver(definition, entry, env))
        .map((driver) => [key, driver] as const)
        .mapErr((issues) =>
          issues.map((issue) => ({ ...issue, path: [`gateways.${key}`, issue.path].filter(Boolean).join(".") })),
        );
    }),
  );
  const configured = Result.combineWithAllErrors(made);
  if (configured.isErr()) return err(invalid(configured.error.flat()));

  const aliases = Object.entries(gateways).flatMap(([key, entry]) =>
    (entry.aliases ?? []).map((alias) => [alias, key]),
  );
  return Result.fromThrowable(
    () =>
      createPaymentLinks({
        ...settings,
        default: defaultKey,
        gateways: Object.fromEntries<AnyDriver>(configured.value),
        aliases: Object.fromEntries(aliases),
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

const CONFIG = z.strictObject({
  default: z.string(),
  gateways: z.record(z.string(), z.looseObject({ driver: z.string(), aliases: z.array(z.string()).optional() })),
  timeoutMs: z.number().optional(),
  defaultExpiryMs: z.number().optional(),
  maxWebhookBytes: z.number().optional(),
  references: z.enum(["portable", "provider"]).optional(),
});

const issuesOf = (error: z.ZodError): readonly Issue[] =>
  error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));

/** Factories throw TypeErrors that are written for readers; anything else may hold anything. */
const messageOf = (thrown: unknown): string =>
  thrown instanceof TypeError ? thrown.message : "the driver could not be made";

const invalid = (issues: readonly Issue[]): ConfigError =>
  Object.freeze({
    kind: "invalid_config",
    message: `the configuration cannot be used: ${issues.map((each) => (each.path ? `${each.path}: ${each.message}` : each.message)).join("; ")}`,
    hint: "Correct the fields named in issues, and set the environment variables that they name.",
    issues: Object.freeze(issues),
    retryable: false,
    outcome: "not_sent",
  });
