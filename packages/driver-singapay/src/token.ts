import type { DriverError } from "@tautan/core/driver";
import {
  hmacSha512Hex,
  type JsonObject,
  jakartaWallClock,
  parseBy,
  readReply,
  type Token,
} from "@tautan/driver-kit/http";
import type { Result } from "neverthrow";
import { tokenReply } from "./wire.generated.ts";

/** Source of path, body and signature: https://docs.singapay.id/api-reference/security/access-token-v11. */
export const TOKEN_PATH = "/api/v1.1/access-token/b2b";

export const TOKEN_BODY: object = { grant_type: "client_credentials" };

/** The life of a token if its reply does not contain it, in seconds: the shorter of the two in the documents. */
const FALLBACK_LIFE_S = 3600;

/**
 * `X-Signature` of a request for a token: HMAC-SHA512 over client id, secret and today's date. Integrators found that the day
 * is Jakarta's: with a UTC date it fails from midnight to seven o'clock there. Source:
 * https://github.com/aliziodev/laravel-singapay.
 */
export const signTokenRequest = (
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  nowMs: number,
): string => {
  const day = jakartaWallClock(nowMs).slice(0, 10).replaceAll("-", "");
  return hmacSha512Hex(clientSecret, `${clientId}_${clientSecret}_${day}`);
};

/** The token in a reply; its life counts from before the request. */
export const tokenFromReply = async (body: JsonObject, requestedAtMs: number): Promise<Result<Token, DriverError>> => {
  return readReply(await parseBy(tokenReply, body)).map(({ data: { access_token, expires_in = FALLBACK_LIFE_S } }) => ({
    value: access_token,
    expiresAtMs: requestedAtMs + expires_in * 1000,
  }));
};
