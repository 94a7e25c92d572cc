// Checks the commands in shell blocks of pages: scripts, commands and options of our programs, packages and files exist.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./published.mjs";

const source = (path) => import(join(ROOT, "packages", path));
const manifests = () =>
  globSync(["package.json", "{packages,examples,bench}/*/package.json", "bench/package.json"], { cwd: ROOT }).map(
    (path) => JSON.parse(readFileSync(join(ROOT, path), "utf8")),
  );

/** Programs that every reader has, or that the page is about. */
const TOOLS = new Set(["cd", "mkdir", "cp", "cat", "curl", "git", "openssl", "export", "psql", "docker"]);
const RUNS_NPM = new Set(["install", "i", "ci", "test", "start", "init", "pkg"]);

/** The words of a command, without quotes. */
const wordsOf = (command) =>
  [...command.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain,
  );

/** The commands of a block with their lines: without comments, assignments, and what becomes of the output. */
const commandsIn = ({ code, line }) => {
  const lines = code.replace(/\\\n/g, "  ").split("\n");
  return lines.flatMap((text, index) =>
    text
      .replace(/(^|\s)#.*$/, "")
      .split(/&&|\|\||[|;]/)
      .map((part) =>
        part
          .replace(/\s>+\s*\S+/g, "")
          .replace(/^\s*(?:[A-Z][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|\S*)\s+)*/, "")
          .trim(),
      )
      .filter((part) => part !== "")
      .map((part) => ({ line: line + index, words: wordsOf(part) })),
  );
};

const namesOfOptions = (words) => {
  const end = words.indexOf("--");
  return words
    .slice(0, end === -1 ? undefined : end)
    .filter((word) => word.startsWith("--"))
    .map((word) => word.slice(2).split("=")[0]);
};

const GLOBAL = ["config", "json", "quiet", "help", "version"];

const checkTautan = async (words) => {
  const { COMMANDS } = await source("cli/src/commands/table.ts");
  const { leavesOf } = await source("cli/src/frame/tree.ts");
  const leaves = new Map(leavesOf(COMMANDS));
  const name = [2, 1].map((count) => words.slice(0, count).join(" ")).find((each) => leaves.has(each));
  if (name === undefined) {
    const given = words.filter((word) => !word.startsWith("-")).slice(0, 2);
    const isGroup =
      given.length < 2 && (given.length === 0 || [...leaves.keys()].some((each) => each.startsWith(`${given[0]} `)));
    return isGroup ? [] : [`tautan has no command ${given.join(" ")}`];
  }
  const { COMMAND } = await leaves.get(name).load();
  const known = new Set([
    ...GLOBAL,
    ...Object.keys(COMMAND.options),
    ...(COMMAND.gateway ? ["gateway"] : []),
    ...(COMMAND.timeout ? ["timeout"] : []),
  ]);
  return namesOfOptions(words)
    .filter((option) => !known.has(option))
    .map((option) => `tautan ${name} has no option --${option}`);
};

const checkCreate = async (words) => {
  const usage = readFileSync(join(ROOT, "packages/create-tautan/src/parse.ts"), "utf8");
  return words
    .filter((word) => word.startsWith("--") && word.length > 2)
    .map((word) => word.slice(2).split("=")[0])
    .filter((option) => !usage.includes(`--${option}`))
    .map((option) => `create-tautan has no option --${option}`);
};

const scripts = async () => {
  const { projectFiles } = await source("create-tautan/src/index.ts");
  const made = projectFiles({ name: "shop", framework: "hono", database: "sqlite", gateways: ["midtrans"] });
  const all = [...manifests(), JSON.parse(made.get("package.json"))];
  return new Set(all.flatMap((manifest) => Object.keys(manifest.scripts ?? {})));
};

const packages = () =>
  new Set(
    manifests().flatMap(({ name, dependencies = {}, devDependencies = {}, peerDependencies = {} }) => [
      name,
      ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
    ]),
  );

const checkNpm = async ([verb, ...rest]) => {
  if (verb === "create" && rest[0] === "tautan") return checkCreate(rest);
  if (verb === "run") {
    return (await scripts()).has(rest[0]) ? [] : [`npm run ${rest[0]}: package.json has no such script`];
  }
  if (!RUNS_NPM.has(verb)) return [`npm ${verb}: expected install, run, test, start or create tautan`];
  if (verb !== "install" && verb !== "i") return [];
  const known = packages();
  return rest
    .filter((word) => !word.startsWith("-") && !/^[./]|[*]/.test(word))
    .map((word) => word.replace(/(?<=.)@[^/]*$/, ""))
    .filter((name) => !known.has(name))
    .map((name) => `${name} is neither ours nor installed here`);
};

const checkNode = (page, words) => {
  const file = words.find((word) => /\.m?[jt]s$/.test(word));
  const folders = [".", page.split("/").slice(0, -1).join("/")];
  const isOurs = /^(\.ci|packages|examples|docs|bench)\//.test(file ?? "") || page.startsWith("bench/");
  if (!isOurs || folders.some((folder) => existsSync(join(ROOT, folder, file)))) return [];
  return [`${file}: there is no such file`];
};

const checkCommand = async (page, [program, ...words]) => {
  if (program === "npx") return words[0] === "tautan" ? checkTautan(words.slice(1)) : checkNpm(["install", words[0]]);
  if (program === "tautan") return checkTautan(words);
  if (program === "npm") return checkNpm(words);
  if (program === "node") return checkNode(page, words);
  return TOOLS.has(program) ? [] : [`${program}: expected one of the known commands`];
};

/** @returns the problems, with their places in front */
export const problemsOfCommands = async (blocks) => {
  const problems = [];
  for (const block of blocks) {
    for (const { line, words } of commandsIn(block)) {
      for (const problem of await checkCommand(block.page, words)) problems.push(`${block.page}:${line}: ${problem}`);
    }
  }
  return problems;
};
