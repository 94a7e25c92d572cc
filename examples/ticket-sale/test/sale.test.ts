// The sale as its users run it: a process that starts its own workers, on PostgreSQL.
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import pg from "pg";
import { expect, inject, test } from "vitest";

type Answer = { readonly url: string } | { readonly reason: string };

declare module "vitest" {
  interface ProvidedContext {
    readonly postgresBroker: string;
  }
}

/** The tests of the ledger start it. If they are gone, nothing does. */
const broker: string | undefined = inject("postgresBroker");
const postgres: Answer =
  broker === undefined ? { reason: "no PostgreSQL was started" } : ((await (await fetch(broker)).json()) as Answer);
const missing = "reason" in postgres ? ` (NOT RUN: ${postgres.reason})` : "";
if (missing !== "") console.warn(`\nThe ticket sale was not tested${missing}.\n`);

test.skipIf(missing !== "")(
  `100 tickets, 150 buyers, and a worker that is killed: 100 tickets and 50 refunds${missing}`,
  { timeout: 300_000 },
  async () => {
    const url = "url" in postgres ? postgres.url : "";
    const sale = resolve(import.meta.dirname, "../src/sale.ts");
    const { code, output } = await new Promise<{ code: number | null; output: string }>((done) => {
      const options = { env: { ...process.env, DATABASE_URL: url } };
      const child = execFile(
        process.execPath,
        ["--conditions=@tautan/source", sale],
        options,
        (_error, stdout, stderr) => done({ code: child.exitCode, output: stdout + stderr }),
      );
    });
    expect(output).toContain("Result:  100 tickets, 50 refunds due, 150 different payments");
    expect(output).toMatch(/Killed: {2}worker-[12], at ticket 40/);
    expect(code, output).toBe(0);
    // Its schema is gone: a database of yours stays as it was.
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ticket_sale_%'");
    await client.end();
    expect(rows).toEqual([]);
  },
);
