import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { idr } from "@tautan/core";
import { expect, test } from "vitest";
import { createMcpServer, type McpOptions, type McpPermissions } from "../src/index.ts";
import { call, openWorld, RUPIAH_190_000, take } from "./support/world.ts";

/** Everything that a database holds. */
const contentsOf = (file: string): string => {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  const hash = createHash("sha256");
  for (const { name } of tables) hash.update(JSON.stringify(database.prepare(`SELECT * FROM "${name}"`).all()));
  database.close();
  return hash.digest("hex");
};

/** Arguments with which each tool does its work if it may. */
const argumentsOf = (id: string): Readonly<Record<string, object>> => ({
  list_gateways: {},
  get_gateway: { gateway: "shop" },
  check_link: { reference: "INV-002", amount: RUPIAH_190_000 },
  find_link: { reference: "INV-001" },
  get_link: { id, from: "gateway" },
  list_links: {},
  list_payments: { link: id },
  get_trail: { link: id },
  get_totals: { from: "2025-01-01T00:00:00Z" },
  list_problems: { what: "deliveries" },
  explain_error: { kind: "timeout" },
  create_link: { reference: "INV-002", amount: RUPIAH_190_000 },
  update_link: { id, changes: { title: "Another" } },
  close_link: { id },
  reopen_link: { id },
  delete_link: { id },
});

const CHANGES: Readonly<Record<keyof McpPermissions, readonly string[]>> = {
  create: ["create_link"],
  close: ["update_link", "close_link", "reopen_link"],
  delete: ["delete_link"],
};
const ALL_CHANGES = Object.values(CHANGES).flat();

test("without permissions, no tool changes anything, listed or called by name", async () => {
  const { connect, ledger, file, changes } = await openWorld();
  const { id } = await take(ledger.create({ reference: "INV-001", amount: idr(190_000) }));
  const agent = await connect();
  const before = { contents: contentsOf(file), changes: changes() };
  const { tools } = await agent.listTools();
  expect(tools.map(({ name }) => name).filter((name) => ALL_CHANGES.includes(name))).toEqual([]);
  for (const [name, given] of Object.entries(argumentsOf(id))) {
    const result = await call(agent, name, given);
    if (ALL_CHANGES.includes(name)) {
      expect(result.error).toMatchObject({ kind: "not_allowed", outcome: "not_sent", retryable: false });
      expect(result.error.hint).toMatch(/--allow-(create|close|delete)/);
    } else expect([name, result.error]).toEqual([name, undefined]);
  }
  expect({ contents: contentsOf(file), changes: changes() }).toEqual(before);
});

test.each(Object.keys(CHANGES) as (keyof McpPermissions)[])(
  "the permission %s allows its tools and no other",
  async (permission) => {
    const { connect, ledger } = await openWorld();
    const { id } = await take(ledger.create({ reference: "INV-001", amount: idr(190_000) }));
    const agent = await connect({ [permission]: true });
    const { tools } = await agent.listTools();
    expect(tools.map(({ name }) => name).filter((name) => ALL_CHANGES.includes(name))).toEqual(CHANGES[permission]);
    for (const name of ALL_CHANGES) {
      const { error } = await call(agent, name, argumentsOf(id)[name]);
      expect([name, error?.kind === "not_allowed"]).toEqual([name, !CHANGES[permission].includes(name)]);
    }
  },
);

test.each<[string, object]>([
  ["a permission that is not true or false", { allow: { create: "yes" } }],
  ["a permission with a typing error", { allow: { creates: true } }],
  ["an option with a typing error", { alow: { create: true } }],
  ["no ledger", { ledger: undefined }],
])("refuses %s", async (_, options) => {
  const { ledger } = await openWorld();
  expect(() => createMcpServer({ ledger, ...options } as McpOptions)).toThrow(TypeError);
});
