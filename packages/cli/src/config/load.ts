import { readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { err, ok, type Result } from "neverthrow";
import { configError, type Failure } from "../failure.ts";
import type { DevConfig, LedgerConfig, WebhooksConfig } from "./define-config.ts";
import { findConfig } from "./find.ts";
import { importModule } from "./import-module.ts";
import { installCommand, missingPackage } from "./project.ts";

/** A configuration that was read. */
export interface LoadedConfig {
  /** The path of the file. */
  readonly file: string;
  /** Its folder: paths in it are relative to it, and packages are resolved from it. */
  readonly folder: string;
  /** The part for `createPaymentLinksFromConfig`, which checks it. */
  readonly core: Readonly<Record<string, unknown>>;
  readonly ledger?: LedgerConfig | undefined;
  readonly webhooks?: WebhooksConfig | undefined;
  readonly dev?: DevConfig | undefined;
  /** The environment variables that it names. */
  readonly variables: readonly string[];
}

type Loaded<T> = Result<T, Failure>;

/** Finds and reads the configuration, after the `.env` file beside it. */
export const loadConfig = async (folder: string, named: string | undefined): Promise<Loaded<LoadedConfig>> => {
  const found = findConfig(folder, named);
  if (found.isErr()) return err(found.error);
  const file = found.value;
  const environment = loadEnvironment(dirname(file));
  if (environment.isErr()) return err(environment.error);
  const read = await (extname(file) === ".json" ? readJson(file) : importConfig(file));
  if (read.isErr()) return err(read.error);
  const config = read.value;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    return err(
      configError(`${file}: expected an object with default and gateways`, "Export it as the default export."),
    );
  }
  const { OWN_PARTS } = await import("./schema.ts");
  const own = OWN_PARTS.safeParse(config);
  if (!own.success) {
    const problems = own.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return err(configError(`${file} cannot be used: ${problems.join("; ")}`, "Correct the fields that are named."));
  }
  const core = Object.fromEntries(Object.entries(config).filter(([key]) => !(key in OWN_PARTS.shape)));
  return ok({ file, folder: dirname(file), core, ...own.data, variables: variablesIn(config) });
};

/** Reads the `.env` file of a folder if there is one. Variables of the environment stay as they are. */
export const loadEnvironment = (folder: string): Loaded<undefined> => {
  const file = join(folder, ".env");
  try {
    process.loadEnvFile(file);
    return ok(undefined);
  } catch (thrown) {
    const { code = "an exception" } = thrown as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? ok(undefined)
      : err(configError(`${file} cannot be read (${code})`, "Make it readable, or remove it."));
  }
};

const readJson = async (file: string): Promise<Loaded<unknown>> => {
  const text = await readFile(file, "utf8");
  try {
    return ok(JSON.parse(text));
  } catch (thrown) {
    // The message of the exception quotes the file.
    const [, position] = /position (\d+)/.exec((thrown as Error).message) ?? [];
    const line = text.slice(0, Number(position ?? text.length)).split("\n").length;
    return err(configError(`${file}:${line}: expected JSON`, "Correct that line or the one before it."));
  }
};

const importConfig = async (file: string): Promise<Loaded<unknown>> => {
  if (extname(file) === ".ts" && !process.features.typescript) {
    return err(
      configError(
        `${file} is TypeScript, and Node ${process.versions.node} does not run it`,
        "Use Node 22.18 or later, or write the configuration as tautan.config.js or tautan.config.json.",
      ),
    );
  }
  try {
    const { default: config } = (await importModule(pathToFileURL(file).href)) as { readonly default?: unknown };
    return ok(config);
  } catch (thrown) {
    const missing = missingPackage(thrown);
    if (missing !== undefined) {
      return err(configError(`${file}: it imports ${missing}, which is not there`, adviceOn(missing, file)));
    }
    // The message of an exception may contain anything, such as a secret.
    const { name, stack = "", code } = thrown as Partial<NodeJS.ErrnoException>;
    const [after] = [pathToFileURL(file).href, file]
      .map((place) => stack.split(`${place}:`)[1])
      .flatMap((each) => each ?? []);
    const [line] = after?.match(/^\d+/) ?? [];
    return err(
      configError(
        `${file}${line === undefined ? "" : `:${line}`} cannot be loaded (${code ?? name ?? "an exception"})`,
        `Run node ${file} to see why.`,
      ),
    );
  }
};

const adviceOn = (missing: string, file: string): string =>
  /^[./]/.test(missing) ? "Correct the path of the import." : `Install it: ${installCommand(missing, dirname(file))}`;

/** The names of all `{ env: "NAME" }`. */
const variablesIn = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  const { env, ...rest } = value as { readonly env?: unknown };
  if (typeof env === "string" && Object.keys(rest).length === 0) return [env];
  return Object.values(value).flatMap(variablesIn);
};
