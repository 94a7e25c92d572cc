import { hmacSha256Hex } from "@tautan/driver-kit/http";

/**
 * For tests: the headers that Xfers would send with a callback of this body. Source:
 * https://docs.fazz.com/docs/securing-your-callback
 *
 * @example
 * ```ts
 * import { signXfersCallback } from "@tautan/driver-xfers/testing";
 *
 * const body = JSON.stringify({ data: { id: "paymentlink_1", type: "payment_links" } });
 * const headers = await signXfersCallback(body, "your-signing-secret");
 * ```
 */
export const signXfersCallback = async (body: string, signingSecret: string): Promise<Record<string, string>> => {
  return { "content-type": "application/json", "xfers-signature": hmacSha256Hex(signingSecret, body) };
};
