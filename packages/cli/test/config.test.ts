// The configuration: where it is found, what may be in it, and what is reported if it cannot be used.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { databasePlace } from "../src/config/ledger.ts";
import { loadEnvironment } from "../src/config/load.ts";
import { jsonOf, projectOf } from "./support/project.ts";

const CREATE = ["links", "create", "--reference", "A", "--amount", "190000", "--json"];
const MEMORY = { default: "memory", gateways: { memory: { driver: "memory" } } };
const midtrans = (more: object = {}): object => ({
  default: "shop",
  gateways: { shop: { driver: "midtrans", environment: "sandbox", serverKey: { env: "MIDTRANS_KEY" }, ...more } },
});

test.each([
  [
    "tautan.config.ts",
    `import { defineConfig } from "tautan";\nconst gateway: string = "memory";\nexport default defineConfig({ default: gateway, gateways: { [gateway]: { driver: "memory" } } });\n`,
  ],
  ["tautan.config.js", `export default ${JSON.stringify(MEMORY)};\n`],
  ["tautan.config.mjs", `export default ${JSON.stringify(MEMORY)};\n`],
  ["tautan.config.json", JSON.stringify({ $schema: "./node_modules/tautan/config.schema.json", ...MEMORY })],
])("%s is found upwards, without a warning of Node", async (name, text) => {
  const { run, folder } = projectOf({ [name]: text, "deep/er/.keep": "" });
  const ran = await run(CREATE, { cwd: join(folder, "deep/er") });
  expect([ran.stderr, ran.code, jsonOf(ran).reference]).toEqual(["", 0, "A"]);
});

test("a configuration is named, and its folder is that of its packages and its .env file", async () => {
  const { run } = projectOf({ "conf/shop.json": midtrans(), "conf/.env": "MIDTRANS_KEY=SB-Mid-server-canary" });
  const ran = await run(["gateways", "--config", "conf/shop.json", "--quiet"]);
  expect(ran).toEqual({ code: 0, stdout: "shop\n", stderr: "" });
});

test("a variable of the environment wins over the .env file", async () => {
  const { run } = projectOf({ "tautan.config.json": midtrans(), ".env": "MIDTRANS_KEY=SB-Mid-server-canary" });
  const [fromFile, fromEnvironment] = await Promise.all([
    run(["gateways"]),
    run(["gateways", "--json"], { env: { MIDTRANS_KEY: "" } }),
  ]);
  expect(fromFile.code).toBe(0);
  expect([fromEnvironment.code, jsonOf(fromEnvironment).error.message]).toEqual([
    3,
    expect.stringContaining("MIDTRANS_KEY"),
  ]);
});

test("what a configuration prints while it is loaded is not in the result", async () => {
  const { run } = projectOf({
    "tautan.config.js": `console.log("a banner");\nexport default ${JSON.stringify(MEMORY)};\n`,
  });
  const ran = await run(CREATE);
  expect([ran.code, jsonOf(ran).reference, ran.stderr]).toEqual([0, "A", "a banner\n"]);
});

test.each([
  ["ends the process", "process.exit(0);"],
  ["waits forever", "await new Promise(() => {}); export default {};"],
])("a configuration that %s is no success", async (_, text) => {
  const { run } = projectOf({ "tautan.config.mjs": text });
  const ran = await run(CREATE);
  expect([ran.code, ran.stdout]).toEqual([3, ""]);
  expect(ran.stderr).toContain("tautan.config.mjs ends the process while it is loaded, or waits forever");
});

test("an id that was pasted with spaces around it", async () => {
  const { run } = projectOf({ "tautan.config.json": MEMORY });
  const ran = await run(["links", "get", " memory:A\n", "--json"]);
  expect(jsonOf(ran).error).toMatchObject({ kind: "not_found", gateway: "memory" });
});

const DRIVER = `import { memory } from "@tautan/driver-memory";\nexport const acme = { ...memory, name: "acme" };\n`;

test("a driver of one's own, by path and by package", async () => {
  const config = { default: "a", gateways: { a: { driver: "./acme.js" }, b: { driver: "tautan-driver-acme" } } };
  const manifest = { name: "tautan-driver-acme", type: "module", exports: { import: "./index.js" } };
  const { run } = projectOf({
    "package.json": { type: "module" },
    "tautan.config.json": config,
    "acme.js": DRIVER,
    "node_modules/tautan-driver-acme/package.json": manifest,
    "node_modules/tautan-driver-acme/index.js": DRIVER,
  });
  const ran = await run(["gateways", "--json"]);
  expect(ran.stderr).toBe("");
  expect(jsonOf(ran).map(({ key, driver }: { key: string; driver: string }) => [key, driver])).toEqual([
    ["a", "memory"],
    ["b", "memory"],
  ]);
});

test("with a ledger, create stores the link in it, and a second process returns that link without the gateway", async () => {
  const { run } = projectOf({ "tautan.config.json": { ...MEMORY, ledger: { database: "shop.db" } } });
  const first = await run(CREATE);
  const second = await run(CREATE);
  expect([first.stderr, second.stderr]).toEqual(["", ""]);
  expect(jsonOf(second).url).toBe(jsonOf(first).url);
  const outside = await run(["links", "close", "memory:elsewhere", "--yes"]);
  expect([outside.code, outside.stderr]).toEqual([5, expect.stringContaining("--no-ledger")]);
});

