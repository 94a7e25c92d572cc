// The database of the sale: yours, or one that runs for as long as the sale does.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Returns the PostgreSQL that DATABASE_URL names, else one that comes from npm, else the reason why there is none. */
export const startPostgres = async (): Promise<Postgres | { readonly reason: string }> => {
  const url = process.env["DATABASE_URL"];
  if (url) return { url, stop: async () => {} };
  // A process of its own, because the package ends the process that imports it with exit code 0.
  const child = fork(join(import.meta.dirname, "postgres-child.ts"), { stdio: "ignore", detached: true });
  const ended = once(child, "exit");
  const [answer] = (await Promise.race([
    once(child, "message"),
    ended.then(([code]) => [{ reason: `its process ended with ${String(code)}` }]),
  ])) as [{ readonly url: string } | { readonly reason: string }];
  if ("reason" in answer) return answer;
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  return { url: answer.url, stop };
};
