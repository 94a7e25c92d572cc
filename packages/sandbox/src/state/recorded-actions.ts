/** An action on a link or on the clock, and its origin. Neither an API call nor a webhook. */
export interface RecordedAction {
  /** {@link RecordedRequest.order} counts these, too. */
  readonly order: number;
  readonly by: "pay page" | "control";
  /** Such as `pay`, `refund` or `advance`. */
  readonly action: string;
  /** The pay page of the link. Absent: it is about the clock. */
  readonly link?: string;
  /** The id of the payment, if one is known. */
  readonly payment?: string;
  /** Why it was not done. */
  readonly refusal?: string;
  /** When it began, in milliseconds since 1970. */
  readonly atMs: number;
  /** Where it moved the clock to. */
  readonly toMs?: number;
}
