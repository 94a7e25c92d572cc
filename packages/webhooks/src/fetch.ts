import type { WebhookAcknowledgement } from "@tautan/core";
import type { ReceivedRequest } from "./receive.ts";

export const receivedOf = (request: Request, gateway: string | undefined): ReceivedRequest => {
  const { method, url, headers, bodyUsed } = request;
  return { method, url, headers, gateway, body: bodyUsed ? undefined : (request.body ?? "") };
};

export const responseOf = ({ body, status, headers }: WebhookAcknowledgement): Response =>
  new Response(body, { status, headers: { ...headers } });
