// From an empty folder to the first paid link, with the packages as they are published: npm create tautan, npm test, npm run dev. The
// packages are unpacked instead of downloaded. npm run check:create installs them with npm, for every framework.
import { linkSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { payFirstLink, testProject } from "../create/first-link.mjs";
import { installUnpacked } from "../create/unpacked.mjs";
import { runIn } from "../installs/folders.mjs";
import { packAll } from "../release/pack.mjs";
import { ROOT } from "../release/packages.mjs";

/** Everything that a new user types. */
const TYPED = ["npm create tautan shop -- --yes", "cd shop", "npm install", "npm test", "npm run dev"];
/** The program, the packages of the default project, and theirs. */
const PACKED = [
  "create-tautan",
  "tautan",
  ...["core", "driver-kit", "driver-midtrans", "ledger", "sandbox", "webhooks"].map((name) => `@tautan/${name}`),
];
/** The lines of code that a new user writes until the first link is paid. */
const OWN_LINES = 0;

test("from an empty folder to a paid link, without a line of one's own", { timeout: 180_000 }, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tautan-first-link-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const packed = packAll(ROOT, join(folder, "archives"), PACKED);

  // What npm create does: it installs the package elsewhere, and runs its program here.
  const program = join(folder, "npx");
  mkdirSync(program);
  writeFileSync(join(program, "package.json"), JSON.stringify({ dependencies: { "create-tautan": "*" } }));
  installUnpacked(program, packed);
  const bin = join(program, "node_modules/create-tautan/dist/bin.js");

  const start = performance.now();
  const printed = await runIn(folder, [process.execPath, bin, "shop", "--yes"]);
  const createMs = performance.now() - start;
  const steps = TYPED.slice(1).filter((step) => step !== "npm test");
  for (const step of steps) expect(printed).toContain(`\n  ${step}\n`);

  const shop = join(folder, "shop");
  installUnpacked(shop, packed);
  const testStart = performance.now();
  expect(await testProject(shop)).toMatch(/Tests .*2 passed/);
  const testMs = performance.now() - testStart;

  const {
    before,
    after,
    durationMs,
    isStillUp,
    printed: shown,
  } = await payFirstLink(shop, {
    // As pnpm does for another project: the file changes its number of links, and nothing else.
    whenUp: () =>
      linkSync(join(shop, "node_modules/@tautan/core/dist/index.js"), join(folder, "in-another-project.js")),
  });
  expect({ before, after, isStillUp }).toEqual({ before: "Waiting for your payment", after: "Paid", isStillUp: false });
  expect(shown).not.toContain("Restarting");

  const { projectFiles } = await import(join(program, "node_modules/create-tautan/dist/index.js"));
  const made: ReadonlyMap<string, string> = projectFiles({
    name: "shop",
    framework: "hono",
    database: "sqlite",
    gateways: ["midtrans"],
  });
  const changed = [...made].filter(([path, text]) => readFileSync(join(shop, path), "utf8") !== text);
  expect(changed).toHaveLength(OWN_LINES);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `npm create ${seconds(createMs)}, npm test ${seconds(testMs)}, npm run dev until the order is paid ${seconds(durationMs)}`,
  );
});
