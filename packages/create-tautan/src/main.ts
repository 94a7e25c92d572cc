import { basename, relative, resolve } from "node:path";
import type { Choices } from "./choices.ts";
import { DEFAULT_CHOICES } from "./choices.ts";
import { type CommandLine, HELP, parseCommandLine, UsageError } from "./parse.ts";
import { projectFiles } from "./project-files.ts";
import { problemOfFolder, writeProject } from "./write-project.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** A name that npm accepts, from the name of the folder. */
const packageNameOf = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|[._-]+$/g, "") || "shop";

/** The package manager that runs this program. */
const packageManager = (): string =>
  /^(pnpm|yarn|bun)\//.exec(process.env["npm_config_user_agent"] ?? "")?.[1] ?? "npm";

const nextSteps = (folder: string, { database }: Choices): string => {
  const manager = packageManager();
  const place = relative(process.cwd(), folder);
  const steps = [
    ...(place === "" ? [] : [`cd ${/\s/.test(place) ? JSON.stringify(place) : place}`]),
    `${manager} install`,
    ...(database === "postgres"
      ? ["cp .env.example .env", "docker compose up --wait   (or your own PostgreSQL in .env)"]
      : []),
    `${manager} run dev`,
  ];
  return `Next:\n\n${steps.map((step) => `  ${step}`).join("\n")}\n\nIt prints a link. Open it and pay: the order turns paid. No account is needed.`;
};

type Answers = Omit<Choices, "name"> & { readonly folder: string };

const withDefaults = (given: CommandLine): Answers => ({
  framework: given.framework ?? DEFAULT_CHOICES.framework,
  database: given.database ?? DEFAULT_CHOICES.database,
  gateways: given.gateways ?? DEFAULT_CHOICES.gateways,
  folder: given.folder ?? ".",
});

const answersFor = async (given: CommandLine): Promise<Answers | undefined> => {
  if (given.yes) return withDefaults(given);
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError("expected a terminal to ask on, found none. Add --yes for the defaults.");
  }
  const { ask, Cancelled } = await import("./ask.ts");
  try {
    return await ask(given);
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
};

const create = async (words: readonly string[]): Promise<number> => {
  const given = parseCommandLine(words);
  if (given.help) {
    print(HELP.trimEnd());
    return 0;
  }
  const early = given.folder === undefined ? undefined : problemOfFolder(resolve(given.folder));
  if (early !== undefined) throw new UsageError(early);
  const answers = await answersFor(given);
  if (!answers) {
    complain("Nothing was written.");
    return 130;
  }
  const folder = resolve(answers.folder);
  const problem = problemOfFolder(folder);
  if (problem !== undefined) throw new UsageError(problem);
  const choices: Choices = { ...answers, name: packageNameOf(folder) };
  const files = projectFiles(choices);
  writeProject(folder, files);
  print(`${files.size} files in ${folder}\n\n${nextSteps(folder, choices)}`);
  return 0;
};

/** Runs the program. Returns its exit code: 0 done, 1 not written, 2 not understood or refused, 130 cancelled. */
export const main = async (words: readonly string[]): Promise<number> => {
  try {
    return await create(words);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    complain(
      `${error instanceof Error ? error.message : String(error)}${isUsage ? " Options: --help" : " Nothing was written."}`,
    );
    return isUsage ? 2 : 1;
  }
};
