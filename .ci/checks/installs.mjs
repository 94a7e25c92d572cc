// Packs all packages as the next release, installs the archives with every package manager into empty folders on the oldest and the newest
// version of Node, runs a small shop there and type-checks another; once more with every peer at the lowest version that is allowed.
// Usage: node .ci/checks/installs.mjs [--short]   With --short: only npm on the running Node, and the lowest peers.
import { fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  entryPointsOf,
  importProgram,
  importTest,
  typesConfiguration,
  typesProgram,
} from "../installs/entry-points.mjs";
import { installInto, managersIn, runIn } from "../installs/folders.mjs";
import { packAll } from "../release/pack.mjs";
import { ROOT, readJson } from "../release/packages.mjs";
import { pendingChangesets, setVersions, withCopy } from "../release/versioned-copy.mjs";

const isShort = process.argv.includes("--short");
const TYPESCRIPT = createRequire(import.meta.url)
  .resolve("typescript/package.json")
  .replace("package.json", "bin/tsc");

const { devDependencies, engines, packageManager } = readJson(ROOT, "package.json");
const OLDEST_NODE = `${engines.node.replace(">=", "")}.0`;

/** The versions of Node: the oldest that is allowed comes from npm, the other is the one that runs this. */
const nodesIn = (tools) => {
  const oldest = join(tools, "node_modules/node-oldest/bin/node");
  if (!existsSync(oldest)) console.warn(`SKIPPED Node ${OLDEST_NODE}: npm has no binary for this system`);
  return [...(existsSync(oldest) ? [["oldest", oldest]] : []), ["newest", process.execPath]];
};

const installTools = async (tools) => {
  mkdirSync(tools);
  const node = `node-${process.platform}-${process.arch}`;
  const dependencies = {
    "npm-10": "npm:npm@10.9.9",
    "npm-12": "npm:npm@12.2.2",
    yarn: "1.22.22",
    "@yarnpkg/cli-dist": "4.18.1",
  };
  const optionalDependencies = { "node-oldest": `npm:${node}@${OLDEST_NODE}` };
  writeFileSync(join(tools, "package.json"), JSON.stringify({ private: true, dependencies, optionalDependencies }));
  await runIn(tools, ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
};

const lowestOf = (range) => range.split(/\s|\|\|/)[0].replace(/^[^\d]*/, "");

/** Every peer, also the optional ones, in the lowest version that each package allows. */
const lowestPeers = (packed) =>
  Object.fromEntries(
    packed.flatMap(({ manifest }) =>
      Object.entries(manifest.peerDependencies ?? {})
        .filter(([name]) => !name.startsWith("@tautan/"))
        .map(([name, range]) => [name, lowestOf(range)]),
    ),
  );

const requiredPeers = (packed) =>
  Object.fromEntries(
    packed.flatMap(({ manifest }) =>
      Object.entries(manifest.peerDependencies ?? {}).filter(
        ([name]) => !name.startsWith("@tautan/") && manifest.peerDependenciesMeta?.[name]?.optional !== true,
      ),
    ),
  );

const EXPECTED = JSON.stringify({ statuses: [200, 200], changes: 1 });

const runShop = async (folder, command, { node, env }) => {
  copyFileSync(join(ROOT, ".ci/installs/shop.mjs"), join(folder, "shop.mjs"));
  const output = (await runIn(folder, [...command, "shop.mjs"], { node, env })).trim();
  if (output !== EXPECTED) throw new Error(`shop.mjs: expected ${EXPECTED}, got ${output}`);
};

const checkTypes = async (folder, entryPoints) => {
  writeFileSync(join(folder, "shop.ts"), typesProgram(entryPoints));
  for (const resolution of ["nodenext", "bundler"]) {
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(typesConfiguration(resolution)));
    await runIn(folder, [process.execPath, TYPESCRIPT, "-p", folder]);
  }
};

/** The entry points that load with what is installed. Without optional peers, only those may fail that need one. */
const loadableIn = async (folder, entryPoints, { command, inFolder }) => {
  writeFileSync(join(folder, "import-all.mjs"), importProgram(entryPoints));
  const without = JSON.parse(await runIn(folder, [...command, "import-all.mjs"], inFolder));
  return entryPoints.filter(({ specifier }) => !without.includes(specifier));
};

