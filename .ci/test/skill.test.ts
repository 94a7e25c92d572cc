// The blocks of the skill file, joined in order, in an empty folder: a whole integration that pays in the sandbox. That they type-check is
// tested for every page.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { blocksIn, filesOf, textOf } from "../../docs/.vitepress/blocks.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = "packages/core/skills/tautan/SKILL.md";
const SKILL = readFileSync(join(ROOT, PAGE), "utf8");
const run = promisify(execFile);

/** The files that the blocks name in their first lines. */
const filesOfSkill = (): ReadonlyMap<string, string> => {
  const blocks = blocksIn(PAGE, SKILL).filter(({ language }: { language?: string }) => language === "ts");
  const { files, problems } = filesOf(ROOT, blocks, "ts");
  expect(problems).toEqual([]);
  return new Map(
    files.map((file: { path: string; parts: never[] }) => [file.path.replace(/^[^/]+\//, ""), textOf(file).text]),
  );
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
  return folder;
};

test("the blocks of the skill, joined in order, pay in the sandbox", async () => {
  const files = filesOfSkill();
  expect([...files.keys()]).toEqual([
    "src/payments.ts",
    "src/checkout.ts",
    "src/server.ts",
    "src/worker.ts",
    "test/payment.test.ts",
  ]);
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  // Rejects, with the output, if a test fails.
  const { stdout } = await run(process.execPath, ["--conditions=@tautan/source", "--test"], {
    cwd: projectOf(files),
    env,
  });
  expect(stdout).toContain("pass 2");
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
