import { createHmac } from "node:crypto";
import type { OutgoingWebhook } from "../webhooks/post.ts";

/** `Xfers-Signature` of docs.fazz.com, v4-ID, Securing your callback: HMAC-SHA256 over the bytes that are sent, in hex. */
export const callbackSignature = (body: string, signingSecret: string): string =>
  createHmac("sha256", signingSecret).update(body, "utf8").digest("hex");

export const signedCallback = (body: string, signingSecret: string): OutgoingWebhook => ({
  headers: { "Content-Type": "application/json", "Xfers-Signature": callbackSignature(body, signingSecret) },
  body,
});
