import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  addedFiles,
  DATABASES,
  DEFAULT_GATEWAY,
  dependenciesOf,
  FRAMEWORKS,
  GATEWAYS,
  type Gateway,
  releaseOfFiles,
} from "create-tautan";
import { err, ok, type Result } from "neverthrow";
import { CONFIG_FILES } from "../../config/find.ts";
import { installCommand } from "../../config/project.ts";
import { configError, type Failure, usageError } from "../../failure.ts";
import { type Command, type Context, command } from "../../frame/command.ts";

const OPTIONS = {
  framework: {
    type: "string",
    choices: FRAMEWORKS,
    description: "The framework of the endpoint. Default: that of package.json",
  },
  database: {
    type: "string",
    choices: DATABASES,
    description: "Where the ledger is. Default: postgres if pg is in package.json",
  },
  gateways: { type: "string", value: "names", description: `One or several of ${GATEWAYS.join(",")}` },
  yes: { type: "boolean", short: "y", description: "Ask nothing: take the defaults, and keep every file that exists" },
} as const;

export const COMMAND: Command = command({
  description:
    "Adds the configuration, the ledger, the webhook endpoint and a test to the project of this folder. Nothing that exists is changed\n" +
    "without a question. For a new project: npm create tautan",
  options: OPTIONS,
  examples: ["tautan init", "tautan init --framework express --database postgres --gateways midtrans,xfers --yes"],
  run: async (context) => {
    const project = readProject(context.folder);
    if (project.isErr()) return err(project.error);
    const choices = await choicesFor(context, project.value);
    if (choices.isErr()) return err(choices.error);
    const { framework } = choices.value;
    if (framework !== "next" && project.value.type !== "module") {
      return err(
        configError(
          `${join(context.folder, "package.json")}: expected "type": "module", found none`,
          'The files are ES modules. Add "type": "module", or put them into a package that has it.',
        ),
      );
    }
    const hasAppInSrc = framework === "next" && existsSync(join(context.folder, "src/app"));
    const files = addedFiles({ ...choices.value, hasAppInSrc });
    const chosen = await withoutKept(context, files);
    if (chosen.isErr()) return err(chosen.error);
    const written = await writeAll(context, chosen.value);
    if (written.isErr()) return err(written.error);
    const kept = [...files.keys()].filter((path) => !chosen.value.has(path));
    const install = installOf(choices.value, project.value, context.folder);
    const value = { written: [...chosen.value.keys()], kept, install };
    context.output.value(value, {
      text: () =>
        [
          ...value.written.map((path) => `  added  ${path}`),
          ...kept.map((path) => `  kept   ${path}`),
          "",
          ...(install.length > 0 ? ["Install what is missing:", "", ...install.map((line) => `  ${line}`), ""] : []),
          "Then pay a link on this machine, without an account:",
          "",
          "  npx vitest run test/payments",
          "",
          nextStep(framework),
        ].join("\n"),
      quiet: () => value.written.join("\n"),
    });
    if (!ignoresEnvironment(context.folder)) {
      context.output.note("Add .env to .gitignore before you write keys into it.");
    }
    return ok(undefined);
  },
});

/** Whether .gitignore of the folder names the file with the keys. */
const ignoresEnvironment = (folder: string): boolean => {
  const file = join(folder, ".gitignore");
  return existsSync(file) && /^\/?\.env\*?\s*$/m.test(readFileSync(file, "utf8"));
};

interface Manifest {
  readonly type?: unknown;
  readonly dependencies: Readonly<Record<string, unknown>>;
}

