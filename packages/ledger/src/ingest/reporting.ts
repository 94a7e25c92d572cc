import type { WebhookRequest } from "@tautan/core";
import type { Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { mentionWaitingWork } from "../deliveries/waiting-work.ts";
import type { IngestError } from "../errors.ts";
import type { Ingested } from "../types.ts";
import { ingestDelivery } from "./ingest.ts";

const MAX_KEY_LENGTH = 64;

/** Receives a delivery, and mentions why it was refused, or that work has been waiting for long. */
export const ingestAndReport = async (
  context: LedgerContext,
  gateway: string,
  request: WebhookRequest,
): Promise<Result<Ingested, IngestError>> => {
  const ingested = await ingestDelivery(context, gateway, request);
  if (ingested.isOk()) await mentionWaitingWork(context);
  else mentionRefusal(context, gateway, ingested.error);
  return ingested;
};

const mentionRefusal = ({ problems }: LedgerContext, gateway: string, error: IngestError): void => {
  const { message, hint } = error;
  const from = { gateway: keyOf(gateway), message, hint };
  if ("operation" in error) problems.mention({ kind: "delivery_refused", ...from, error: error.kind });
  else problems.mention({ kind: "delivery_not_stored", ...from, error: error.kind });
};

/** Mentions that a request could not even be read. */
export const reportThrown = ({ problems }: LedgerContext, gateway: string | undefined): void =>
  problems.mention({
    kind: "delivery_not_stored",
    gateway: keyOf(gateway),
    error: "unexpected",
    message: "expected a Fetch request whose body nobody has read, and it could not be read",
    hint: "Pass the request of the server as it is.",
  });

/** A key from outside, as far as it can be printed. */
const keyOf = (gateway: unknown): string =>
  typeof gateway === "string" ? gateway.toWellFormed().slice(0, MAX_KEY_LENGTH) : "(not a key)";
