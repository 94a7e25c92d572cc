import { hmacSha512Hex, sha256Hex } from "@tautan/driver-kit/http";
import { canonicalJson } from "./canonical-json.ts";

export interface SingapaySigning {
  /** One of `webhookSecrets`. */
  readonly secret: string;
  /** The path and query that SingaPay calls, such as `/webhooks/singapay`. */
  readonly target: string;
  /** The time of sending, in milliseconds since 1970. */
  readonly atMs: number;
  /** SingaPay's random token. */
  readonly token?: string;
}

/**
 * For tests: the headers that SingaPay would send with a webhook of this JSON body. Source:
 * https://docs.singapay.id/api-reference/webhooks/security-and-signature
 *
 * @example
 * ```ts
 * import { signSingapayWebhook } from "@tautan/driver-singapay/testing";
 *
 * const body = JSON.stringify({ event: "payment-link-inquiry", data: {} });
 * const signing = { secret: "your-client-secret", target: "/webhooks/singapay", atMs: Date.now() };
 * const headers = await signSingapayWebhook(body, signing);
 * ```
 */
export const signSingapayWebhook = async (
  body: string,
  { secret, target, atMs, token = "test-token" }: SingapaySigning,
): Promise<Record<string, string>> => {
  const seconds = String(Math.floor(atMs / 1000));
  const hash = sha256Hex(canonicalJson(JSON.parse(body)) ?? body);
  return {
    "content-type": "application/json",
    authorization: `Bearer ${token}`,
    "x-timestamp": seconds,
    "x-signature": hmacSha512Hex(secret, `POST:${target}:${token}:${hash}:${seconds}`),
  };
};
