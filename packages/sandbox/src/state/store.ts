import type { RuleState } from "../chaos/rules.ts";
import type { MidtransLink } from "../midtrans/links.ts";
import type { StoredPurchase } from "../midtrans/stored-purchase.ts";
import type { SingapayLink } from "../singapay/links.ts";
import type { StoredHistory } from "../singapay/stored-history.ts";
import type { ClockState } from "../time/virtual-clock.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";
import type { WaitingWebhook } from "../webhooks/deliveries.ts";
import type { XfersLink } from "../xfers/links.ts";

/**
 * Everything that lasts beyond a process where a file was asked for, by collection: plain values, no functions. What is not
 * here is gone: connections, forms of pay pages, who is in the middle of paying.
 */
export interface PersistedState {
  readonly seed: string;
  /** By the name of the server. */
  readonly ports: number;
  /** The last number that was given of each kind. */
  readonly lastNumbers: number;
  /** How many bytes each source of randomness has given. */
  readonly drawn: number;
  readonly clock: ClockState;
  readonly rules: RuleState;
  /** How often each fault was triggered. */
  readonly triggered: number;
  /** By provider; `null` where none is set any more. */
  readonly webhookUrls: string | null;
  readonly requests: RecordedRequest;
  readonly deliveries: RecordedDelivery;
  /** By webhook number: those that are under way, and those to be sent later. */
  readonly waiting: WaitingWebhook;
  readonly midtransLinks: Omit<MidtransLink, "purchases">;
  readonly midtransPurchases: StoredPurchase;
  /** Every virtual account number that was ever issued, after its bank. */
  readonly midtransVirtualAccounts: true;
  readonly xfersLinks: XfersLink;
  readonly singapayLinks: Omit<SingapayLink, "histories">;
  readonly singapayHistories: StoredHistory;
  /** Every `reff_no` that was ever used. */
  readonly singapayReferences: true;
  /** When each token ends, in milliseconds since 1970. */
  readonly singapayTokens: number;
}

/** One kind of what is stored. */
export interface Collection<Value> {
  /** What an earlier process left, in the order in which it was first put there. */
  readonly stored: ReadonlyMap<string, Value>;
  /** To be kept as it is at the next save. Whoever changes a value afterwards puts it again. */
  put(key: string, value: Value): void;
  remove(key: string): void;
}

/** Texts that are kept once they were added. */
export interface PersistedSet {
  has(text: string): boolean;
  add(text: string): void;
}

export function createPersistedSet(collection: Collection<true>): PersistedSet {
  const texts = new Set(collection.stored.keys());
  return {
    has: (text) => texts.has(text),
    add(text) {
      texts.add(text);
      collection.put(text, true);
    },
  };
}

/** Gives one number after the other, `first` at first, and goes on after the last that was kept under this name. */
export function createCounter(state: State, name: string, first: number): () => number {
  const collection = state.collection("lastNumbers");
  let last = collection.stored.get(name) ?? first - 1;
  return () => {
    last += 1;
    collection.put(name, last);
    return last;
  };
}

/** What one run keeps, while it is the newest. */
export interface State {
  collection<Name extends keyof PersistedState>(name: Name): Collection<PersistedState[Name]>;
  /** Writes down all that was put, or nothing, and then throws an {@link UnsavedState} that says why. */
  save(): void;
}

/** A file that cannot be written: no defect of the sandbox. */
export class UnsavedState extends Error {
  override readonly name = "UnkeptState";
}

/** Where state is between the starts of a sandbox. */
export interface StateStore {
  /** Whether an earlier process left a run to go on with. */
  readonly holdsRun: boolean;
  /** The state of the first run. */
  resume(): State;
  /** The state of a run from the start. With its first save, what was kept before goes, and the earlier state keeps nothing more. */
  restart(): State;
  /** What was put since the last save is not kept. */
  close(): void;
}

const nowhere: Collection<never> = { stored: new Map<string, never>(), put: () => undefined, remove: () => undefined };

const noState: State = { collection: () => nowhere, save: () => undefined };

/** Keeps nothing: a sandbox without a file. */
export const inMemory: StateStore = {
  holdsRun: false,
  resume: () => noState,
  restart: () => noState,
  close: () => undefined,
};
