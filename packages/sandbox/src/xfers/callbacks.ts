import { createHmac } from "node:crypto";
import type { OutgoingWebhook } from "../webhooks/post.ts";

/** `Xfers-Signature` of docs.fazz.com, v4-ID, Securing your callback: HMAC-SHA256 over the bytes that are sent, in hex. */
export function callbackSignature(body: string, signingSecret: string): string {
  return createHmac("sha256", signingSecret).update(body, "utf8").digest("hex");
}

export function signedCallback(body: string, signingSecret: string): OutgoingWebhook {
  return {
    headers: { "Content-Type": "application/json", "Xfers-Signature": callbackSignature(body, signingSecret) },
    body,
  };
}