const readProject = (folder: string): Result<Manifest, Failure> => {
  const file = join(folder, "package.json");
  if (!existsSync(file)) {
    return err(configError(`expected a package.json in ${folder}, found none`, "For a new project: npm create tautan"));
  }
  try {
    const { type, dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8")) as Partial<
      Record<string, object>
    >;
    return ok({ type, dependencies: { ...dependencies, ...devDependencies } });
  } catch {
    return err(configError(`${file}: expected JSON`, "Correct it."));
  }
};

type Choices = Parameters<typeof addedFiles>[0];

const choicesFor = async (
  context: Context<typeof OPTIONS>,
  { dependencies }: Manifest,
): Promise<Result<Choices, Failure>> => {
  const { framework, database, gateways, yes } = context.options;
  const named = gateways?.split(",").map((name) => name.trim());
  const wrong = named?.find((name) => !GATEWAYS.some((each) => each === name));
  if (wrong !== undefined) {
    return err(
      usageError(
        `--gateways: expected one of ${GATEWAYS.join(", ")}, got ${JSON.stringify(wrong.slice(0, 40))}`,
        "Correct it.",
      ),
    );
  }
  const guessed = {
    framework: framework ?? FRAMEWORKS.find((name) => Object.hasOwn(dependencies, name)) ?? "node",
    database: database ?? (Object.hasOwn(dependencies, "pg") ? "postgres" : "sqlite"),
    gateways: [...new Set(named as readonly Gateway[] | undefined)],
  };
  const isComplete = framework !== undefined && database !== undefined && named !== undefined;
  if (yes || isComplete) return ok({ ...guessed, gateways: named ? guessed.gateways : [DEFAULT_GATEWAY] });
  if (!context.input.isTerminal || !process.stderr.isTTY) {
    return err(
      usageError("expected a terminal to ask on, found none", "Add --yes, or --framework, --database and --gateways."),
    );
  }
  const { askForProject } = await import("../../frame/ask-for-project.ts");
  return askForProject(
    { framework, database, gateways: named ? guessed.gateways : undefined },
    guessed,
    context.signal,
  );
};

/** The files to write: one that exists only after a yes. */
const withoutKept = async (
  context: Context<typeof OPTIONS>,
  files: ReadonlyMap<string, string>,
): Promise<Result<ReadonlyMap<string, string>, Failure>> => {
  const chosen = new Map<string, string>();
  const hasConfig = CONFIG_FILES.find((name) => existsSync(join(context.folder, name)));
  for (const [path, text] of files) {
    // Two configurations are none.
    const existing = path === "tautan.config.ts" && hasConfig !== undefined ? hasConfig : path;
    const isThere = existsSync(join(context.folder, existing));
    if (!isThere) chosen.set(path, text);
    else if (!context.options.yes && existing === path && readFileSync(join(context.folder, path), "utf8") !== text) {
      const answer = await context.confirm(`Overwrite ${path}?`);
      if (answer.isOk()) chosen.set(path, text);
      else if (answer.error.kind !== "not_confirmed" || !process.stderr.isTTY) return err(answer.error);
    }
  }
  return ok(chosen);
};

/** All files or none: those that were new are removed if one cannot be written, or after Ctrl-C. */
const writeAll = async (
  { folder, signal }: Context<typeof OPTIONS>,
  files: ReadonlyMap<string, string>,
): Promise<Result<undefined, Failure>> => {
  const made: string[] = [];
  try {
    for (const [path, text] of files) {
      signal.throwIfAborted();
      const file = join(folder, path);
      const isNew = !existsSync(file);
      const firstFolder = await mkdir(dirname(file), { recursive: true });
      if (firstFolder !== undefined) made.push(firstFolder);
      if (isNew) made.push(file);
      await writeFile(file, text);
    }
    return ok(undefined);
  } catch (thrown) {
    for (const path of made.toReversed()) await rm(path, { recursive: true, force: true });
    const { code = "an exception", path = folder } = thrown as NodeJS.ErrnoException;
    return err(configError(`${path} could not be written (${code})`, "Correct it, and run the command again."));
  }
};

/** The commands that install what package.json does not list. */
const installOf = (choices: Choices, { dependencies }: Manifest, folder: string): readonly string[] => {
  const { runtime, development } = dependenciesOf(choices, releaseOfFiles());
  const missing = (versions: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(versions)
      .filter(([name]) => !Object.hasOwn(dependencies, name))
      .map(([name, range]) => `${name}@${range}`);
  const [now, later] = [missing(runtime), missing(development)];
  return [
    ...(now.length > 0 ? [installCommand(now.join(" "), folder)] : []),
    ...(later.length > 0 ? [installCommand(`-D ${later.join(" ")}`, folder)] : []),
  ];
};

const nextStep = (framework: Choices["framework"]): string => {
  const start = "Start the worker where your server starts: startWorker() of src/payments/worker.ts.";
  switch (framework) {
    case "next":
      return "Add the packages @tautan/… that src/payments imports to serverExternalPackages in next.config.";
    case "node":
      return `Call receiveWebhook of src/payments/webhooks.ts for POST /webhooks/{gateway}. ${start}`;
    case "hono":
    case "express":
    case "fastify":
      return `Call mountWebhooks(app) of src/payments/webhooks.ts, above what reads bodies. ${start}`;
  }
};
