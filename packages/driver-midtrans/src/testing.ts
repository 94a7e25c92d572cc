export { type SignedFields, signMidtransNotification } from "./sign-webhook.ts";
export { webhookSamples } from "./webhook-samples.ts";
