/** An action on a link or on the clock, and its origin. Neither an API call nor a webhook. */
export interface RecordedAction {
  /** {@link RecordedRequest.order} counts these, too. */
  readonly order: number;
  readonly by: "pay page" | "control";
  /** Such as `pay`, `refund` or `advance`. */
  readonly action: string;
  /** The link, by the path of its pay page; after a restart it may be on another port. Absent: it is about the clock. */
  readonly link?: { readonly provider: string; readonly path: string };
  /** The id of the payment, if one is known. */
  readonly payment?: string;
  /** Why it was not done. */
  readonly refusal?: string;
  /** When it began, in milliseconds since 1970. */
  readonly atMs: number;
  /** Where it moved the clock to. */
  readonly toMs?: number;
}
