// Which room may import what. One rule a line of the design; every rule is broken on purpose in ../test/imports.test.ts.

/** Sources only: of the other rules, tests need none. */
const SOURCES = "^packages/[^/]+/src/";
/** The driver outside `packages/` follows the same rules as those inside. */
const DRIVERS = "^(?:packages/driver-(?!kit/)[^/]+|examples/custom-driver)/src/";
const DRIVERS_AND_KIT = "^(?:packages/driver-[^/]+|examples/custom-driver)/src/";
/** Where imports of types may not go round either. */
const WITHOUT_CIRCLES = "^(?:packages/(?!sandbox/)[^/]+|examples/custom-driver)/src/";
/** In the sandbox, a folder that is none of the shared ones is a provider's. */
const PROVIDER =
  "^packages/sandbox/src/(?!(?:http|time|webhooks|chaos|state|control|pages|inspector|replay|simulator-kit)/)([^/]+)/";
const RUNTIME = { dependencyTypesNot: ["type-only"] };

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
export const forbidden = [
  {
    name: "core-imports-no-room",
    comment: "core knows no driver, no kit, no sandbox",
    from: { path: "^packages/core/src/" },
    to: { path: "^packages/(?!core/)" },
  },
  {
    name: "core-has-no-node-api",
    comment: "core runs on every runtime; only the entry point node.ts imports node: modules",
    from: { path: "^packages/core/src/", pathNot: "^packages/core/src/node\\.ts$" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "core-zod-only-in-config",
    comment: "importing @tautan/core loads no zod",
    from: { path: "^packages/core/src/", pathNot: "^packages/core/src/config\\.ts$" },
    to: { path: "node_modules/zod/" },
  },
  {
    name: "core-explains-lazily",
    comment: "few processes ever explain a refused webhook",
    from: { path: "^packages/core/src/(?!explain/)" },
    to: { path: "^packages/core/src/explain/", dynamic: false, ...RUNTIME },
  },
  {
    name: "kit-imports-core-only",
    from: { path: "^packages/driver-kit/src/" },
    to: { path: "^packages/(?!core/|driver-kit/)" },
  },
  {
    name: "driver-imports-no-driver",
    comment: "a driver imports core and the kit, never another driver, never the sandbox",
    from: { path: "^packages/driver-(?!kit/)([^/]+)/src/" },
    to: { path: "^packages/(?!core/|driver-kit/|driver-$1/)" },
  },
  {
    name: "driver-has-no-node-api",
    comment: "what a driver needs of Node is in the kit",
    from: { path: DRIVERS },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "outside-driver-uses-entry-points",
    comment: "a driver of your own needs nothing that is not published",
    from: { path: "^examples/custom-driver/src/" },
    to: {
      path: "^packages/",
      pathNot:
        "^packages/(core/src/(index|driver|config|node)|driver-kit/src/(index|currencies|explain|form|http|reply-headers|schemas|signatures))\\.ts$",
    },
  },
  {
    name: "undici-in-its-files",
    comment: "loaded at the first request only",
    from: { path: SOURCES, pathNot: "^packages/driver-kit/src/(undici-transport|dispatchers)\\.ts$" },
    to: { path: "node_modules/undici/" },
  },
  {
    name: "undici-loaded-lazily",
    from: { path: SOURCES, pathNot: "^packages/driver-kit/src/undici-transport\\.ts$" },
    to: { path: "^packages/driver-kit/src/(undici-transport|dispatchers)\\.ts$", dynamic: false, ...RUNTIME },
  },
  {
    name: "driver-zod-only-in-schemas",
    from: { path: DRIVERS_AND_KIT, pathNot: "/src/(wire|config-schema|schemas)\\.ts$" },
    to: { path: "node_modules/zod/|^packages/driver-kit/src/schemas\\.ts$", ...RUNTIME },
  },
  {
    name: "schemas-loaded-lazily",
    comment: "a value of another form or a configuration loads them, importing a driver does not",
    from: { path: DRIVERS_AND_KIT },
    to: { path: "/src/(wire|config-schema)\\.ts$", dynamic: false, ...RUNTIME },
  },
  {
    name: "loads-later-what-is-heavy",
    comment:
      "zod with the schemas, the client of the runtime, and explanations, which few processes need; any other code of ours costs less than the file that it would be",
    from: { path: "^(?:packages/(?:core|driver-[^/]+)|examples/custom-driver)/src/" },
    to: {
      dynamic: true,
      pathNot:
        "/src/(wire|config-schema|explain-webhook)\\.ts$|^packages/core/src/explain/index\\.ts$|^packages/driver-kit/src/(undici|fetch)-transport\\.ts$|node_modules/undici/",
    },
  },
  {
    name: "interpreting-is-pure",
    comment: "only client.ts does I/O, and only handlers have a client; all else runs without mocks",
    from: { path: DRIVERS, pathNot: "/src/(index|driver|client|[a-z-]*handlers)\\.ts$" },
    to: {
      path: `${DRIVERS_AND_KIT}(client|[a-z-]*handlers|driver|transport|undici-transport)\\.ts$`,
      ...RUNTIME,
    },
  },
  {
    name: "sandbox-imports-no-room",
    comment: "written from the documents alone, so that a misreading shows instead of agreeing with itself",
    from: { path: "^packages/sandbox/src/" },
    to: { path: "^packages/(?!sandbox/)" },
  },
  {
    name: "sandbox-no-circle",
    comment: "types included: each folder of the sandbox can be read alone",
    from: { path: "^packages/sandbox/src/" },
    to: { circular: true },
  },
  {
    name: "sandbox-provider-in-its-folder",
    comment: "shared files reach a provider through its definition; the one list is providers.ts",
    from: { path: "^packages/sandbox/src/", pathNot: [PROVIDER, "^packages/sandbox/src/providers\\.ts$"] },
    to: { path: PROVIDER },
  },
  {
    name: "sandbox-provider-imports-no-other",
    from: { path: PROVIDER },
    to: { path: PROVIDER, pathNot: "^packages/sandbox/src/$1/" },
  },
  {
    name: "sandbox-provider-imports-the-kit",
    comment: "one entry has all that simulators share, as it has for a provider outside of the package",
    from: { path: PROVIDER },
    to: { path: "^packages/sandbox/src/", pathNot: "^packages/sandbox/src/($1/|simulator-kit/index\\.ts$)" },
  },
  {
    name: "conformance-imports-core-only",
    comment: "whoever writes a driver needs no other of ours to test it",
    from: { path: "^packages/conformance/src/" },
    to: { path: "^packages/(?!core/|conformance/)" },
  },
  {
    name: "conformance-has-no-test-framework",
    comment: "it is given the functions of one",
    from: { path: "^packages/conformance/src/" },
    to: { path: "node_modules/(vitest|jest|@jest|@vitest)/|^(node:)?test$" },
  },
  {
    name: "ledger-imports-core-only",
    comment: "the ledger works with every driver, and knows none",
    from: { path: "^packages/ledger/src/" },
    to: { path: "^packages/(?!core/|ledger/)" },
  },
  {
    name: "ledger-plan-is-pure",
    comment: "what follows from a report is decided without a database, and tested without one",
    from: { path: "^packages/ledger/src/plan/" },
    to: { path: "^packages/ledger/src/(?!plan/|events/event\\.ts)|node_modules/(kysely|pg)/", ...RUNTIME },
  },
  {
    name: "ledger-kysely-writes-statements",
    comment: "Kysely is the author of statements and runs none",
    from: {
      path: "^packages/ledger/src/",
      pathNot: "^packages/ledger/src/(statements/|schema/|database/(statement|own-transactions)\\.ts$)",
    },
    to: { path: "node_modules/kysely/" },
  },
  {
    name: "ledger-loads-pg-lazily",
    comment: "who keeps a ledger in SQLite needs no pg",
    from: { path: "^packages/ledger/src/" },
    to: { path: "node_modules/pg/", dynamic: false, ...RUNTIME },
  },
  {
    name: "webhooks-imports-types-of-core-only",
    comment:
      "the endpoint works with every driver and framework, and loads none; a ledger is typed by what is used of it",
    from: { path: "^packages/webhooks/src/" },
    to: { path: "^packages/(?!core/|webhooks/)" },
  },
  {
    name: "webhooks-loads-core-only",
    comment: "no other package comes with it, and no Node API: a framework gives it what it needs",
    from: { path: "^packages/webhooks/src/" },
    to: { pathNot: "^packages/(webhooks|core)/src/", ...RUNTIME },
  },
  {
    name: "mcp-loads-core-only",
    comment: "the server works with every driver, and is given its ledger",
    from: { path: "^packages/mcp/src/" },
    to: { path: "^packages/(?!core/|mcp/)", ...RUNTIME },
  },
  {
    name: "mcp-changes-by-the-ledger",
    comment: "types aside, a tool reaches gateways through the ledger that it is given: a create has no other way",
    from: { path: "^packages/mcp/src/" },
    to: { path: "^packages/core/src/(?!index\\.ts$)|^packages/(?!core/|ledger/src/index\\.ts$|mcp/)" },
  },
  {
    name: "mcp-serves-in-its-folder",
    comment: "createMcpServer is for any transport; those of Node are apart",
    from: { path: "^packages/mcp/src/(?!node/|node\\.ts$|version\\.ts$)" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "cli-knows-no-driver",
    comment:
      "drivers, the ledger and the sandbox come from the user's project, or are loaded when a command needs them",
    from: { path: "^packages/cli/src/" },
    to: { path: "^packages/(?!core/|cli/|create-tautan/)", dynamic: false, ...RUNTIME },
  },
  {
    name: "cli-loads-commands-lazily",
    comment: "the help of all commands loads none of them",
    from: { path: "^packages/cli/src/(?!commands/[^/]+/)" },
    to: { path: "^packages/cli/src/commands/[^/]+/", dynamic: false, ...RUNTIME },
  },
  {
    name: "cli-zod-only-in-schema",
    comment: "only reading a configuration loads zod",
    from: { path: "^packages/cli/src/", pathNot: "^packages/cli/src/config/schema\\.ts$" },
    to: { path: "node_modules/zod/" },
  },
  {
    name: "create-tautan-imports-no-room",
    comment: "npm create downloads it alone: it writes the names of packages, and loads none",
    from: { path: "^packages/create-tautan/src/" },
    to: { path: "^packages/(?!create-tautan/)" },
  },
  {
    name: "create-tautan-asks-lazily",
    comment: "tautan init uses the generator, and asks in its own way",
    from: { path: "^packages/create-tautan/src/", pathNot: "^packages/create-tautan/src/ask\\.ts$" },
    to: { path: "node_modules/@clack/|^packages/create-tautan/src/ask\\.ts$", dynamic: false, ...RUNTIME },
  },
  {
    name: "packages-by-name",
    comment: "another package is imported by an entry of its own, in tests too, and never by a relative path",
    from: { path: "^(packages|examples)/([^/]+)/" },
    to: { path: "^(packages|examples)/", pathNot: "^$1/$2/", dependencyTypes: ["local"] },
  },
  {
    name: "no-circle",
    comment: "imports of types count",
    from: { path: WITHOUT_CIRCLES },
    to: { circular: true },
  },
  {
    name: "no-circle-of-code",
    comment: "what is loaded later does not turn back to the file that loads it either",
    from: { path: SOURCES },
    to: { circular: true, viaOnly: RUNTIME },
  },
  {
    name: "nothing-unresolved",
    from: { path: SOURCES },
    to: { couldNotResolve: true },
  },
];
