import { isCancel, multiselect, select, text } from "@clack/prompts";
import { type Choices, DATABASES, DEFAULT_GATEWAY, FRAMEWORKS, GATEWAYS } from "./choices.ts";
import { GATEWAY_PARTS } from "./gateway-parts.ts";
import type { CommandLine } from "./parse.ts";
import { problemOfFolder } from "./write-project.ts";

const HINTS: Readonly<Record<string, string>> = {
  node: "node:http alone",
  sqlite: "one file, nothing to install",
  postgres: "several machines, many workers",
};

const optionsOf = <T extends string>(values: readonly T[]) =>
  values.map((value) => ({ value, label: value, ...(HINTS[value] !== undefined && { hint: HINTS[value] }) }));

/** The person pressed Ctrl-C. */
export class Cancelled extends Error {}

const answered = <T>(answer: T): Exclude<T, symbol> => {
  if (isCancel(answer)) throw new Cancelled();
  return answer as Exclude<T, symbol>;
};

/**
 * Asks for all that the command line leaves open.
 *
 * @throws {Cancelled}
 */
export const ask = async (given: CommandLine): Promise<Omit<Choices, "name"> & { readonly folder: string }> => {
  const folder =
    given.folder ??
    answered(
      await text({
        message: "Into which folder?",
        placeholder: "my-shop",
        defaultValue: "my-shop",
        validate: (value) => problemOfFolder(value || "my-shop"),
      }),
    );
  const framework =
    given.framework ?? answered(await select({ message: "Which framework?", options: optionsOf(FRAMEWORKS) }));
  const database =
    given.database ?? answered(await select({ message: "Which database?", options: optionsOf(DATABASES) }));
  const gateways =
    given.gateways ??
    answered(
      await multiselect({
        message: "Which gateways? (space selects)",
        options: GATEWAYS.map((value) => ({ value, label: GATEWAY_PARTS[value].title })),
        initialValues: [DEFAULT_GATEWAY],
        required: true,
      }),
    );
  return { folder, framework, database, gateways };
};
