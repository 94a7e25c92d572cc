// What an application loads, minified and gzipped. Run after a build: npm run size
const forNode = (config) => ({ ...config, platform: "node", format: "esm" });
const withoutOperations = (config) => ({ ...forNode(config), external: ["../operations/index.js"] });

const driver = (name, limit) => ({
  name: `driver-${name} with the kit, without core, undici and zod`,
  path: `packages/driver-${name}/dist/index.js`,
  ignore: ["@tautan/core", "undici", "zod", "neverthrow"],
  limit,
  gzip: true,
  modifyEsbuildConfig: forNode,
});

export default [
  {
    name: "core, loaded by import",
    path: "packages/core/dist/index.js",
    limit: "9 kB",
    gzip: true,
    modifyEsbuildConfig: withoutOperations,
  },
  {
    name: "core, with all operations, big.js and neverthrow, without zod",
    path: "packages/core/dist/index.js",
    ignore: ["zod"],
    limit: "28 kB",
    gzip: true,
    modifyEsbuildConfig: forNode,
  },
  driver("memory", "7.5 kB"),
  driver("midtrans", "15 kB"),
  driver("xfers", "12.5 kB"),
  driver("singapay", "20 kB"),
];
