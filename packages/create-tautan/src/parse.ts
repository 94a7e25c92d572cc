import { parseArgs } from "node:util";
import { type Choices, DATABASES, DEFAULT_GATEWAY, FRAMEWORKS, GATEWAYS, type Gateway } from "./choices.ts";

/** A command line. An absent choice is asked for, or has its default. */
export interface CommandLine extends Partial<Omit<Choices, "name">> {
  readonly folder: string | undefined;
  /** Ask nothing. */
  readonly yes: boolean;
  readonly help: boolean;
}

/** The command line cannot be understood. The message has what was expected. */
export class UsageError extends Error {}

export const HELP: string = `Makes a typed project that takes payments by links.

  npm create tautan [folder] -- [options]

  --framework <name>    ${FRAMEWORKS.join(", ")} (default: ${FRAMEWORKS[0]})
  --database <name>     ${DATABASES.join(", ")} (default: ${DATABASES[0]})
  --gateways <names>    one or several of ${GATEWAYS.join(",")} (default: ${DEFAULT_GATEWAY}); the first is used by default
  -y, --yes             ask nothing
  -h, --help            print this

The folder must be empty or not exist yet.
`;

const oneOf = <T extends string>(option: string, names: readonly T[], given: string): T => {
  const found = names.find((name) => name === given);
  if (found === undefined) throw new UsageError(`${option}: expected one of ${names.join(", ")}, got "${given}".`);
  return found;
};

const gatewaysIn = (given: readonly string[]): readonly Gateway[] => {
  const names = given.flatMap((each) => each.split(",")).map((name) => name.trim());
  return [...new Set(names.map((name) => oneOf("--gateways", GATEWAYS, name)))];
};

/** @throws {UsageError} */
export const parseCommandLine = (words: readonly string[]): CommandLine => {
  const { values, positionals } = read(words);
  if (positionals.length > 1) throw new UsageError(`expected one folder, got ${positionals.join(" ")}.`);
  const { framework, database, gateways, yes = false, help = false } = values;
  return {
    folder: positionals[0],
    yes,
    help,
    ...(framework !== undefined && { framework: oneOf("--framework", FRAMEWORKS, framework) }),
    ...(database !== undefined && { database: oneOf("--database", DATABASES, database) }),
    ...(gateways !== undefined && { gateways: gatewaysIn(gateways) }),
  };
};

const read = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        framework: { type: "string" },
        database: { type: "string" },
        gateways: { type: "string", multiple: true },
        yes: { type: "boolean", short: "y" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};
