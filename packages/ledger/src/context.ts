import type { Clock, PaymentLinks, ResultAsync } from "@tautan/core";
import type { Engine } from "./database/engine.ts";
import type { Problems } from "./deliveries/problems.ts";
import type { RetentionSweep } from "./erase/retention.ts";
import type { StorageError } from "./errors.ts";
import type { GatewayRefs } from "./schema/gateways.ts";
import type { Timer } from "./timer.ts";

/** The parts that every folder of the ledger works with. */
export interface LedgerContext<Tx = unknown, Done = unknown> {
  readonly engine: Engine<Tx, Done>;
  readonly links: PaymentLinks;
  readonly clock: Clock;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  readonly timer: Timer;
  readonly lateAfterMs: number;
  readonly waitForLinkMs: number;
  /** Whether the ledger closes links at their expiry if the gateway cannot, unless the call decides. */
  readonly enforceExpiry: boolean;
  readonly retention: RetentionSweep;
  readonly problems: Problems;
  /** Makes the tables at the first use, and returns the numbers of the gateways. Call it before any other statement. */
  readonly ready: () => ResultAsync<GatewayRefs, StorageError>;
  /** Notifies the workers of this process that there is work. */
  readonly wakeWorkers: () => void;
}
