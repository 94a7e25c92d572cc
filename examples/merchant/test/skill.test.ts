// The blocks of the skill file, joined in order, in an empty folder: a whole integration that pays in the sandbox.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const SKILL = readFileSync(join(ROOT, "packages/core/skills/tautan/SKILL.md"), "utf8");
const run = promisify(execFile);

/** The files that the blocks name in their first lines. */
const filesOf = (markdown: string): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  for (const [, path = "", code = ""] of markdown.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    files.set(path, (files.get(path) ?? "") + code);
  }
  return files;
};

/** A project as the skill describes it, with its packages. */
const projectOf = (files: ReadonlyMap<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-skill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "node_modules/@tautan"), { recursive: true });
  for (const name of ["core", "ledger", "webhooks", "driver-midtrans", "sandbox"]) {
    symlinkSync(join(ROOT, "packages", name), join(folder, "node_modules/@tautan", name));
  }
  symlinkSync(join(ROOT, "packages/core/node_modules/neverthrow"), join(folder, "node_modules/neverthrow"));
  for (const [path, code] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "es2024",
    noEmit: true,
    allowImportingTsExtensions: true,
    customConditions: ["@tautan/source"],
    skipLibCheck: true,
    typeRoots: [join(ROOT, "node_modules/@types")],
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src", "test"] }));
  return folder;
};

const outputOf = (
  work: Promise<{ readonly stdout: string }>,
): Promise<{ readonly code: number; readonly text: string }> =>
  work.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, text: stdout + stderr }),
  );

test("the blocks of the skill, joined in order, type-check and pay", async () => {
  const files = filesOf(SKILL);
  expect([...files.keys()]).toEqual([
    "src/payments.ts",
    "src/checkout.ts",
    "src/server.ts",
    "src/worker.ts",
    "test/payment.test.ts",
  ]);
  // Nothing is left out: each block of code is in a file.
  expect(SKILL.match(/^```ts$/gm)).toHaveLength(files.size);
  const folder = projectOf(files);
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const [types, ran] = await Promise.all([
    outputOf(run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder], { cwd: folder })),
    outputOf(run(process.execPath, ["--conditions=@tautan/source", "--test"], { cwd: folder, env })),
  ]);
  expect(types).toEqual({ code: 0, text: "" });
  expect(ran).toEqual({ code: 0, text: expect.stringContaining("pass 2") });
});

test("the front of the skill is that of its folder, within the limits of the format", () => {
  // https://agentskills.io/specification
  const [, front = ""] = /^---\n(.*?)\n---\n/s.exec(SKILL) ?? [];
  const fields = Object.fromEntries(front.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
  expect(Object.keys(fields)).toEqual(["name", "description", "license"]);
  expect(fields["name"]).toBe("tautan");
  expect(fields["description"]?.length).toBeLessThanOrEqual(1024);
  expect(SKILL.split("\n").length).toBeLessThan(500);
});
