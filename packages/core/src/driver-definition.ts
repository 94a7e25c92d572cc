import type { Result } from "neverthrow";
import type { AnyDriver } from "./driver-contract.ts";
import type { Issue } from "./errors.ts";

/** The source of secrets: `process.env`, or an object like it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Checks a gateway's entry in a configuration file, and reads its secrets from the environment. */
export interface DriverOptionsParser<Options> {
  /** `entry` has no `driver` and no `aliases`. The paths of issues are relative to it. */
  (entry: unknown, environment: Environment): Result<Options, readonly Issue[]>;
  /** The JSON Schema (draft 7) of an entry, for editors. Without it, an entry of this driver may have any content. */
  readonly jsonSchema?: (() => JsonSchema) | undefined;
}

/** A JSON Schema that describes an object. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** A driver for configuration files: its name, its factory, and the check of its entry. */
export interface DriverDefinition<Options = unknown> {
  readonly name: string;
  /** @throws `TypeError` if the options are invalid. */
  create(options: Options): AnyDriver;
  /** Loads the schema of the options, which only configuration files need. */
  loadParser(): Promise<DriverOptionsParser<Options>>;
}
