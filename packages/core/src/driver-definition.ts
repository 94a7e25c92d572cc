import type { Result } from "neverthrow";
import type { AnyDriver } from "./driver-contract.ts";
import type { Issue } from "./errors.ts";

/** Where secrets are read from: `process.env`, or anything like it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Checks a gateway's entry of a configuration file and fills its secrets in. */
export interface DriverOptionsParser<Options> {
  /** Paths are relative to the entry, which comes without `driver` and `aliases`. */
  (entry: unknown, environment: Environment): Result<Options, readonly Issue[]>;
  /** The form of such an entry as JSON Schema, draft 7, for editors. Without it an entry of this driver may hold anything. */
  readonly jsonSchema?: (() => JsonSchema) | undefined;
}

/** A JSON Schema that describes an object. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** What a configuration needs to know of a driver: its name, how to make one, how to check its entry. */
export interface DriverDefinition<Options = unknown> {
  readonly name: string;
  /** Throws `TypeError` where the options cannot work. */
  create(options: Options): AnyDriver;
  /** Loads the schema of the options; only a configuration needs it. */
  loadParser(): Promise<DriverOptionsParser<Options>>;
}
