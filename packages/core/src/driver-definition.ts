import type { Result } from "neverthrow";
import type { AnyDriver } from "./driver-contract.ts";
import type { Issue } from "./errors.ts";

/** Where secrets are read from: `process.env`, or anything like it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Checks a gateway's entry of a configuration file and fills its secrets in. Paths are relative to the entry. */
export type DriverOptionsParser<Options> = (
  entry: unknown,
  environment: Environment,
) => Result<Options, readonly Issue[]>;

/** What a configuration needs to know of a driver: its name, how to make one, how to check its entry. */
export interface DriverDefinition<Options = unknown> {
  readonly name: string;
  /** Throws `TypeError` where the options cannot work. */
  create(options: Options): AnyDriver;
  /** Loads the schema of the options; only a configuration needs it. */
  loadParser(): Promise<DriverOptionsParser<Options>>;
}
