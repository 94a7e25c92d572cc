import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { forbidden } from "../checks/import-rules.mjs";
import { importViolations } from "../checks/imports.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGES = [
  "cli",
  "conformance",
  "core",
  "create-tautan",
  "driver-kit",
  "driver-midtrans",
  "driver-xfers",
  "ledger",
  "mcp",
  "sandbox",
  "webhooks",
];
const LIBRARIES = { zod: "core", undici: "driver-kit", kysely: "ledger", pg: "ledger" };
let tree = "";

/** A small copy of the repository, in which one file does what it must not. */
const houseWith = (files: Record<string, string>): string => {
  tree = mkdtempSync(join(tmpdir(), "tautan-imports-"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  mkdirSync(join(tree, "node_modules/@tautan"), { recursive: true });
  for (const name of PACKAGES) {
    write(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@tautan/${name}`, type: "module", exports: { ".": "./src/index.ts" } }),
    );
    write(`packages/${name}/src/index.ts`, "export const here = 1;\n");
    symlinkSync(join(tree, "packages", name), join(tree, "node_modules/@tautan", name));
  }
  for (const [library, owner] of Object.entries(LIBRARIES)) {
    symlinkSync(join(ROOT, "packages", owner, "node_modules", library), join(tree, "node_modules", library));
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return tree;
};

afterEach(() => {
  if (tree !== "") rmSync(tree, { recursive: true, force: true });
  tree = "";
});

/** A breach of every rule. */
const BREACHES: Record<string, Record<string, string>> = {
  "core-imports-no-room": {
    "packages/core/src/a.ts": 'import { here } from "@tautan/driver-kit";\nexport const a = here;\n',
  },
  "core-has-no-node-api": { "packages/core/src/a.ts": 'import { hash } from "node:crypto";\nexport const a = hash;\n' },
  "core-zod-only-in-config": { "packages/core/src/a.ts": 'import * as z from "zod";\nexport const a = z;\n' },
  "core-explains-lazily": {
    "packages/core/src/explain/index.ts": "export const explain = 1;\n",
    "packages/core/src/index.ts": 'export { explain } from "./explain/index.ts";\n',
  },
  "kit-imports-core-only": { "packages/driver-kit/src/a.ts": 'export { here } from "@tautan/sandbox";\n' },
  "driver-imports-no-driver": { "packages/driver-xfers/src/a.ts": 'export { here } from "@tautan/driver-midtrans";\n' },
  "driver-has-no-node-api": { "packages/driver-xfers/src/a.ts": 'export { readFileSync } from "node:fs";\n' },
  "outside-driver-uses-entry-points": {
    "packages/core/src/money.ts": "export const money = 1;\n",
    "examples/custom-driver/src/a.ts": 'export { money } from "../../../packages/core/src/money.ts";\n',
  },
  "undici-in-its-files": { "packages/driver-xfers/src/client.ts": 'export { request } from "undici";\n' },
  "undici-loaded-lazily": {
    "packages/driver-kit/src/undici-transport.ts": "export const send = 1;\n",
    "packages/driver-kit/src/transport.ts": 'export { send } from "./undici-transport.ts";\n',
  },
  "driver-zod-only-in-schemas": {
    "packages/driver-xfers/src/link.ts": 'import * as z from "zod";\nexport const a = z;\n',
  },
  "schemas-loaded-lazily": {
    "packages/driver-xfers/src/wire.ts": "export const schema = 1;\n",
    "packages/driver-xfers/src/driver.ts": 'import { schema } from "./wire.ts";\nexport const a = schema;\n',
  },
  "loads-later-what-is-heavy": {
    "packages/core/src/a.ts": "export const a = 1;\n",
    "packages/core/src/b.ts": 'export const b = () => import("./a.ts");\n',
  },
  "interpreting-is-pure": {
    "packages/driver-xfers/src/client.ts": "export const send = 1;\n",
    "packages/driver-xfers/src/link.ts": 'import { send } from "./client.ts";\nexport const a = send;\n',
  },
  "webhooks-imports-types-of-core-only": {
    "packages/webhooks/src/a.ts": 'import type { here } from "@tautan/ledger";\nexport type A = typeof here;\n',
  },
  "webhooks-loads-core-only": { "packages/webhooks/src/a.ts": 'export { readFileSync } from "node:fs";\n' },
  "sandbox-imports-no-room": {
    "packages/sandbox/src/a.ts": 'import { here } from "@tautan/driver-midtrans";\nexport const a = here;\n',
  },
  "sandbox-no-circle": {
    "packages/sandbox/src/a.ts": 'import type { B } from "./b.ts";\nexport interface A { readonly b: B }\n',
    "packages/sandbox/src/b.ts": 'import type { A } from "./a.ts";\nexport interface B { readonly a: A }\n',
  },
  "sandbox-provider-in-its-folder": {
    "packages/sandbox/src/xfers/a.ts": "export const a = 1;\n",
    "packages/sandbox/src/run.ts": 'export { a } from "./xfers/a.ts";\n',
  },
  "sandbox-provider-imports-the-kit": {
    "packages/sandbox/src/http/a.ts": "export const a = 1;\n",
    "packages/sandbox/src/xfers/b.ts": 'export { a } from "../http/a.ts";\n',
  },
  "sandbox-provider-imports-no-other": {
    "packages/sandbox/src/xfers/a.ts": "export const a = 1;\n",
    "packages/sandbox/src/midtrans/b.ts": 'export { a } from "../xfers/a.ts";\n',
  },
  "conformance-imports-core-only": {
    "packages/conformance/src/a.ts": 'export { here } from "@tautan/driver-kit";\n',
  },
  "conformance-has-no-test-framework": {
    "packages/conformance/src/a.ts": 'export { test } from "node:test";\n',
  },
  "ledger-imports-core-only": { "packages/ledger/src/a.ts": 'export { here } from "@tautan/driver-xfers";\n' },
  "ledger-plan-is-pure": {
    "packages/ledger/src/database/engine.ts": "export const engine = 1;\n",
    "packages/ledger/src/plan/a.ts": 'export { engine } from "../database/engine.ts";\n',
  },
  "mcp-loads-core-only": {
    "packages/mcp/src/a.ts": 'import { here } from "@tautan/ledger";\nexport const a = here;\n',
  },
  "mcp-changes-by-the-ledger": {
    "packages/mcp/src/a.ts": 'import { here } from "@tautan/driver-midtrans";\nexport const a = here;\n',
  },
  "mcp-serves-in-its-folder": {
    "packages/mcp/src/a.ts": 'import { createServer } from "node:http";\nexport const a = createServer;\n',
  },
  "cli-knows-no-driver": { "packages/cli/src/a.ts": 'export { here } from "@tautan/driver-midtrans";\n' },
  "cli-loads-commands-lazily": {
    "packages/cli/src/commands/links/get.ts": "export const COMMAND = 1;\n",
    "packages/cli/src/commands/table.ts": 'export { COMMAND } from "./links/get.ts";\n',
  },
  "cli-zod-only-in-schema": { "packages/cli/src/a.ts": 'import * as z from "zod";\nexport const a = z;\n' },
  "create-tautan-imports-no-room": {
    "packages/create-tautan/src/a.ts": 'export { here } from "@tautan/sandbox";\n',
  },
  "create-tautan-asks-lazily": {
    "packages/create-tautan/src/ask.ts": "export const ask = 1;\n",
    "packages/create-tautan/src/main.ts": 'export { ask } from "./ask.ts";\n',
  },
  "ledger-kysely-writes-statements": { "packages/ledger/src/ingest/a.ts": 'export { sql } from "kysely";\n' },
  "ledger-loads-pg-lazily": { "packages/ledger/src/database/a.ts": 'export { Pool } from "pg";\n' },
  "packages-by-name": {
    "packages/driver-kit/src/secrets.ts": "export const hide = 1;\n",
    "packages/driver-xfers/test/a.test.ts": 'export { hide } from "../../driver-kit/src/secrets.ts";\n',
  },
  "no-circle": {
    "packages/core/src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B | 1;\n',
    "packages/core/src/b.ts": 'import type { A } from "./a.ts";\nexport type B = { readonly a: A };\n',
  },
  "no-circle-of-code": {
    "packages/sandbox/src/a.ts": 'import { b } from "./b.ts";\nexport const a = (): unknown => b;\n',
    "packages/sandbox/src/b.ts": 'import { a } from "./a.ts";\nexport const b = (): unknown => a;\n',
  },
  "nothing-unresolved": { "packages/core/src/a.ts": 'export { x } from "./nowhere.ts";\n' },
};

describe("the import rules", () => {
  test("hold in this repository", async () => {
    const { modules, violations } = await importViolations(ROOT);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(100);
  });

  test("each has a breach below", () => {
    expect(Object.keys(BREACHES).toSorted()).toEqual(forbidden.map((rule) => rule.name).toSorted());
  });

  test.each(Object.entries(BREACHES))("%s: a breach is seen", async (rule, files) => {
    const { violations } = await importViolations(houseWith(files));
    expect(violations.join("\n")).toMatch(new RegExp(`^${rule}: (packages|examples)/`, "m"));
  });

  test("by a relative path and by a dynamic import too", async () => {
    const files = {
      "packages/driver-xfers/src/a.ts": 'export { here } from "../../driver-midtrans/src/index.ts";\n',
      "packages/driver-xfers/src/b.ts": 'export const b = () => import("@tautan/driver-midtrans");\n',
      "packages/driver-xfers/src/c.ts":
        'import type { here } from "@tautan/driver-midtrans";\nexport type C = typeof here;\n',
    };
    const { violations } = await importViolations(houseWith(files));
    for (const file of ["a", "b", "c"]) {
      expect(violations).toContain(
        `driver-imports-no-driver: packages/driver-xfers/src/${file}.ts → packages/driver-midtrans/src/index.ts`,
      );
    }
  });

  test("in a driver outside packages/ too", async () => {
    const files = {
      "examples/custom-driver/src/client.ts": "export const send = 1;\n",
      "examples/custom-driver/src/link.ts": 'export { send } from "./client.ts";\n',
      "examples/custom-driver/src/options.ts": 'export { readFileSync } from "node:fs";\n',
    };
    const { violations } = await importViolations(houseWith(files));
    expect(violations.toSorted()).toEqual([
      "driver-has-no-node-api: examples/custom-driver/src/options.ts → fs",
      "interpreting-is-pure: examples/custom-driver/src/link.ts → examples/custom-driver/src/client.ts",
    ]);
  });

  test.each(["packages/driver-kit", "packages/conformance", "packages/driver-xfers", "examples/custom-driver"])(
    "imports of types go in no circle in %s",
    async (folder) => {
      const files = {
        [`${folder}/src/driver.ts`]: 'export const load = () => import("./handlers.ts");\nexport interface A {}\n',
        [`${folder}/src/handlers.ts`]: 'import type { A } from "./driver.ts";\nexport const handlers: A = {};\n',
      };
      const { violations } = await importViolations(houseWith(files));
      expect(violations).toContain(`no-circle: ${folder}/src/driver.ts → ${folder}/src/handlers.ts`);
    },
  );

  test("what is loaded later does not turn back, by any way", async () => {
    const files = {
      "packages/driver-xfers/src/handlers.ts":
        'export const load = () => import("./wire.ts");\nexport const here = 1;\n',
      "packages/driver-xfers/src/wire.ts": 'export { there } from "./link.ts";\n',
      "packages/driver-xfers/src/link.ts": 'import { here } from "./handlers.ts";\nexport const there = here;\n',
    };
    const { violations } = await importViolations(houseWith(files));
    expect(violations).toContain(
      "no-circle-of-code: packages/driver-xfers/src/handlers.ts → packages/driver-xfers/src/wire.ts",
    );
  });

  test("what is allowed stays allowed: lazy loading, and types", async () => {
    const files = {
      "packages/driver-xfers/src/wire.ts":
        'import * as z from "zod";\nexport interface Reply { readonly id: string }\nexport const schema: unknown = z.string();\n',
      "packages/driver-xfers/src/link.ts":
        'import type { Reply } from "./wire.ts";\nexport const idOf = (reply: Reply): string => reply.id;\n',
      "packages/driver-xfers/src/driver.ts": 'export const load = () => import("./wire.ts");\n',
    };
    expect((await importViolations(houseWith(files))).violations).toEqual([]);
  });

  test("a tree in which nothing is looked at is an error, not a success", async () => {
    tree = mkdtempSync(join(tmpdir(), "tautan-imports-"));
    mkdirSync(join(tree, "packages"));
    await expect(importViolations(tree)).rejects.toThrow("no source was looked at");
  });
});
