import { loadDigests } from "@tautan/driver-kit/http";

/** For tests: the headers that Xfers would send with a callback of this body. Source: docs.fazz.com/docs/securing-your-callback. */
export const signXfersCallback = async (body: string, signingSecret: string): Promise<Record<string, string>> => {
  const { hmacSha256Hex } = await loadDigests();
  return { "content-type": "application/json", "xfers-signature": hmacSha256Hex(signingSecret, body) };
};
