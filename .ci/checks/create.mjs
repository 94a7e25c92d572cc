// Makes projects with create-tautan as the next release, installs them with npm, runs their tests and npm run dev, and pays the link that
// it prints. Usage: node .ci/checks/create.mjs [framework …], by default all, each with SQLite and with PostgreSQL
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { payFirstLink, testProject } from "../create/first-link.mjs";
import { runIn } from "../installs/folders.mjs";
import { packAll } from "../release/pack.mjs";
import { ROOT, readJson } from "../release/packages.mjs";
import { pendingChangesets, setVersions, withCopy } from "../release/versioned-copy.mjs";

const FRAMEWORKS = ["hono", "express", "fastify", "next", "node"];
const DATABASES = ["sqlite", "postgres"];
const { GATEWAYS } = await import("../../packages/create-tautan/dist/index.js");

const wanted = process.argv.length > 2 ? process.argv.slice(2) : FRAMEWORKS;
const unknown = wanted.find((name) => !FRAMEWORKS.includes(name));
if (unknown !== undefined) throw new Error(`expected frameworks of ${FRAMEWORKS.join(", ")}, got ${unknown}`);

const startPostgres = async () => {
  const child = fork(join(ROOT, "packages/ledger/test/support/postgres-child.ts"), { stdio: "ignore" });
  const [{ url, reason }] = await once(child, "message");
  if (url === undefined) console.warn(`SKIPPED postgres: ${reason}`);
  const stop = async () => {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  };
  return { url, stop: url === undefined ? async () => {} : stop };
};

const NPM_INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"];

/** The archives instead of the registry, also for what the packages need of each other. */
const useArchives = (folder, archives) => {
  const manifest = readJson(folder, "package.json");
  const own = (versions) =>
    Object.fromEntries(Object.keys(versions).map((name) => [name, archives[name] ?? versions[name]]));
  const changed = {
    ...manifest,
    dependencies: own(manifest.dependencies),
    devDependencies: own(manifest.devDependencies),
    overrides: archives,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(changed, null, 2));
};

/** The ranges of the project are those of the release. */
const expectRanges = (folder, packed) => {
  const { dependencies, devDependencies } = readJson(folder, "package.json");
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
    const own = packed.find(({ manifest }) => manifest.name === name);
    if (own && range !== `^${own.manifest.version}`) {
      throw new Error(`${name}: expected ^${own.manifest.version} in package.json, got ${range}`);
    }
  }
};

const failures = [];
const step = async (name, work) => {
  try {
    console.log(`ok   ${name}: ${await work()}`);
  } catch (error) {
    failures.push(name);
    console.error(`FAIL ${name}\n${error.message}`);
  }
};

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

await withCopy(async (copy) => {
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "tautan-create-")));
  process.on("exit", () => rmSync(elsewhere, { recursive: true, force: true }));
  if (pendingChangesets(copy).length > 0) setVersions(copy);
  const packed = packAll(copy, join(elsewhere, "archives"));
  const archives = Object.fromEntries(packed.map(({ manifest, archive }) => [manifest.name, `file:${archive}`]));
  const program = join(elsewhere, "program");
  mkdirSync(program);
  writeFileSync(
    join(program, "package.json"),
    JSON.stringify({ dependencies: { "create-tautan": archives["create-tautan"] } }),
  );
  await runIn(program, NPM_INSTALL);
  const server = await startPostgres();
  const databases = DATABASES.filter((name) => name !== "postgres" || server.url !== undefined);
  for (const framework of wanted) {
    for (const database of databases) {
      const name = `${framework}-${database}`;
      const env = database === "postgres" ? { DATABASE_URL: server.url } : {};
      await step(name, async () => {
        const options = ["--framework", framework, "--database", database, "--gateways", GATEWAYS.join(","), "--yes"];
        await runIn(elsewhere, [join(program, "node_modules/.bin/create-tautan"), name, ...options]);
        const folder = join(elsewhere, name);
        expectRanges(folder, packed);
        useArchives(folder, archives);
        await runIn(folder, NPM_INSTALL);
        await runIn(folder, ["npm", "run", "typecheck"]);
        const start = performance.now();
        await testProject(folder, { env });
        const testMs = performance.now() - start;
        const { before, after, durationMs, isStillUp } = await payFirstLink(folder, { env });
        if (before !== "Waiting for your payment" || after !== "Paid" || isStillUp) {
          throw new Error(
            `expected a page that turns paid, and a server that ends, got "${before}", "${after}", ${isStillUp ? "still up" : "ended"}`,
          );
        }
        return `npm test ${seconds(testMs)}, npm run dev until the order is paid ${seconds(durationMs)}`;
      });
    }
  }
  await server.stop();
});
process.exitCode = failures.length === 0 ? 0 : 1;
