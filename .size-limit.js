// What an application loads, minified and gzipped. Run after a build: npm run size
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Loaded when a refused webhook is explained, and measured alone: in most processes never. */
const EXPLANATIONS = ["./explain-*.js"];

const without = (modules) => (config) => ({
  ...config,
  platform: "node",
  format: "esm",
  external: [...(config.external ?? []), ...modules],
});
const forNode = without(EXPLANATIONS);
/** Loaded with zod to name the fields of a refused reply or webhook, and measured alone: in most processes never. */
const SCHEMAS = "./wire-*.js";
const withoutSchemas = without([...EXPLANATIONS, SCHEMAS]);
/** A chunk without what the process has loaded before. */
const alone = without(["./*.js"]);

/**
 * What a driver may weigh, with the parts that a create or a configuration loads; another limit is in `tautan.sizeLimit` of its package.json. The
 * kit's share, some 12 kB, is mostly what keeps personal data out of errors, orders requests by purpose, and bounds the cost of forged
 * deliveries.
 */
const DRIVER_LIMIT = "25 kB";

const limitOf = (name) => {
  const manifest = readFileSync(join(import.meta.dirname, `packages/driver-${name}/package.json`), "utf8");
  return JSON.parse(manifest).tautan?.sizeLimit ?? DRIVER_LIMIT;
};

const driverNames = globSync("packages/driver-*", { cwd: import.meta.dirname })
  .map((root) => root.replace("packages/driver-", ""))
  .filter((name) => name !== "kit")
  .sort();
const driverSize = (name) => ({
  name: `driver-${name} with the kit, without core, undici and zod`,
  path: `packages/driver-${name}/dist/index.js`,
  ignore: ["@tautan/core", "undici", "zod", "neverthrow"],
  limit: limitOf(name),
  gzip: true,
  modifyEsbuildConfig: withoutSchemas,
});

const driverSchemas = (name) => ({
  name: `driver-${name}, naming the fields of a refused reply`,
  path: `packages/driver-${name}/dist/wire-*.js`,
  ignore: ["@tautan/core", "@tautan/driver-kit", "zod"],
  limit: "2 kB",
  gzip: true,
  modifyEsbuildConfig: alone,
});

const driverExplanation = (name) => ({
  name: `driver-${name}, explaining a refused webhook`,
  path: `packages/driver-${name}/dist/explain-webhook-*.js`,
  ignore: ["@tautan/core", "neverthrow"],
  limit: "3 kB",
  gzip: true,
  modifyEsbuildConfig: alone,
});
const hasExplanation = (name) =>
  globSync(`packages/driver-${name}/src/explain-webhook.ts`, { cwd: import.meta.dirname }).length > 0;

export default [
  {
    // With a create in steps: stored creates are checked when they come back, and resumed. With the bounds, advice and warnings for links
    // that never end, uncounted payments and hints of other business; with the verdicts on answers that gateways keep. With what drivers
    // import from it, because both are one file.
    name: "core, with neverthrow, without zod",
    path: "packages/core/dist/index.js",
    ignore: ["zod"],
    limit: "38 kB",
    gzip: true,
    modifyEsbuildConfig: forNode,
  },
  {
    name: "core, explaining a refused webhook",
    path: "packages/core/dist/explain-*.js",
    ignore: ["neverthrow"],
    limit: "6 kB",
    gzip: true,
    modifyEsbuildConfig: alone,
  },
  ...driverNames.map(driverSize),
  ...driverNames.map(driverSchemas),
  ...driverNames.filter(hasExplanation).map(driverExplanation),
  {
    // With recovery of creates, reconcile, reads, trail, export, and the advice of its errors. A server loads it once; no browser does.
    name: "ledger, without core, kysely and pg",
    path: "packages/ledger/dist/index.js",
    ignore: ["@tautan/core", "kysely", "pg", "neverthrow"],
    limit: "56 kB",
    gzip: true,
    modifyEsbuildConfig: forNode,
  },
  {
    name: "webhooks for Express, without core",
    path: "packages/webhooks/dist/express.js",
    ignore: ["@tautan/core"],
    limit: "4 kB",
    gzip: true,
    modifyEsbuildConfig: forNode,
  },
  {
    name: "webhooks for Fetch and the page of a returning payer, without core",
    path: "packages/webhooks/dist/index.js",
    ignore: ["@tautan/core"],
    limit: "6 kB",
    gzip: true,
    modifyEsbuildConfig: forNode,
  },
  {
    name: "mcp, without core, zod and the protocol's SDK",
    path: "packages/mcp/dist/index.js",
    ignore: ["@tautan/core", "@modelcontextprotocol/server", "zod"],
    limit: "14 kB",
    gzip: true,
    modifyEsbuildConfig: forNode,
  },
];
