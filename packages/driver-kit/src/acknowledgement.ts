import type { WebhookAcknowledgement } from "@tautan/core";

/** An HTTP response to a gateway, with a JSON body or none. */
export const acknowledgement = (status: number, json?: object): WebhookAcknowledgement =>
  Object.freeze({
    status,
    headers: Object.freeze(json ? { "content-type": "application/json" } : {}),
    body: json ? JSON.stringify(json) : null,
  });

/** An HTTP response to a gateway that expects a word, such as `OK` or `[accepted]`: exactly this text, without a line end. */
export const textAcknowledgement = (status: number, text: string): WebhookAcknowledgement =>
  Object.freeze({ status, headers: Object.freeze({ "content-type": "text/plain" }), body: text });
