// Everything on this machine: PostgreSQL if DATABASE_URL is not set, Midtrans, the worker, and the shop.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createSandbox } from "@tautan/sandbox";
import pg from "pg";
import { createTables } from "./orders.ts";

const FOLDER = resolve(import.meta.dirname, "..");
const port = process.env["PORT"] ?? "3000";
const url = `http://127.0.0.1:${port}`;

const startPostgres = async (): Promise<{ readonly databaseUrl: string; readonly child: ChildProcess }> => {
  // Out of reach of the terminal's Ctrl-C: those that use it end first.
  const child = fork(resolve(FOLDER, "src/postgres.ts"), { detached: true });
  const failed = once(child, "exit").then(() => {
    throw new Error("PostgreSQL does not start here. Set DATABASE_URL to the URL of yours.");
  });
  const [databaseUrl] = await Promise.race([once(child, "message"), failed]);
  failed.catch(() => {});
  return { databaseUrl, child };
};

const given = process.env["DATABASE_URL"];
const own = given ? undefined : await startPostgres();
const databaseUrl = given ?? own?.databaseUrl;
const pool = new pg.Pool({ connectionString: databaseUrl });
await createTables(pool);
await pool.end();

const sandbox = await createSandbox({
  gateways: ["midtrans"],
  webhookUrls: { midtrans: `${url}/webhooks/midtrans` },
  stateFile: "sandbox.db",
});
const env = {
  ...process.env,
  DATABASE_URL: databaseUrl,
  SHOP_URL: url,
  MIDTRANS_URL: sandbox.midtrans.url,
  MIDTRANS_SERVER_KEY: sandbox.midtrans.credentials.serverKey,
};
const run = (...parameters: readonly string[]): ChildProcess =>
  spawn(process.execPath, parameters, { cwd: FOLDER, env, stdio: "inherit" });

const worker = run("src/worker.ts");
const shop = run("node_modules/next/dist/bin/next", "dev", "--hostname", "127.0.0.1", "--port", port);
console.log(`Shop:      ${url}`);
console.log(`Inspector: ${sandbox.control.url}`);
console.log("Stop with Ctrl-C.");

const ended = Promise.all([once(worker, "exit"), once(shop, "exit")]);
const stop = (): void => {
  worker.kill("SIGTERM");
  shop.kill("SIGTERM");
};
// If one of them ends, so does the other.
for (const child of [worker, shop]) child.once("exit", stop);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
await ended;
await sandbox.close();
if (own?.child.connected) own.child.disconnect();
