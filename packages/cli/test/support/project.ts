// A project of a user in a folder of its own, and the program in it as a process.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { onTestFinished } from "vitest";

const PACKAGE = resolve(import.meta.dirname, "../..");

/** The output of a process, and its end. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly nodeOptions?: readonly string[];
  /** The working directory. Default: the folder of the project. */
  readonly cwd?: string;
  /** Called once, with what sends a signal to the process. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Whether anybody reads its standard output. Default true. */
  readonly isRead?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with what has come on standard output so far: for a process that does not end alone. */
  readonly onOutput?: (text: string) => void;
}

/** A user's project. */
export interface Project {
  readonly folder: string;
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<Ran>;
}

/** Values of the environment that are no secrets are short. */
export const isSecret = (value: string | undefined): value is string => value !== undefined && value.length > 8;

/**
 * Makes a project with these files and the packages of Tautan. No process in it may print a value of its `.env` file or of its
 * environment. It is removed after the test, or by `remove`. */
export const createProject = (
  files: Readonly<Record<string, string | object>>,
): Project & { readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-cli-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(PACKAGE, "node_modules/@tautan"), join(folder, "node_modules/@tautan"));
  symlinkSync(PACKAGE, join(folder, "node_modules/tautan"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return {
    folder,
    run: async (words, options = {}) => {
      const ran = await runProgram(folder, words, options);
      const { ".env": env = "" } = files;
      const secrets = Object.entries({ ...parseEnv(env as string), ...options.env });
      const shown = secrets.find(([, value]) => isSecret(value) && `${ran.stdout}${ran.stderr}`.includes(value));
      if (shown) throw new Error(`tautan ${words.join(" ")} prints the value of ${shown[0]}`);
      return ran;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** The same for one test. */
export const projectOf = (files: Readonly<Record<string, string | object>>): Project => {
  const project = createProject(files);
  onTestFinished(() => project.remove());
  return project;
};

/** Runs the program from its sources, so that no build can be stale. */
const runProgram = (
  folder: string,
  words: readonly string[],
  { input, env, onOutput, onStart, cwd = folder, nodeOptions = [], isRead = true }: RunOptions,
): Promise<Ran> => {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, NO_COLOR: ___, VITEST: ____, ...outer } = process.env;
  const child = spawn(
    process.execPath,
    [...nodeOptions, "--conditions=@tautan/source", join(PACKAGE, "src/bin.ts"), ...words],
    {
      cwd,
      env: { ...outer, ...env },
    },
  );
  onStart?.((signal) => child.kill(signal));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  if (!isRead) child.stdout.destroy();
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
};

/** The value of a process under `--json`. */
// oxlint-disable-next-line typescript/no-explicit-any -- each test checks the form that it expects
export const jsonOf = ({ stdout }: Ran): any => JSON.parse(stdout);
