import type { LinkCandidate, LinkId } from "@tautan/core";
import type { LearntBy } from "../events/event.ts";
import type { Plan, Report } from "../plan/state.ts";
import type { Noted } from "./note-in-trail.ts";

/** A report, with all that is needed to apply it. */
export interface Application {
  /** The gateway's key. */
  readonly gateway: string;
  readonly report: Report;
  /** The links that it may belong to, the most likely first. */
  readonly candidates: readonly LinkCandidate[];
  readonly learntBy: LearntBy;
  /** What is noted in the link's trail. Default: `read` if it was learnt by a read of the gateway, otherwise nothing. */
  readonly noted?: Noted | undefined;
  /** Whether it was read together with what belongs to other links: then it is noted only if it changes something. */
  readonly isOneOfMany?: boolean | undefined;
  /** The digest of the delivery that reported it. */
  readonly causeRef?: string | undefined;
  /** The delivery that is stored together with what follows from it, if it is not stored yet. */
  readonly delivery?: { readonly digest: string; readonly raw: Uint8Array } | undefined;
}

/** The outcome of a report. */
export interface Applied {
  readonly linkId: LinkId;
  readonly linkRef: number;
  readonly plan: Plan;
  /** The same for histories of the report that are of other links. */
  readonly others?: readonly Applied[];
}