const tryOut = async (folder, { manager, node, packed, dependencies }) => {
  const archives = Object.fromEntries(packed.map(({ manifest, archive }) => [manifest.name, archive]));
  await installInto(folder, manager, { archives, dependencies, node });
  const command = manager.run(node);
  const inFolder = { node, env: manager.env };
  await runShop(folder, command, inFolder);
  const entryPoints = entryPointsOf(packed);
  const loadable = await loadableIn(folder, entryPoints, { command, inFolder });
  if (manager.hasNodeModules) await checkTypes(folder, loadable);
  return `${loadable.length} of ${entryPoints.length} entry points${manager.hasNodeModules ? " and their types" : ""}`;
};

/** With every peer, also the optional ones, at its lowest version: all entry points load. */
const tryLowest = async (folder, { manager, packed, dependencies, databaseUrl }) => {
  const node = process.execPath;
  const archives = Object.fromEntries(packed.map(({ manifest, archive }) => [manifest.name, archive]));
  await installInto(folder, manager, { archives, dependencies, node });
  await runShop(folder, manager.run(node), {
    node,
    env: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
  });
  const entryPoints = entryPointsOf(packed);
  writeFileSync(join(folder, "entry-points.test.mjs"), importTest(entryPoints));
  await runIn(folder, [node, "node_modules/vitest/vitest.mjs", "run"]);
  await checkTypes(folder, entryPoints);
  return `${entryPoints.length} entry points and their types`;
};

const startPostgres = async () => {
  const child = fork(join(ROOT, "packages/ledger/test/support/postgres-child.ts"), { stdio: "ignore" });
  const [{ url, reason }] = await once(child, "message");
  const stop = async () => {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  };
  return url === undefined ? { reason, stop: async () => {} } : { url, stop };
};

const failures = [];
const step = async (name, work) => {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    console.log(`ok   ${name}: ${await work()} (${seconds()})`);
  } catch (error) {
    failures.push(name);
    console.error(`FAIL ${name} (${seconds()})\n${error.message}`);
  }
};

await withCopy(async (copy) => {
  // Not in the copy, because Node and managers also look in the folders above.
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "tautan-installs-")));
  process.on("exit", () => rmSync(elsewhere, { recursive: true, force: true }));
  if (pendingChangesets(copy).length > 0) setVersions(copy);
  const packed = packAll(copy, join(elsewhere, "archives"));
  const tools = join(elsewhere, "tools");
  await installTools(tools);
  const managers = managersIn(tools, { pnpmVersion: packageManager.replace("pnpm@", "") });
  const types = { "@types/node": devDependencies["@types/node"] };
  const dependencies = { ...requiredPeers(packed), ...types };
  for (const [age, node] of isShort ? [["newest", process.execPath]] : nodesIn(tools)) {
    for (const manager of isShort ? managers.slice(1, 2) : managers) {
      // npm 12 needs Node 22.22.2.
      if (manager.name === "npm 12" && age === "oldest") continue;
      const version = (await runIn(elsewhere, [node, "--version"])).trim();
      const folder = join(elsewhere, `${age}-${manager.name.replaceAll(" ", "-")}`);
      await step(`${manager.name} on Node ${version}`, () => tryOut(folder, { manager, node, packed, dependencies }));
    }
  }
  const peers = lowestPeers(packed);
  const names = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const server = peers["pg"] === undefined ? undefined : await startPostgres();
  if (server?.reason !== undefined) console.warn(`SKIPPED pg ${peers["pg"]}: ${server.reason}`);
  await step(`npm with the lowest peers: ${names.join(", ")}`, () =>
    tryLowest(join(elsewhere, "lowest"), {
      manager: managers[1],
      packed,
      dependencies: { ...peers, ...types },
      databaseUrl: server?.url,
    }),
  );
  await server?.stop();
});
process.exitCode = failures.length === 0 ? 0 : 1;