const SECRET = "SB-Mid-server-canary-in-a-file";

test.each<[string, Record<string, string | object>, string, string]>([
  ["none", {}, "expected a configuration (tautan.config.ts,", "Run tautan init"],
  [
    "two",
    { "tautan.config.ts": "", "tautan.config.json": MEMORY },
    "found tautan.config.ts and tautan.config.json",
    "Delete one",
  ],
  ["no JSON", { "tautan.config.json": `{\n  "default": "${SECRET}",\n}` }, "tautan.config.json:3: expected JSON", ""],
  [
    "no object",
    { "tautan.config.js": "export const config = {};" },
    "expected an object with default and gateways",
    "default export",
  ],
  [
    "an exception",
    { "tautan.config.js": `throw new Error("${SECRET}");` },
    "tautan.config.js:1 cannot be loaded (Error)",
    "Run node",
  ],
  [
    "TypeScript that has to be compiled",
    { "tautan.config.ts": "enum A { B }\nexport default {};" },
    "cannot be loaded (ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX)",
    "",
  ],
  [
    "an import that is not there",
    { "tautan.config.js": 'import "nowhere-package";' },
    "it imports nowhere-package",
    "npm install nowhere-package",
  ],
  [
    "a driver that is not installed",
    { "tautan.config.json": { default: "x", gateways: { x: { driver: "acme-pay" } } }, "pnpm-lock.yaml": "" },
    "gateways.x.driver: expected the package @tautan/driver-acme-pay",
    "pnpm add @tautan/driver-acme-pay",
  ],
  [
    "a package that is not a driver",
    { "tautan.config.json": { default: "x", gateways: { x: { driver: "@tautan/core" } } } },
    "expected one driver definition among the exports of @tautan/core, found 0",
    "",
  ],
  [
    "an unknown setting",
    { "tautan.config.json": { ...MEMORY, colour: "red" } },
    'there is no such setting: "colour"',
    "",
  ],
  [
    "an unknown setting of the ledger",
    { "tautan.config.json": { ...MEMORY, ledger: { database: "a", retries: 1 } } },
    'ledger: there is no such setting: "retries"',
    "",
  ],
  ["a secret in the file", { "tautan.config.json": midtrans({ serverKey: SECRET }) }, "gateways.shop.serverKey", ""],
  [
    "a password in the file",
    { "tautan.config.json": { ...MEMORY, ledger: { database: `postgres://shop:${SECRET}@localhost/shop` } } },
    "ledger.database: expected no secret, got a URL with a password",
    "{ env: ",
  ],
  [
    "a database that is not set",
    { "tautan.config.json": { ...MEMORY, ledger: { database: { env: "SHOP_DATABASE" } } } },
    "the environment variable SHOP_DATABASE is not set",
    ".env",
  ],
  [
    "another database",
    { "tautan.config.json": { ...MEMORY, ledger: { database: "mysql://localhost/shop" } } },
    "got mysql:",
    "",
  ],
])("refused: %s", async (_, files, message, hint) => {
  const { run } = projectOf(files);
  const ran = await run(CREATE);
  const text = `${ran.stdout}${ran.stderr}`;
  expect(text).not.toContain(SECRET);
  expect([ran.code, ran.stderr]).toEqual([3, ""]);
  const { kind, message: got, hint: advice } = jsonOf(ran).error;
  expect([kind, got, advice]).toEqual([
    "invalid_config",
    expect.stringContaining(message),
    expect.stringContaining(hint),
  ]);
});

const FILE = { file: "/shop/tautan.config.ts", folder: "/shop" };

test.each([
  ["shop.db", { kind: "sqlite", file: "/shop/shop.db" }],
  ["../data/shop.db", { kind: "sqlite", file: "/data/shop.db" }],
  [":memory:", { kind: "sqlite", file: ":memory:" }],
  ["postgresql://localhost/shop", { kind: "postgres", url: "postgresql://localhost/shop", schema: undefined }],
  [{ env: "DATABASE" }, { kind: "postgres", url: "postgres://shop:secret@localhost/shop", schema: undefined }],
])("the database %j", (database, place) => {
  const found = databasePlace({ database }, FILE, { DATABASE: "postgres://shop:secret@localhost/shop" });
  expect(found._unsafeUnwrap()).toEqual(place);
});

test("an .env file that cannot be read is reported, and one that is not there is not", () => {
  const { folder } = projectOf({ ".env/file": "" });
  expect(loadEnvironment(folder)._unsafeUnwrapErr().message).toContain(".env cannot be read (");
  expect(loadEnvironment(join(folder, "node_modules")).isOk()).toBe(true);
});

test("TypeScript needs a Node that runs it", async () => {
  const { run } = projectOf({ "tautan.config.ts": "export default {};" });
  const without = 'Object.defineProperty(process.features, "typescript", { value: false })';
  const ran = await run(["gateways", "--json"], { nodeOptions: [`--import=data:text/javascript,${without}`] });
  expect([ran.code, jsonOf(ran).error.hint]).toEqual([3, expect.stringContaining("Use Node 22.18 or later")]);
});

test("the published JSON Schema has the parts of core and of this package", () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../config.schema.json"), "utf8"));
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["default", "gateways", "route", "ledger"]));
  expect(schema.additionalProperties).toBe(false);
});
