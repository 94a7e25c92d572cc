// The rule that docs/reference/operations.md names, as this repository has it: an operation that nobody waits for.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** The lines that lint finds fault with. */
const faultsIn = (source: string): readonly number[] => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-lint-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(ROOT, "packages/core/node_modules/neverthrow"), join(folder, "node_modules/neverthrow"));
  const compilerOptions = { strict: true, module: "nodenext", target: "es2023", noEmit: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  writeFileSync(join(folder, "shop.ts"), source);
  const bin = join(ROOT, "node_modules/.bin");
  const { stdout, stderr } = spawnSync(join(bin, "oxlint"), ["--type-aware", "--format", "unix", "shop.ts"], {
    cwd: folder,
    encoding: "utf8",
    // Where oxlint looks for the part of it that knows types.
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` },
  });
  expect(stderr).toBe("");
  return [...stdout.matchAll(/shop\.ts:(\d+):\d+: .*no-floating-promises/g)].map(([, line]) => Number(line));
};

test("an operation that nobody waits for is found, one whose result is looked at is not", { timeout: 60_000 }, () => {
  expect(
    faultsIn(`import type { ResultAsync } from "neverthrow";
declare const links: { close(id: string): ResultAsync<{ readonly id: string }, Error> };
export const lost = () => {
  links.close("a:1");
  links.close("a:2").map((link) => link.id);
};
export const kept = async () => (await links.close("a:3")).isOk();
`),
  ).toEqual([4, 5]);
});
