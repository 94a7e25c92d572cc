// A merchant with a ledger on a gateway in memory, whose changes are counted, and agents that are connected to its server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { createPaymentLinks, type PaymentLinks, type Result } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver, type ManualClock, type MemoryDriver } from "@tautan/driver-memory";
import { createLedger, type Database, type Ledger, sqlite } from "@tautan/ledger";
import { onTestFinished } from "vitest";
import { createMcpServer, type McpOptions, type McpPermissions } from "../../src/index.ts";

type AnyLedger = Ledger<unknown, unknown>;

/** Operations that change something at a gateway. */
const CHANGES = ["create", "update", "close", "reopen", "delete"] as const;

export interface World {
  readonly clock: ManualClock;
  readonly gateway: MemoryDriver;
  readonly links: PaymentLinks;
  readonly ledger: AnyLedger;
  readonly file: string;
  /** How many changes the gateway was asked for. */
  readonly changes: () => number;
  /** A client of the official SDK that is connected to a new server. */
  readonly connect: (allow?: McpPermissions, options?: Partial<McpOptions>) => Promise<Client>;
}

/** The driver, counting the calls that change something. */
const counted = (driver: AnyDriver, onChange: () => void): AnyDriver => {
  const handlers: Record<string, unknown> = { ...driver.handlers };
  for (const name of CHANGES) {
    const handle = handlers[name] as (...given: unknown[]) => unknown;
    handlers[name] = (...given: unknown[]): unknown => {
      onChange();
      return handle(...given);
    };
  }
  return { ...driver, handlers: handlers as unknown as AnyDriver["handlers"] };
};

interface Gateways {
  /** Gateways beside `shop`. */
  readonly others?: readonly string[];
  readonly aliases?: Readonly<Record<string, "shop">>;
}

export const openWorld = async ({ others = [], aliases = {} }: Gateways = {}): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-mcp-"));
  const file = join(folder, "shop.db");
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const gateway = createMemoryDriver({ clock });
  let changes = 0;
  const count = (driver: MemoryDriver): AnyDriver =>
    counted(driver as AnyDriver, () => {
      changes += 1;
    });
  const beside = Object.fromEntries(others.map((key) => [key, count(createMemoryDriver({ clock }))]));
  const links = createPaymentLinks({
    default: "shop",
    gateways: { shop: count(gateway), ...beside },
    aliases,
    clock,
  });
  const ledger = createLedger({ links, database: sqlite(file) as Database<unknown, unknown>, clock });
  (await ledger.migrate())._unsafeUnwrap();
  onTestFinished(async () => {
    await ledger.end();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    clock,
    gateway,
    links,
    ledger,
    file,
    changes: () => changes,
    connect: (allow, options) => connectTo({ ledger, allow, ...options }),
  };
};

/** Connects a client of the official SDK to a new server, in this process. */
const connectTo = async (options: McpOptions): Promise<Client> => {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(options);
  await server.connect(ours as never);
  const client = new Client({ name: "an agent", version: "1.0.0" });
  await client.connect(theirs);
  // From now on, the client compares each result with the schema of its tool.
  await client.listTools();
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  return client;
};

/** The structured result of a call. */
// oxlint-disable-next-line typescript/no-explicit-any -- each test checks the form that it expects
export const call = async (client: Client, name: string, given: object = {}): Promise<any> => {
  const { structuredContent } = await client.callTool({ name, arguments: { ...given } });
  return structuredContent;
};

/** The value of a call that must succeed. */
export const take = async <T, E>(work: PromiseLike<Result<T, E>>): Promise<T> => (await work)._unsafeUnwrap();

export const RUPIAH_190_000 = { amount: "190000", currency: "IDR" } as const;
