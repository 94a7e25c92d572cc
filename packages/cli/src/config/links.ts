import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { PaymentLinks } from "@tautan/core";
import type { DriverDefinition } from "@tautan/core/config";
import { err, ok, type Result } from "neverthrow";
import { configError, type Failure } from "../failure.ts";
import type { LoadedConfig } from "./load.ts";
import { importFromProject } from "./project.ts";

type Loaded<T> = Result<T, Failure>;

/** Creates the payment links of a configuration, with the drivers of the user's project. */
export const loadLinks = async (
  config: LoadedConfig,
  environment: NodeJS.ProcessEnv,
): Promise<Loaded<PaymentLinks>> => {
  const { gateways } = config.core;
  const definitions = new Map<string, DriverDefinition>();
  const named: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(typeof gateways === "object" && gateways !== null ? gateways : {})) {
    const driver: unknown = (entry as { readonly driver?: unknown } | null)?.driver;
    named[key] = entry;
    // Core explains what is wrong with anything else.
    if (typeof driver !== "string" || driver === "") continue;
    const loaded = await loadDriver(driver, `gateways.${key}.driver`, config);
    if (loaded.isErr()) return err(loaded.error);
    definitions.set(loaded.value.name, loaded.value);
    named[key] = { ...(entry as object), driver: loaded.value.name };
  }
  const { createPaymentLinksFromConfig } = await import("@tautan/core/config");
  const core = typeof gateways === "object" && gateways !== null ? { ...config.core, gateways: named } : config.core;
  const links = await createPaymentLinksFromConfig(core, { drivers: [...definitions.values()], env: environment });
  return links.mapErr((error) => ({ ...error, message: `${config.file}: ${error.message}` }));
};

/** Names that are not those of Tautan's own drivers: packages of their own, and paths. */
export const isOwnName = (driver: string): boolean =>
  /^[a-z0-9][a-z0-9-]*$/.test(driver) && !driver.startsWith("tautan-driver-");

const loadDriver = async (driver: string, path: string, config: LoadedConfig): Promise<Loaded<DriverDefinition>> => {
  const isOwn = isOwnName(driver);
  const specifier = isOwn
    ? `@tautan/driver-${driver}`
    : driver.startsWith(".")
      ? pathToFileURL(resolve(config.folder, driver)).href
      : driver;
  const loaded = await importFromProject(specifier, config.file);
  if (loaded.isErr()) return err({ ...loaded.error, message: `${config.file}: ${path}: ${loaded.error.message}` });
  const found = [...new Set(Object.values(loaded.value))]
    .filter(isDefinition)
    .filter((each) => !isOwn || each.name === driver);
  if (found.length === 1 && found[0]) return ok(found[0]);
  return err(
    configError(
      `${config.file}: ${path}: expected one driver definition among the exports of ${specifier}, found ${found.length}`,
      "Export an object with name, create and loadParser: see examples/custom-driver.",
    ),
  );
};

const isDefinition = (value: unknown): value is DriverDefinition => {
  const { name, create, loadParser } = (value ?? {}) as Partial<DriverDefinition>;
  return typeof name === "string" && typeof create === "function" && typeof loadParser === "function";
};
