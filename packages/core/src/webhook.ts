import type { PaymentLinkHistory, Trust } from "./history.ts";
import type { LinkId } from "./identifiers.ts";
import type { PaymentLink } from "./payment-link.ts";

/** A webhook as a server received it: a Fetch `Request`, or its parts. */
export type WebhookRequest =
  | Request
  | {
      readonly method: string;
      /** The public URL, or its path and query: some gateways sign it. */
      readonly url: string;
      readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
      /** The raw body, as it came. Never one that was parsed and written again: signatures cover the bytes. */
      readonly body: string | Uint8Array;
    };

/** An answer to a gateway; fits `ResponseInit`: `new Response(acknowledgement.body, acknowledgement)`. */
export interface WebhookAcknowledgement {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Which link a delivery may belong to. */
export interface LinkCandidate {
  readonly id?: LinkId;
  readonly reference?: string;
}

/** Something about one payment. */
export interface HistoryObservation {
  readonly kind: "history";
  readonly gateway: string;
  readonly trust: Trust;
  readonly history: PaymentLinkHistory;
  /** The links it may belong to, the most likely first: one whose id you know beats the provider's rule. */
  readonly linkCandidates: readonly LinkCandidate[];
}

/** Something about a link itself. */
export interface LinkObservation {
  readonly kind: "link";
  readonly gateway: string;
  readonly trust: Trust;
  readonly link: PaymentLink;
  /**
   * All histories of the link, where `confirm` read it: treat each like that of a history observation, because the delivery may
   * have been about any of them. Absent where the gateway has no list of them.
   */
  readonly histories?: readonly PaymentLinkHistory[];
}

/** That something happened to a link or history, without a word on what: read it. `confirm` does so. */
export interface NoticeObservation {
  readonly kind: "notice";
  readonly gateway: string;
  readonly trust: Trust;
  readonly resource: "link" | "history";
  readonly id: `${string}:${string}`;
}

/** An event this version does not know, or that is not about payment links. Acknowledge it and go on. */
export interface UnknownObservation {
  readonly kind: "unknown";
  readonly gateway: string;
  readonly trust: Trust;
  /** The provider's word for it; `(not a word)` where it is more than that, as a name of somebody would be. */
  readonly event: string;
  /** The delivery's body. Not enumerable. */
  readonly raw?: unknown;
}

/** What one delivery or one read says; stateless. */
export type Observation = HistoryObservation | LinkObservation | NoticeObservation | UnknownObservation;

/** Every history that an observation holds: its own, or those of a link that `confirm` read. */
export const historiesIn = (observation: Observation): readonly PaymentLinkHistory[] => {
  if (observation.kind === "history") return [observation.history];
  return observation.kind === "link" ? (observation.histories ?? []) : [];
};

/** One verified call from a gateway. */
export interface Delivery {
  readonly gateway: string;
  /**
   * How long this gateway waits for an answer, in milliseconds from its call. `confirm` takes two thirds of it at most, where the
   * call names no `timeoutMs`.
   */
  readonly respondWithinMs: number;
  /** None to many: some gateways send batches. */
  readonly observations: readonly Observation[];
  /** The answer that tells the gateway all is well. */
  readonly acknowledgement: WebhookAcknowledgement;
  /** The answer that makes this gateway try again as often as it ever does. */
  readonly retryLater: WebhookAcknowledgement;
}
