import type {
  Delivery,
  Observation,
  PaymentLinkError,
  Result,
  WebhookAcknowledgement,
  WebhookRequest,
} from "@tautan/core";

import type { WebhookProblem } from "./problem.ts";
import { type EventReceiver, hasLedger, type ReceiverError, type WebhookReceiver } from "./receiver.ts";

type ProblemFields = Omit<WebhookProblem, "gateway" | "status">;

/** The answer to a request, and what was wrong with it. */
export interface Outcome {
  readonly acknowledgement: WebhookAcknowledgement;
  readonly problems: readonly ProblemFields[];
}

type Parts = Exclude<WebhookRequest, Request>;

/** Passes a delivery on. */
type Pass = (gateway: string, request: Parts) => Promise<Outcome>;

export const passerOf = (receiver: WebhookReceiver): Pass => {
  if (!hasLedger(receiver)) return (gateway, request) => passToHandler(receiver, gateway, request);
  return async (gateway, request) => {
    const ingested = await receiver.ledger.ingest(gateway, request);
    if (ingested.isErr()) return errorOutcome(ingested.error);
    return { acknowledgement: ingested.value.acknowledgement, problems: [] };
  };
};

/** The events in order. The first that fails ends the delivery: the gateway sends all of it again. */
const passToHandler = async (receiver: EventReceiver, gateway: string, request: Parts): Promise<Outcome> => {
  const parsed = await receiver.links.parseWebhook(gateway, request);
  if (parsed.isErr()) return errorOutcome(parsed.error);
  const { observations, acknowledgement, retryLater } = parsed.value;
  const problems: ProblemFields[] = [];
  for (const observation of observations) {
    const confirmed = await receiver.links.confirm(observation);
    if (confirmed.isErr()) {
      problems.push(notConfirmed(confirmed.error));
      // Final: a repeated delivery could not be confirmed either.
      if (confirmed.error.kind === "unsupported") continue;
      return { acknowledgement: retryLater, problems };
    }
    const failed = await handle(receiver, confirmed.value, parsed.value);
    if (failed) return { acknowledgement: retryLater, problems: [...problems, failed] };
  }
  return { acknowledgement, problems };
};

const handle = async (
  { onEvent }: EventReceiver,
  event: Observation,
  delivery: Delivery,
): Promise<ProblemFields | undefined> => {
  try {
    const handled = await onEvent(event, delivery);
    return isErr(handled) ? eventFailed("returned an Err", handled.error) : undefined;
  } catch (thrown) {
    return eventFailed(`threw ${thrown instanceof Error ? thrown.name : typeof thrown}`, thrown);
  }
};

const isErr = (
  value: void | Result<unknown, unknown>,
): value is Extract<Result<unknown, unknown>, { error: unknown }> =>
  typeof value === "object" && value !== null && "isErr" in value && value.isErr();

const eventFailed = (how: string, cause: unknown): ProblemFields => ({
  kind: "event_failed",
  message: `onEvent ${how}`,
  hint: "The gateway sends the delivery again. Repair the handler before its last retry.",
  cause,
});

const notConfirmed = (error: PaymentLinkError): ProblemFields => ({
  kind: "not_confirmed",
  message: error.message,
  hint: error.hint,
  error,
});

const errorOutcome = (
  error: ReceiverError & { readonly acknowledgement: WebhookAcknowledgement; readonly problem?: unknown },
): Outcome => {
  const { kind, message, hint, problem, acknowledgement } = error;
  const isOfCore = kind === "malformed_webhook";
  if (isOfCore && (problem === "too_large" || problem === "body_parsed" || problem === "incomplete")) {
    return { acknowledgement, problems: [{ kind: problem, message, hint, error }] };
  }
  const isRefused = REFUSALS.has(kind);
  return { acknowledgement, problems: [{ kind: isRefused ? "refused" : "not_stored", message, hint, error }] };
};

/** The kinds of errors of `parseWebhook`. All others are of the ledger's database. */
const REFUSALS: ReadonlySet<string> = new Set<string>([
  "signature_invalid",
  "signature_expired",
  "malformed_webhook",
  "unknown_gateway",
]);

const TOO_LARGE: WebhookAcknowledgement = Object.freeze({ status: 413, headers: Object.freeze({}), body: null });

export const tooLarge = (maxBytes: number): Outcome => ({
  acknowledgement: TOO_LARGE,
  problems: [
    {
      kind: "too_large",
      message: `expected at most ${maxBytes} bytes`,
      hint: "Most deliveries are far smaller. Raise maxBodyBytes if your gateway sends batches of this size.",
    },
  ],
});

/** The outcome of a defect. Nothing is known to be stored, so the gateway must send it again. */
export const refusalOf = (cause: unknown): Outcome => ({
  acknowledgement: { status: 503, headers: {}, body: null },
  problems: [
    { kind: "unexpected", message: "the handler failed", hint: "The gateway sends the delivery again.", cause },
  ],
});
