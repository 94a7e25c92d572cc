import type { RequestPurpose } from "./http-types.ts";

/**
 * Who goes first where requests wait, and how many others may go before one of a kind that is waiting: a storm of replayed
 * deliveries, each of which is confirmed, delays no create, and a rush of creates still lets payments be read.
 */
const ORDER: readonly (readonly [purpose: RequestPurpose, mayPass: number])[] = [
  ["token", Number.POSITIVE_INFINITY],
  ["create", 3],
  ["change", 3],
  ["read", 7],
  ["confirm", 15],
];

export const PURPOSES: readonly RequestPurpose[] = ORDER.map(([purpose]) => purpose);

/** The purposes whose requests go no later than one of this purpose. */
export const notAfter = (purpose: RequestPurpose): readonly RequestPurpose[] =>
  PURPOSES.slice(0, PURPOSES.indexOf(purpose) + 1);

/** Chooses between kinds of requests that are ready to leave. */
export class Order {
  readonly #passed = new Map<RequestPurpose, number>();

  /** Which of these kinds goes next. */
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
}
