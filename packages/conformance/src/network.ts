import type { AnyDriver } from "@tautan/core/driver";
import { callsThrough } from "./network-calls.ts";
import { transportThrough } from "./network-transport.ts";
import { type NetworkTransport, Traffic } from "./traffic.ts";

/** Carries all traffic of one test, counts it and, on request, makes it misbehave. */
export class FaultyNetwork extends Traffic {
  /** A transport whose requests are counted and misbehave. Put it inside the retries, so that every request counts. */
  aroundTransport<T extends NetworkTransport>(transport: T): T {
    // Its failures are among those that any such transport has.
    return transportThrough(this, transport) as T;
  }

  /** A driver without a network, whose calls are counted and misbehave in place of requests. */
  aroundCalls<D extends AnyDriver>(driver: D): D {
    return callsThrough(this, driver);
  }
}
