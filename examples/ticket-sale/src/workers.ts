// The workers as processes of their own, and the death of one of them.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Workers {
  /** The worker that was killed; undefined before. */
  readonly killed: () => string | undefined;
  stop(): Promise<void>;
}

/** Starts the workers, and kills with SIGKILL the one that makes the ticket with this number: in its transaction, or just after it. */
export const startWorkers = (names: readonly string[], env: NodeJS.ProcessEnv, fatalTicket: number): Workers => {
  let tickets = 0;
  let killed: string | undefined;
  const start = (name: string): ChildProcess => {
    const worker = fork(join(import.meta.dirname, "worker.ts"), { env: { ...env, WORKER: name } });
    worker.on("message", () => {
      tickets += 1;
      if (tickets !== fatalTicket) return;
      killed = name;
      worker.kill("SIGKILL");
      console.log(`Killed:  ${name}, at ticket ${fatalTicket}`);
    });
    return worker;
  };
  const workers = names.map(start);
  const stop = async (worker: ChildProcess): Promise<void> => {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = once(worker, "exit");
    if (worker.connected) worker.disconnect();
    await ended;
  };
  return { killed: () => killed, stop: async () => void (await Promise.all(workers.map(stop))) };
};
