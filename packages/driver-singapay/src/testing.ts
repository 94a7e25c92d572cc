export { type SingapaySigning, signSingapayWebhook } from "./sign-webhook.ts";
export { webhookSamples } from "./webhook-samples.ts";
