export { type StripeSigning, signStripeWebhook } from "./sign-webhook.ts";
export { webhookSamples } from "./webhook-samples.ts";
