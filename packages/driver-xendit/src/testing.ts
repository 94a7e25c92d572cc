export { xenditCallbackHeaders } from "./callback-headers.ts";
export { webhookSamples } from "./webhook-samples.ts";
