// The program as a process.
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { GATEWAYS, projectFiles } from "../src/index.ts";
import { writeProject } from "../src/write-project.ts";

const BIN = resolve(import.meta.dirname, "../src/bin.ts");

const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tautan-create-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ended = (child: ChildProcess): Promise<Ran> => {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (text: Buffer) => (stdout += String(text)));
  child.stderr?.on("data", (text: Buffer) => (stderr += String(text)));
  return new Promise((done) => child.on("close", (code) => done({ code, stdout, stderr })));
};

const run = (folder: string, ...words: readonly string[]): Promise<Ran> => runBy("npm", folder, ...words);

const runBy = (manager: string, folder: string, ...words: readonly string[]): Promise<Ran> => {
  const { NODE_OPTIONS: _, ...outer } = process.env;
  const env = { ...outer, npm_config_user_agent: `${manager}/1.0.0 node/v24.0.0` };
  return ended(spawn(process.execPath, [BIN, ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] }));
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test("makes the project that was asked for, in a new folder", async () => {
  const folder = temporaryFolder();
  const { code, stdout, stderr } = await run(
    folder,
    ..."My.Shop --framework express --database postgres --gateways xfers,midtrans --yes".split(" "),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const choices = {
    name: "my.shop",
    framework: "express",
    database: "postgres",
    gateways: ["xfers", "midtrans"],
  } as const;
  const expected = projectFiles(choices);
  expect(filesIn(join(folder, "My.Shop"))).toEqual([...expected.keys()].sort());
  expect(readFileSync(join(folder, "My.Shop/package.json"), "utf8")).toBe(expected.get("package.json"));
  expect(stdout).toMatch(/ {2}cd My\.Shop\n {2}npm install\n {2}cp \.env\.example \.env\n[^]* {2}npm run dev\n/);
});

test("names the commands of the package manager that runs it", async () => {
  const { code, stdout } = await runBy("pnpm", temporaryFolder(), "shop", "--yes");
  expect(code).toBe(0);
  expect(stdout).toMatch(/ {2}pnpm install\n {2}pnpm run dev\n/);
});

test("makes the default in the empty folder that it runs in, beside a .git", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, ".git"));
  const { code, stdout } = await run(folder, "--yes");
  expect(code).toBe(0);
  expect(stdout).not.toContain("cd ");
  expect(readFileSync(join(folder, "src/app.ts"), "utf8")).toContain('from "hono"');
  expect(readFileSync(join(folder, ".gitignore"), "utf8")).toContain(".env*\n");
});

test("refuses an older Node, on which the project would not run", async () => {
  const folder = temporaryFolder();
  const versions = '{ value: { ...process.versions, node: "20.19.0" } }';
  const pretence = `data:text/javascript,Object.defineProperty(process, "versions", ${versions})`;
  const words = ["--import", pretence, BIN, "shop", "--yes"];
  const ran = await ended(spawn(process.execPath, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] }));
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toBe("The project needs Node 22.20 or later, and this is 20.19.0. Nothing was written.\n");
  expect(filesIn(folder)).toEqual([]);
});

test("refuses a folder that is not empty, and writes nothing", async () => {
  const folder = temporaryFolder();
  for (const name of ["a.txt", "b.txt", "c.txt", "d.txt"]) writeFileSync(join(folder, name), "");
  const { code, stderr } = await run(folder, "--yes");
  expect(code).toBe(2);
  expect(stderr).toContain(`${folder}: expected an empty folder, found a.txt, b.txt, c.txt and 1 more.`);
  expect(stderr).toContain("npx tautan init");
  expect(filesIn(folder)).toEqual(["a.txt", "b.txt", "c.txt", "d.txt"]);
  const file = await run(folder, "a.txt", "--yes");
  expect([file.code, file.stderr]).toEqual([2, expect.stringContaining("a.txt is a file")]);
});

test.each([
  [
    ["shop", "--framework", "rails", "--yes"],
    '--framework: expected one of hono, express, fastify, next, node, got "rails"',
  ],
  [["shop", "--database", "mysql", "--yes"], "--database: expected one of sqlite, postgres"],
  [["shop", "--gateways", "midtrans,nobody", "--yes"], `--gateways: expected one of ${GATEWAYS.join(", ")}`],
  [["shop", "--framwork", "hono", "--yes"], "Unknown option '--framwork'"],
  [["shop", "other", "--yes"], "expected one folder, got shop other"],
  [["shop"], "expected a terminal to ask on, found none. Add --yes"],
])("refuses %j", async (words, message) => {
  const folder = temporaryFolder();
  const { code, stderr } = await run(folder, ...words);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  expect(filesIn(folder)).toEqual([]);
});

test("a project that cannot be written leaves nothing", () => {
  const folder = join(temporaryFolder(), "shop");
  const files = new Map([
    ["src/a.ts", "1\n"],
    ["src/a.ts/b.ts", "2\n"],
  ]);
  expect(() => writeProject(folder, files)).toThrow(/ENOTDIR|EEXIST/);
  expect(existsSync(folder)).toBe(false);
  // Also if the folder was there: it stays, empty.
  mkdirSync(folder);
  expect(() => writeProject(folder, files)).toThrow(/ENOTDIR|EEXIST/);
  expect(readdirSync(folder)).toEqual([]);
});
