// The sandbox in the test runners that its README names: each in a folder of its own, where it is installed as its users have it,
// as it is published. The README's own examples are what runs.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

const HERE = resolve(import.meta.dirname, "..");
const ROOT = resolve(HERE, "../..");
const SANDBOX = join(ROOT, "packages/sandbox");
const README = readFileSync(join(SANDBOX, "README.md"), "utf8");

const read = (path: string) =>
  JSON.parse(readFileSync(path, "utf8")) as {
    version: string;
    dependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
  };
const { dependencies, peerDependencies } = read(join(SANDBOX, "package.json"));

/** The first block of code under a heading. */
const example = (heading: string): string => {
  const [, code] = new RegExp(`^## ${heading}$[^]*?^\`\`\`\\w+\\n([^]*?)^\`\`\`$`, "m").exec(README) ?? [];
  if (code === undefined) throw new Error(`the README of the sandbox shows nothing under "${heading}"`);
  return code;
};

/** A folder in which somebody installed the sandbox and a test runner, and nothing else. */
const folderWith = (runner: string, installedAs: string, files: Readonly<Record<string, string>>): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tautan-runner-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const install = (name: string, from: string): void => {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(realpathSync(from), join(folder, "node_modules", name));
  };
  install(runner, join(HERE, "node_modules", installedAs));
  for (const name of Object.keys(dependencies)) install(name, join(SANDBOX, "node_modules", name));
  // A copy, so that it finds this test runner and not that of the workspace.
  if (!existsSync(join(SANDBOX, "dist/vitest.js"))) throw new Error("the sandbox is not built: npm run build");
  const copy = join(folder, "node_modules/@tautan/sandbox");
  cpSync(join(SANDBOX, "dist"), join(copy, "dist"), { recursive: true });
  cpSync(join(SANDBOX, "package.json"), join(copy, "package.json"));
  for (const [name, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

/** What a command prints, and how it ends. */
const run = (folder: string, parameters: readonly string[]): Promise<{ code: number; output: string }> =>
  new Promise((done) => {
    const { VITEST: _, VITEST_MODE: __, NODE_OPTIONS: ___, ...env } = process.env;
    const options = { cwd: folder, env: { ...env, NO_COLOR: "1", CI: "1" } };
    const child = execFile(process.execPath, [...parameters], options, (_error, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });

const SEVERAL_TESTS = `import { describe, expect, test as plain } from "vitest";
import { testWithSandbox } from "@tautan/sandbox/vitest";

const seen: { url: string; requests: number }[] = [];

describe("tests that share a sandbox", () => {
  const test = testWithSandbox({ gateways: ["xfers"], seed: 1 });
  for (const name of ["first", "second"]) {
    test(name, async ({ sandbox }) => {
      seen.push({ url: sandbox.xfers.url, requests: sandbox.requests.length });
      expect((await fetch(sandbox.xfers.url + "/api/v4/payment_links/none")).status).toBe(401);
      expect(sandbox.requests).toHaveLength(1);
    });
  }
  test("have it on the same port, as if just started", ({ sandbox }) => {
    const { url } = sandbox.xfers;
    expect(seen).toEqual([{ url, requests: 0 }, { url, requests: 0 }]);
  });
});

plain("it is closed after them", async () => {
  await expect(fetch(String(seen[0]?.url))).rejects.toThrow();
});
`;

describe("Vitest", () => {
  test.each([
    ["3", "vitest-3"],
    ["4", "vitest-4"],
    ["5", "vitest"],
  ])("%s runs the README's example, with its types", { timeout: 120_000 }, async (major, installedAs) => {
    const { version } = read(join(HERE, "node_modules", installedAs, "package.json"));
    expect(version.split(".")[0]).toBe(major);
    const folder = folderWith("vitest", installedAs, {
      "readme.test.ts": example("In Vitest"),
      "several.test.ts": SEVERAL_TESTS,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          strict: true,
          module: "nodenext",
          target: "es2024",
          noEmit: true,
          skipLibCheck: true,
          types: [],
        },
        include: ["*.test.ts"],
      }),
    });
    const tests = await run(folder, ["node_modules/vitest/vitest.mjs", "run"]);
    expect(tests.output).toMatch(/Tests {2}5 passed/);
    expect(tests).toMatchObject({ code: 0, output: expect.stringContaining(`v${version}`) });
    expect(await run(folder, [join(ROOT, "node_modules/typescript/bin/tsc")])).toEqual({ code: 0, output: "" });
  });

  test("is a peer in exactly these versions, and not needed by those who have none", () => {
    expect(peerDependencies).toEqual({ vitest: "^3.0.0 || ^4.0.0 || ^5.0.0" });
    expect(README).toContain("Vitest 3, 4 and 5");
  });
});

describe("Jest", () => {
  test("runs the README's example, as ES modules", { timeout: 120_000 }, async () => {
    const folder = folderWith("jest", "jest", { "readme.test.js": example("In Jest") });
    const tests = await run(folder, ["--experimental-vm-modules", "node_modules/jest/bin/jest.js"]);
    expect(tests.output).toMatch(/Tests: +2 passed, 2 total/);
    // Ends by itself: nothing of the sandbox stays open.
    expect(tests.code).toBe(0);
  });
});
