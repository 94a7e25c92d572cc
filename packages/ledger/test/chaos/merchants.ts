import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { SimulatedWebhook } from "@tautan/driver-memory";
import type { MerchantOptions, Paths } from "./merchant-options.ts";

/** A merchant's process, which is started again whenever it ends. */
export interface Merchant {
  /** Resolves once it listens, to the moment since which it does. */
  readonly ready: () => Promise<number>;
  /** The URL at which it listens; `undefined` while it starts. */
  readonly url: () => string | undefined;
  /** Ends it with SIGKILL, and starts it again. */
  readonly kill: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** How often it has ended although nobody has killed it. */
  readonly crashes: () => number;
}

export const createMerchant = (options: MerchantOptions): Merchant => {
  let child: ChildProcess;
  let url: string | undefined;
  let listening: Promise<number>;
  let isEnding = false;
  let crashes = 0;
  const start = (): void => {
    const started = fork(new URL("merchant.ts", import.meta.url), [JSON.stringify(options)], {
      execArgv: ["--conditions=@tautan/source"],
    });
    child = started;
    url = undefined;
    listening = once(started, "message").then(([port]) => {
      url = `http://127.0.0.1:${Number(port)}/`;
      return performance.now();
    });
    started.once("exit", () => {
      if (isEnding) return;
      crashes += 1;
      start();
    });
  };
  start();
  const end = async (): Promise<void> => {
    await listening;
    isEnding = true;
    url = undefined;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  return {
    ready: () => listening,
    url: () => url,
    kill: async () => {
      await end();
      isEnding = false;
      start();
    },
    end,
    crashes: () => crashes,
  };
};

const PAUSE_MS = 50;

/** `undefined` if the process ends meanwhile. */
const statusOf = async (url: string, request: RequestInit): Promise<number | undefined> => {
  try {
    const answer = await fetch(url, request);
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
};

/** Sends until it is acknowledged, as a gateway does: each time to the other process. */
export const sendUntilAcknowledged = async (
  merchants: readonly [Merchant, Merchant],
  { body, headers }: SimulatedWebhook,
  first: number,
): Promise<void> => {
  for (let attempt = first; ; attempt += 1) {
    const url = merchants[attempt % 2 === 0 ? 0 : 1].url();
    const status = url && (await statusOf(url, { method: "POST", body, headers }));
    if (status === 200) return;
    if (status && status < 500) throw new Error(`a webhook was answered with ${status}`);
    await setTimeout(PAUSE_MS);
  }
};

/** Makes a process write in one way from now on, and returns how often it has written in each since the last call. */
export const switchPath = async (merchant: Merchant, path: keyof Paths): Promise<Paths> => {
  await merchant.ready();
  return (await (await fetch(`${merchant.url()}${path}`, { method: "PUT" })).json()) as Paths;
};
