// The generated orders, in a process of their own: what each event of the ledger does to them.
import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type Choices, projectFiles } from "../src/index.ts";
import { linkPackages, writeFiles } from "./combinations.ts";

const run = promisify(execFile);

const projectOf = (choices: Partial<Choices> = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tautan-create-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  linkPackages(folder);
  writeFiles(
    folder,
    projectFiles({ name: "shop", framework: "hono", database: "sqlite", gateways: ["midtrans"], ...choices }),
  );
  return folder;
};

const { NODE_OPTIONS: _, ...ENVIRONMENT } = process.env;

const node = (folder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(process.execPath, ["--conditions=@tautan/source", ...words], {
    cwd: folder,
    env: { ...ENVIRONMENT, ...env },
  }).catch((failed: { readonly code: number; readonly stdout: string; readonly stderr: string }) => failed);

const EVENTS_OF_ORDERS = `
import { database } from "./src/database.ts";
import { addOrder, findOrder, onEvent } from "./src/orders.ts";

const tx = {
  run: (sql, ...values) => void database.prepare(sql).run(...values),
  all: (sql, ...values) => database.prepare(sql).all(...values),
};
const after = async (type, reference = "order-" + type) => {
  if (reference !== "unknown") await addOrder({ reference, title: "Concert", amount: 190_000 });
  try {
    onEvent({ type, reference, at: "2026-01-01T00:00:00Z" }, tx);
  } catch (error) {
    return error.message;
  }
  const { paidAt, payments, attention } = await findOrder(reference);
  return { paidAt, payments, attention };
};
const seen = { unknown: await after("paid", "unknown") };
for (const type of process.argv.slice(2)) seen[type] = await after(type);
console.log(JSON.stringify(seen));
`;

test("an order is paid by paid alone, and other money is shown to a person", async () => {
  const folder = projectOf();
  writeFileSync(join(folder, "events.mjs"), EVENTS_OF_ORDERS);
  const forAPerson = ["excess", "late", "mismatched", "refunded", "refund_failed", "reversed", "disputed"];
  const ignored = ["settled", "failed", "expired", "cancelled", "link_made", "link_exhausted"];
  const { stdout } = await node(folder, ["events.mjs", "paid", ...forAPerson, ...ignored], {
    DATABASE_FILE: ":memory:",
  });
  const untouched = { paidAt: null, payments: 0, attention: null };
  expect(JSON.parse(stdout)).toEqual({
    unknown: "unknown: paid, and there is no such order",
    paid: { paidAt: "2026-01-01T00:00:00Z", payments: 1, attention: null },
    ...Object.fromEntries(forAPerson.map((type) => [type, { ...untouched, attention: type }])),
    ...Object.fromEntries(ignored.map((type) => [type, untouched])),
  });
});

test("a shop in production does not start without its public address: payers would return to this machine", async () => {
  const folder = projectOf();
  const production = {
    DATABASE_FILE: ":memory:",
    TAUTAN_ENVIRONMENT: "production",
    MIDTRANS_SERVER_KEY: "Mid-server-x",
  };
  const refused = await node(folder, ["src/checkout.ts"], production);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain(
    "SHOP_URL: expected the public address of the shop with https, got http://localhost:3000",
  );
  const accepted = await node(folder, ["src/checkout.ts"], { ...production, SHOP_URL: "https://shop.example" });
  expect(accepted.stderr).not.toContain("SHOP_URL");
});

test("npm run dev simulates no payments in the database of real orders", async () => {
  const folder = projectOf({ database: "postgres" });
  writeFileSync(join(folder, ".env"), "TAUTAN_ENVIRONMENT=production\nDATABASE_URL=postgres://shop.example/shop\n");
  const { stderr, stdout } = await node(folder, ["scripts/dev.ts", "node", "--eval", "console.log('started')"]);
  expect(stderr).toContain("TAUTAN_ENVIRONMENT: expected no production, because DATABASE_URL has the real orders.");
  expect(stdout).toBe("");
});

test("git ignores every file with keys", () => {
  for (const framework of ["hono", "next"] as const) {
    const ignored = projectFiles({ name: "shop", framework, database: "sqlite", gateways: ["midtrans"] }).get(
      ".gitignore",
    );
    expect(ignored).toMatch(/^node_modules\n\.env\*\n!\.env\.example\n/);
  }
});
