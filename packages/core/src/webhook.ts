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
      /**
       * The raw body as received, or a stream of its bytes, such as Node's `IncomingMessage`. Do not pass parsed and re-serialised
       * JSON: signatures cover the bytes.
       */
      readonly body: string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
    };

/** A response to a gateway. It is a `ResponseInit`: `new Response(acknowledgement.body, acknowledgement)`. */
export interface WebhookAcknowledgement {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A link that a delivery may belong to. */
export interface LinkCandidate {
  readonly id?: LinkId;
  readonly reference?: string;
}

interface ObservationOf<Kind extends string> {
  readonly kind: Kind;
  readonly gateway: string;
  readonly trust: Trust;
}

/** A report about one history. */
export interface HistoryObservation extends ObservationOf<"history"> {
  readonly history: PaymentLinkHistory;
  /** The possible links, the most likely first. Prefer a link whose id you know. */
  readonly linkCandidates: readonly LinkCandidate[];
}

/** A report about a link. */
export interface LinkObservation extends ObservationOf<"link"> {
  readonly link: PaymentLink;
  /**
   * All histories of the link, if `confirm` read it. Process each of them: the delivery may have been about any. Absent if the
   * gateway cannot list them.
   */
  readonly histories?: readonly PaymentLinkHistory[];
}

/** An event of a link or history without its content. `confirm` reads the content. */
export interface NoticeObservation extends ObservationOf<"notice"> {
  readonly resource: "link" | "history";
  readonly id: `${string}:${string}`;
  /** The links that the delivery names, the most likely first; absent if it names none. */
  readonly linkCandidates?: readonly LinkCandidate[];
}

/** An event that this version does not know, or that does not concern payment links. Acknowledge it and continue. */
export interface UnknownObservation extends ObservationOf<"unknown"> {
  /** The provider's name of the event, or `(not a word)` if it is not a single word and could contain personal data. */
  readonly event: string;
  /** The delivery's body. Not enumerable. */
  readonly raw?: unknown;
}

/** One report of a delivery or a read. */
export type Observation = HistoryObservation | LinkObservation | NoticeObservation | UnknownObservation;

/**
 * All histories of an observation: its own, or those of a link that `confirm` read.
 *
 * @example
 * ```ts
 * import { historiesIn, type Observation, type PaymentLinks } from "@tautan/core";
 *
 * const paidReferences = async (links: PaymentLinks, observation: Observation): Promise<(string | undefined)[]> => {
 *   const confirmed = await links.confirm(observation);
 *   if (confirmed.isErr()) throw new Error(confirmed.error.message);
 *   return historiesIn(confirmed.value).flatMap((history) => (history.isPaid ? [history.reference] : []));
 * };
 * ```
 */
export const historiesIn = (observation: Observation): readonly PaymentLinkHistory[] => {
  if (observation.kind === "history") return [observation.history];
  return observation.kind === "link" ? (observation.histories ?? []) : [];
};

/** One verified webhook. */
export interface Delivery {
  readonly gateway: string;
  /** The body as received. Not enumerable, because it can contain the payer's data. */
  readonly raw: Uint8Array;
  /**
   * The SHA-256 of the body, 64 hexadecimal digits. A repeated delivery has the same digest. Two notices about the same link or
   * history have the same digest too, although they report two events.
   */
  readonly digest: string;
  /**
   * How long this gateway waits for a response, in milliseconds from its request. `confirm` uses at most two thirds of it,
   * unless the call has a `timeoutMs`.
   */
  readonly respondWithinMs: number;
  /** The reports of the delivery, possibly none. Some gateways send batches. */
  readonly observations: readonly Observation[];
  /** The response for success. */
  readonly acknowledgement: WebhookAcknowledgement;
  /** The response that gets the most retries from this gateway. */
  readonly retryLater: WebhookAcknowledgement;
}
