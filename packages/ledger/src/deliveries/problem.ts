import type { LinkId, PaymentLinkError, WebhookError } from "@tautan/core";
import type { StorageError } from "../errors.ts";
import type { DeliveryId, DeliveryProblem } from "./types.ts";

interface ProblemOf<Kind extends string> {
  readonly kind: Kind;
  /** The expected state, and the received one. Contains neither secrets nor data of payers. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** A webhook was refused, and nothing of it was stored: it is forged, or the keys or the path are not those of the gateway. */
export interface DeliveryRefused extends ProblemOf<"delivery_refused"> {
  /** The gateway's key, as the request named it. */
  readonly gateway: string;
  /** Why. */
  readonly error: WebhookError["kind"];
}

/** A genuine webhook could not be stored. Its gateway is asked to send it again. */
export interface DeliveryNotStored extends ProblemOf<"delivery_not_stored"> {
  readonly gateway: string;
  /** Why; `unexpected` if the request could not be read. */
  readonly error: StorageError["kind"] | "unexpected";
}

/** A webhook was stored and acknowledged, and needs a person: `deliveries.get` shows it. */
export interface DeliveryUnresolved extends ProblemOf<"delivery_unresolved"> {
  readonly gateway: string;
  readonly delivery: DeliveryId;
  readonly problem: DeliveryProblem;
}

/**
 * A create may have made a link, and no process has its gateway any more, so that nobody finds out. `reconcile` lists it in `unresolved`
 * until one has.
 */
export interface CreateUnresolved extends ProblemOf<"create_unresolved"> {
  readonly gateway: string;
  readonly reference: string;
}

/** A link accepts payments after its expiry, which the ledger enforces: the gateway has not closed it. It is tried again. */
export interface ExpiryNotEnforced extends ProblemOf<"expiry_not_enforced"> {
  readonly gateway: string;
  readonly link: LinkId;
  readonly reference: string;
  /** Why it could not be closed. */
  readonly error: PaymentLinkError["kind"];
}

/** Webhooks or events have been due for more than 10 minutes: neither `process` nor `drain` runs, or they do not keep up. */
export interface WorkIsWaiting extends ProblemOf<"work_is_waiting"> {
  /** How long, in milliseconds. */
  readonly waitedMs: number;
}

/** A worker did not stop in time, and is left to itself: handlers in a transaction of another library hang, and cannot be cut. */
export interface StopTimedOut extends ProblemOf<"stop_timed_out"> {
  /** The ids of the events whose handlers have not returned. */
  readonly events: readonly string[];
}

/** Something that needs a person, or may. */
export type LedgerProblem =
  | DeliveryRefused
  | DeliveryNotStored
  | DeliveryUnresolved
  | CreateUnresolved
  | ExpiryNotEnforced
  | WorkIsWaiting
  | StopTimedOut;

/** Receives problems. If it returns a promise, the problem counts as reported once that is fulfilled. */
export type ProblemListener = (problem: LedgerProblem) => unknown;
