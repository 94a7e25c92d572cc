// A process of the server: its own links, ledger and connection, over the database and the gateway that all share.
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { createPaymentLinks, err } from "@tautan/core";
import { type AnyDriver, type DriverErrorDetails, driverError } from "@tautan/core/driver";
import type { ManualClock } from "@tautan/driver-memory";
import { createLedger, type Database, sqlite } from "@tautan/ledger";

import { createMcpServer } from "../../src/index.ts";

/** What befalls the next request of a process to the gateway. */
export const FATES = [
  "loses_request",
  "loses_answer",
  "times_out_before",
  "times_out_after",
  "is_unavailable",
  "is_limited",
  "is_garbled_after",
  "dies_before",
  "dies_after",
  "stalls_before",
  "stalls_after",
] as const;

export type Fate = (typeof FATES)[number];

export interface McpProcess {
  /** A new session of an agent. */
  readonly connect: () => Promise<Client>;
  /** These requests have these fates, in order; the ones after them work. */
  readonly meets: (fates: readonly Fate[]) => void;
  readonly isDead: () => boolean;
  /** Resolves when it has died. */
  readonly gone: Promise<void>;
  /** Lets the requests go on that stand still. */
  readonly goOn: () => void;
  readonly end: () => Promise<void>;
}

export interface SharedParts {
  readonly clock: ManualClock;
  readonly driver: AnyDriver;
  readonly file: string;
  readonly onFate: (fate: Fate) => void;
}

/** Longer than a create holds its claim. */
export const CLAIM_MS = 60_000;

const OPERATIONS = ["create", "get", "find", "findRecent", "list", "listHistories"] as const;

type Handle = (...given: unknown[]) => Promise<unknown>;

const never = (): Promise<never> => new Promise(() => {});
const failure = (
  kind: "network" | "timeout" | "unavailable" | "rate_limited" | "malformed_response",
  more?: Partial<DriverErrorDetails>,
) => err(driverError(kind, { message: "as the run ordered", ...more }));

export const startProcess = ({ clock, driver, file, onFate }: SharedParts): McpProcess => {
  const fates: Fate[] = [];
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  let isDead = false;
  let stalled: (() => void)[] = [];
  const die = (): Promise<never> => {
    isDead = true;
    // Others wait until its claim has ended.
    clock.advance(CLAIM_MS);
    resolve();
    return never();
  };
  const stall = (): Promise<void> => new Promise((goOn) => void stalled.push(goOn));
  const meet = async (fate: Fate, work: () => Promise<unknown>): Promise<unknown> => {
    onFate(fate);
    switch (fate) {
      case "loses_request":
        return failure("network");
      case "loses_answer":
        await work();
        return failure("network");
      case "times_out_before":
        return failure("timeout");
      case "times_out_after":
        await work();
        return failure("timeout");
      case "is_unavailable":
        return failure("unavailable", { status: 503 });
      case "is_limited":
        return failure("rate_limited", { status: 429, retryAfterMs: 1 });
      case "is_garbled_after":
        await work();
        return failure("malformed_response", { status: 200 });
      case "dies_before":
        return die();
      case "dies_after":
        await work();
        return die();
      case "stalls_before":
        await stall();
        return work();
      case "stalls_after": {
        const answer = await work();
        await stall();
        return answer;
      }
    }
  };
  const handlers: Record<string, unknown> = { ...driver.handlers };
  for (const name of OPERATIONS) {
    const handle = handlers[name] as Handle | undefined;
    if (!handle) continue;
    handlers[name] = async (...given: unknown[]): Promise<unknown> => {
      if (isDead) return never();
      const fate = fates.shift();
      const answer = await (fate ? meet(fate, () => handle(...given)) : handle(...given));
      return isDead ? never() : answer;
    };
  }
  const shop = { ...driver, handlers } as unknown as AnyDriver;
  const links = createPaymentLinks({ default: "shop", gateways: { shop }, clock, timeoutMs: 10_000 });
  const ledger = createLedger({
    links,
    database: sqlite(file) as Database<unknown, unknown>,
    clock,
    random: () => 0.5,
  });
  return {
    connect: async () => {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      const server = createMcpServer({ ledger, allow: { create: true } });
      await server.connect(ours as never);
      const client = new Client({ name: "an agent", version: "1.0.0" });
      await client.connect(theirs);
      return client;
    },
    meets: (list) => void fates.splice(0, fates.length, ...list),
    isDead: () => isDead,
    gone,
    goOn: () => {
      for (const each of stalled) each();
      stalled = [];
    },
    end: () => ledger.end(),
  };
};
