// One PostgreSQL for a run of tests, from npm. It starts when the first test asks for it, and stops with the run.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
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

export interface PostgresServer {
  readonly answer: PostgresAnswer;
  readonly stop: () => Promise<void>;
  /** Kills it with SIGKILL, and starts it again on the same data. Absent if it is not ours. */
  readonly kill?: () => Promise<void>;
}

export const startPostgres = async (): Promise<PostgresServer> => {
  const url = process.env["DATABASE_URL"];
  if (url !== undefined) return { answer: { url }, stop: async () => {} };
  const child = fork(join(import.meta.dirname, "postgres-child.ts"), { stdio: "ignore" });
  const ended = once(child, "exit");
  const [message] = await Promise.race([
    once(child, "message"),
    ended.then(([code]) => [{ reason: `its process ended with ${String(code)}` }]),
  ]);
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  const answer = message as PostgresAnswer;
  const kill = async (): Promise<void> => {
    const restarted = once(child, "message");
    child.send("kill");
    await restarted;
  };
  if ("url" in answer) return { answer, stop, kill };
  const reason = `no PostgreSQL runs here (${answer.reason}); set DATABASE_URL to use yours`;
  console.warn(`The ledger's tests on PostgreSQL are skipped: ${reason}`);
  return { answer: { reason }, stop };
};

export default async (project: TestProject): Promise<() => Promise<void>> => {
  let server: Promise<PostgresServer> | undefined;
  const broker = createServer((_, response) => {
    server ??= startPostgres();
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
