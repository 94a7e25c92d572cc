import type { WebhookAcknowledgement, WebhookRequest } from "@tautan/core";
import type { Result } from "neverthrow";
import type { IngestError } from "../errors.ts";
import type { Ingested } from "../types.ts";

type Ingest = (gateway: string, request: WebhookRequest) => PromiseLike<Result<Ingested, IngestError>>;

/** Answers the request of a gateway. Without a key, the last part of the path is the gateway's key. */
export const handleRequest = async (
  ingest: Ingest,
  request: Request,
  { gateway, onThrown }: { readonly gateway: string | undefined; readonly onThrown: () => void },
): Promise<Response> => {
  try {
    const ingested = await ingest(gateway ?? keyIn(request.url), request);
    return responseOf(ingested.isOk() ? ingested.value.acknowledgement : ingested.error.acknowledgement);
  } catch {
    onThrown();
    // Nothing is known to be stored, so the gateway must send it again.
    return new Response(null, { status: 503 });
  }
};

const responseOf = (acknowledgement: WebhookAcknowledgement): Response =>
  new Response(acknowledgement.body, { status: acknowledgement.status, headers: { ...acknowledgement.headers } });

const keyIn = (url: string): string => {
  const last = new URL(url).pathname.split("/").findLast((part) => part !== "");
  try {
    return decodeURIComponent(last ?? "");
  } catch {
    // No gateway has such a key.
    return last ?? "";
  }
};
