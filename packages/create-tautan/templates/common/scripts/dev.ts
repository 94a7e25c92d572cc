// The gateways on this machine, and the shop against them. Usage: node scripts/dev.ts <command that starts the shop>
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { startSandbox } from "./sandbox.ts";

if (existsSync(".env")) process.loadEnvFile();
// Simulated payments would mark real orders as paid.
if (process.env["TAUTAN_ENVIRONMENT"] === "production" && process.env["DATABASE_URL"]) {
  console.error(
    "TAUTAN_ENVIRONMENT: expected no production, because DATABASE_URL has the real orders. Change both in .env.",
  );
  process.exit(1);
}
const port = process.env["PORT"] ?? "3000";
const shopUrl = `http://localhost:${port}`;
const { sandbox, environment } = await startSandbox({ shopUrl, stateFile: "sandbox.db" });

const [command = "node", ...parameters] = process.argv.slice(2);
const shop = spawn(command, parameters, {
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, ...environment, PORT: port, SHOP_URL: shopUrl, DATABASE_FILE: "dev.db" },
});
// A terminal sends Ctrl-C to both.
process.on("SIGINT", () => {});
process.once("SIGTERM", () => shop.kill("SIGTERM"));
const ended = once(shop, "exit");

/** Whether the shop answers. */
const isUp = async (): Promise<boolean> => {
  const response = await fetch(shopUrl).catch(() => undefined);
  return response !== undefined;
};
const whenUp = async (): Promise<void> => {
  while (shop.exitCode === null && !(await isUp())) await wait(100);
};
await Promise.race([whenUp(), ended]);
if (shop.exitCode === null && shop.signalCode === null) {
  const order = await fetch(`${shopUrl}/orders`, { method: "POST", redirect: "manual" });
  console.log(`All calls and webhooks: ${sandbox.control.url}`);
  console.log(`Pay this link: ${order.headers.get("location") ?? "none was made, see above"}`);
}

const [code] = (await ended) as [number | null];
await sandbox.close();
process.exit(code ?? 0);
