import type { RequestPurpose } from "./http-types.ts";

/**
 * The order of waiting requests, and the number of others that may be sent before one of each kind. Many replayed
 * deliveries, which are all confirmed, do not delay a create, and many creates do not stop reads.
 */
const ORDER: readonly (readonly [purpose: RequestPurpose, mayPass: number])[] = [
  ["token", Number.POSITIVE_INFINITY],
  ["create", 3],
  ["change", 3],
  ["read", 7],
  ["confirm", 15],
];

export const PURPOSES: readonly RequestPurpose[] = ORDER.map(([purpose]) => purpose);

/** The purposes whose requests are sent no later than one of this purpose. */
export const notAfter = (purpose: RequestPurpose): readonly RequestPurpose[] =>
  PURPOSES.slice(0, PURPOSES.indexOf(purpose) + 1);

/** Chooses between kinds of requests that are ready to be sent. */
export class Order {
  readonly #passed = new Map<RequestPurpose, number>();

  next(ready: readonly RequestPurpose[]): RequestPurpose | undefined {
    const waiting = ORDER.filter(([purpose]) => ready.includes(purpose));
    const overdue = waiting.find(([purpose, mayPass]) => (this.#passed.get(purpose) ?? 0) >= mayPass);
    const chosen = (overdue ?? waiting[0])?.[0];
    for (const [purpose] of ORDER) {
      const isPassed = purpose !== chosen && ready.includes(purpose);
      this.#passed.set(purpose, isPassed ? (this.#passed.get(purpose) ?? 0) + 1 : 0);
    }
    return chosen;
  }

  /** Starts again: nothing waits. */
  forget(): void {
    // An empty map is not free to clear.
    if (this.#passed.size > 0) this.#passed.clear();
  }
}
