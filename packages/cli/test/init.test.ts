// tautan init in projects that exist, as a process; the test that it writes runs.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { GATEWAYS } from "create-tautan";
import { expect, test } from "vitest";
import { jsonOf, projectOf } from "./support/project.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const run = promisify(execFile);

const MANIFEST = {
  "package.json": { name: "shop", type: "module", dependencies: { express: "5", pg: "8", vitest: "5" } },
};

/** Links to packages of other workspaces: those that a user installs, because init asks for it. */
const install = (folder: string, names: readonly string[]): void => {
  const modules = join(folder, "node_modules");
  rmSync(join(modules, "@tautan"));
  for (const name of names) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(realpathSync(join(ROOT, "packages/create-tautan/node_modules", name)), join(modules, name));
  }
};

test("adds what is missing, and its test passes", async () => {
  const project = projectOf(MANIFEST);
  const ran = await project.run(["init", "--database", "sqlite", "--gateways", "midtrans,singapay", "--yes", "--json"]);
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
  const { written, kept, install: commands } = jsonOf(ran);
  expect(written).toContain("tautan.config.ts");
  expect(kept).toEqual([]);
  expect(readFileSync(join(project.folder, "src/payments/webhooks.ts"), "utf8")).toContain("@tautan/webhooks/express");
  expect(commands).toHaveLength(2);
  expect(commands[0]).toMatch(/^npm install @tautan\/core@\^\S+ .*@tautan\/driver-singapay@/);
  expect(commands.join(" ")).not.toMatch(/ express@| vitest@/);

  const own = ["core", "driver-midtrans", "driver-singapay", "ledger", "sandbox", "webhooks"].map(
    (name) => `@tautan/${name}`,
  );
  install(project.folder, [...own, "express", "neverthrow", "vitest"]);
  const { NODE_OPTIONS: _, VITEST: __, NODE_ENV: ___, ...env } = process.env;
  const vitest = join(project.folder, "node_modules/vitest/vitest.mjs");
  const { stdout } = await run(process.execPath, [vitest, "run", "test/payments"], { cwd: project.folder, env });
  expect(stdout).toMatch(/Tests .*4 passed/);
});

test("keeps every file that exists, and a configuration of another name", async () => {
  const project = projectOf({
    ...MANIFEST,
    "tautan.config.json": { default: "a", gateways: {} },
    "src/payments/orders.ts": "// mine\n",
  });
  const ran = await project.run(["init", "--framework", "hono", "--yes", "--json"]);
  expect(ran.code).toBe(0);
  const { written, kept } = jsonOf(ran);
  expect(kept).toEqual(["src/payments/orders.ts", "tautan.config.ts"]);
  expect(written).not.toContain("tautan.config.ts");
  expect(existsSync(join(project.folder, "tautan.config.ts"))).toBe(false);
  expect(readFileSync(join(project.folder, "src/payments/orders.ts"), "utf8")).toBe("// mine\n");
  // Postgres, because pg is in package.json.
  expect(readFileSync(join(project.folder, "src/payments/database.ts"), "utf8")).toContain('from "pg"');
  expect(jsonOf(await project.run(["init", "--framework", "hono", "--yes", "--json"])).written).toEqual([]);
});

test.each([
  ["warns that Git would take the keys", "node_modules\n.env.local\n", true],
  ["does not warn if Git ignores them", "node_modules\r\n.env*\r\n", false],
])("%s", async (_, ignored, isWarned) => {
  const project = projectOf({ ...MANIFEST, ".gitignore": ignored });
  const { code, stderr } = await project.run(["init", "--framework", "hono", "--yes"]);
  expect([code, stderr]).toEqual([0, isWarned ? "Add .env to .gitignore before you write keys into it.\n" : ""]);
});

test("does not overwrite without asking, and without a terminal it cannot ask", async () => {
  const words = "init --framework express --database sqlite --gateways midtrans".split(" ");
  const project = projectOf({ ...MANIFEST, ".env.example": "MINE=1\n" });
  const ran = await project.run(words);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("Overwrite .env.example?");
  expect(existsSync(join(project.folder, "tautan.config.ts"))).toBe(false);
  expect(readFileSync(join(project.folder, ".env.example"), "utf8")).toBe("MINE=1\n");
});

test("a file that cannot be written leaves nothing of the others", async () => {
  const project = projectOf({ ...MANIFEST, test: "a file, not a folder\n" });
  const ran = await project.run(["init", "--yes"]);
  expect(ran.code).toBe(3);
  expect(ran.stderr).toMatch(/could not be written \((ENOTDIR|EEXIST)\)/);
  for (const path of ["tautan.config.ts", ".env.example", "src"])
    expect(existsSync(join(project.folder, path))).toBe(false);
});

test("puts the route of Next beside the others", async () => {
  const project = projectOf({ "package.json": { dependencies: { next: "16" } }, "src/app/page.tsx": "" });
  expect((await project.run(["init", "--yes"])).code).toBe(0);
  const route = readFileSync(join(project.folder, "src/app/webhooks/[gateway]/route.ts"), "utf8");
  expect(route).toContain('from "../../../payments/links.ts"');
  expect(existsSync(join(project.folder, "app"))).toBe(false);
});

test.each([
  ["expected a package.json in", {}, ["--yes"], 3],
  ["package.json: expected JSON", { "package.json": "{" }, ["--yes"], 3],
  ['expected "type": "module", found none', { "package.json": {} }, ["--yes"], 3],
  [`--gateways: expected one of ${GATEWAYS.join(", ")}, got "nobody"`, MANIFEST, ["--gateways", "nobody", "--yes"], 2],
  ["expected a terminal to ask on, found none", MANIFEST, [], 2],
])("refuses: %s", async (message, files, words, code) => {
  const project = projectOf(files);
  const ran = await project.run(["init", ...words]);
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code, stderr: expect.stringContaining(message) });
  expect(existsSync(join(project.folder, "tautan.config.ts"))).toBe(false);
});
