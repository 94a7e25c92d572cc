import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import { type Check, failing, good, warning } from "./check.ts";

/** Shorter values occur in any text. */
const SHORTEST_SECRET = 8;

/** Whether the variables of a configuration are set, and only in the environment. No check contains a value. */
export const checkSecrets = async (
  { file, folder, variables }: LoadedConfig,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Check[]> => {
  const names = [...new Set(variables)];
  const values = names.map((name) => checkValue(name, environment[name])).filter((each) => each !== undefined);
  const checks = [...values, ...(await checkFile(file, names, environment)), ...(await checkEnvironmentFile(folder))];
  if (checks.length > 0) return checks;
  return [good("secrets", "secrets", names.length === 0 ? "none is needed" : `${names.join(", ")} are set`)];
};

const checkValue = (name: string, value: string | undefined): Check | undefined => {
  if (value === undefined || value === "") {
    return failing(
      "secrets",
      "secret_missing",
      `the environment variable ${name} is ${value === undefined ? "not set" : "empty"}`,
      "Set it, or write it into the .env file beside the configuration.",
    );
  }
  if (/^["'`\s]|["'`,;\s]$|\\[nr]$/.test(value)) {
    return failing(
      "secrets",
      "secret_has_whitespace",
      `${name} has quotes, white space or a separator around its value`,
      "Remove them: they become a part of the secret.",
    );
  }
  if (/^(?:<.*>|x{3,}|\.{3}|change[-_ ]?me.*|your[-_ ].*|todo|secret|replace[-_ ].*)$/i.test(value)) {
    return failing("secrets", "secret_is_placeholder", `${name} has the text of an example`, "Set the real value.");
  }
  return undefined;
};

const checkFile = async (
  file: string,
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<readonly Check[]> => {
  const text = await readFile(file, "utf8").catch(() => "");
  return names
    .filter((name) => (environment[name]?.length ?? 0) >= SHORTEST_SECRET && text.includes(environment[name] ?? ""))
    .map((name) =>
      failing(
        "secrets",
        "secret_in_config",
        `${file} contains the value of ${name}`,
        "Remove it from the file. If the file was ever shared or committed, replace the secret at the gateway.",
      ),
    );
};

const checkEnvironmentFile = async (folder: string): Promise<readonly Check[]> => {
  const file = join(folder, ".env");
  if (!existsSync(file) || (await git(folder, "rev-parse", "--is-inside-work-tree")) !== 0) return [];
  if ((await git(folder, "ls-files", "--error-unmatch", ".env")) === 0) {
    return [
      failing(
        "secrets",
        "env_file_tracked",
        `${file} is in git, and so is every secret in it`,
        "Run git rm --cached .env, add .env to .gitignore, and replace the secrets at the gateways.",
      ),
    ];
  }
  if ((await git(folder, "check-ignore", "--quiet", ".env")) === 0) return [];
  return [warning("secrets", "env_file_not_ignored", `git does not ignore ${file}`, "Add .env to .gitignore.")];
};

/** The exit code of git, or -1 without git. */
const git = (cwd: string, ...words: readonly string[]): Promise<number> =>
  new Promise((done) => {
    execFile("git", words, { cwd }, (error) =>
      done(error === null ? 0 : typeof error.code === "number" ? error.code : -1),
    );
  });
