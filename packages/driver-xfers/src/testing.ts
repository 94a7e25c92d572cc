export { signXfersCallback } from "./sign-webhook.ts";
export { webhookSamples } from "./webhook-samples.ts";
