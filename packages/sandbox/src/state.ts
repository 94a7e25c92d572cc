import type { DialState } from "./chaos.ts";
import type { WaitingWebhook } from "./deliveries.ts";
import type { KeptPurchase } from "./midtrans/kept-purchase.ts";
import type { MidtransLink } from "./midtrans/links.ts";
import type { KeptHistory } from "./singapay/kept-history.ts";
import type { SingapayLink } from "./singapay/links.ts";
import type { RecordedDelivery, RecordedRequest } from "./types.ts";
import type { ClockState } from "./virtual-clock.ts";
import type { XfersLink } from "./xfers/links.ts";

/**
 * Everything that lasts beyond a process where a file was asked for, by shelf: plain values, no functions. What is not
 * here is gone: connections, forms of pay pages, who is in the middle of paying.
 */
export interface Kept {
  readonly seed: string;
  /** By the name of the server. */
  readonly ports: number;
  /** The last number that was given of each kind. */
  readonly lastNumbers: number;
  /** How many bytes each source of randomness has given. */
  readonly drawn: number;
  readonly clock: ClockState;
  readonly dials: DialState;
  /** How often each fault has struck. */
  readonly struck: number;
  /** By provider; `null` where none is set any more. */
  readonly webhookUrls: string | null;
  readonly requests: RecordedRequest;
  readonly deliveries: RecordedDelivery;
  /** By webhook number: those that are under way, and those to be sent later. */
  readonly waiting: WaitingWebhook;
  readonly midtransLinks: Omit<MidtransLink, "purchases">;
  readonly midtransPurchases: KeptPurchase;
  /** Every virtual account number that was ever issued, after its bank. */
  readonly midtransVirtualAccounts: true;
  readonly xfersLinks: XfersLink;
  readonly singapayLinks: Omit<SingapayLink, "histories">;
  readonly singapayHistories: KeptHistory;
  /** Every `reff_no` that was ever used. */
  readonly singapayReferences: true;
  /** When each token ends, in milliseconds since 1970. */
  readonly singapayTokens: number;
}

/** One kind of what is kept. */
export interface Shelf<Value> {
  /** What an earlier process left, in the order in which it was first put there. */
  readonly kept: ReadonlyMap<string, Value>;
  /** To be kept as it is at the next save. Whoever changes a value afterwards puts it again. */
  put(key: string, value: Value): void;
  remove(key: string): void;
}

/** Texts that are kept once they were added. */
export interface KeptSet {
  has(text: string): boolean;
  add(text: string): void;
}

export function createKeptSet(shelf: Shelf<true>): KeptSet {
  const texts = new Set(shelf.kept.keys());
  return {
    has: (text) => texts.has(text),
    add(text) {
      texts.add(text);
      shelf.put(text, true);
    },
  };
}

/** Gives one number after the other, `first` at first, and goes on after the last that was kept under this name. */
export function createCounter(state: State, name: string, first: number): () => number {
  const shelf = state.shelf("lastNumbers");
  let last = shelf.kept.get(name) ?? first - 1;
  return () => {
    last += 1;
    shelf.put(name, last);
    return last;
  };
}

/** What one run keeps, while it is the newest. */
export interface State {
  shelf<Name extends keyof Kept>(name: Name): Shelf<Kept[Name]>;
  /** Writes down all that was put, or nothing, and then throws an {@link UnkeptState} that says why. */
  save(): void;
}

/** A file that cannot be written: no defect of the sandbox. */
export class UnkeptState extends Error {
  override readonly name = "UnkeptState";
}

/** Where state is between the starts of a sandbox. */
export interface StateKeeper {
  /** Whether an earlier process left a run to go on with. */
  readonly holdsRun: boolean;
  /** The state of the first run. */
  takeUp(): State;
  /** The state of a run from the start. With its first save, what was kept before goes, and the earlier state keeps nothing more. */
  startAnew(): State;
  /** What was put since the last save is not kept. */
  close(): void;
}

const nowhere: Shelf<never> = { kept: new Map<string, never>(), put: () => undefined, remove: () => undefined };

const noState: State = { shelf: () => nowhere, save: () => undefined };

/** Keeps nothing: a sandbox without a file. */
export const forgetful: StateKeeper = {
  holdsRun: false,
  takeUp: () => noState,
  startAnew: () => noState,
  close: () => undefined,
};
