/**
 * For tests: the headers that Xendit would send with a callback. Source: https://docs.xendit.co/api-integration/callback/setup
 *
 * @example
 * ```ts
 * import { xenditCallbackHeaders } from "@tautan/driver-xendit/testing";
 *
 * const headers = xenditCallbackHeaders("your-webhook-token");
 * ```
 */
export const xenditCallbackHeaders = (webhookToken: string): Record<string, string> => ({
  "content-type": "application/json",
  "x-callback-token": webhookToken,
});
