import { createHmac } from "node:crypto";
import { type Collection, compactJakartaDay, hmacHex, type Random, SECOND_MS } from "../simulator-kit/index.ts";

// docs.singapay.id, security/access-token-v11: 60 hours.
export const TOKEN_LIFETIME_SECONDS = 216_000;

/** `X-Signature` of a token request. `day` is `YYYYMMDD` in Jakarta. */
export const tokenSignature = (clientId: string, clientSecret: string, day: string): string =>
  hmacHex("sha512", clientSecret, `${clientId}_${clientSecret}_${day}`);

/** Whether the signature is the one of today in Jakarta. */
export const isTokenSignature = (signature: string, clientId: string, clientSecret: string, nowMs: number): boolean =>
  signature === tokenSignature(clientId, clientSecret, compactJakartaDay(nowMs));

export interface Tokens {
  issue(nowMs: number): string;
  isValid(token: string, nowMs: number): boolean;
  /** Ends all tokens. */
  expire(): void;
}

/** Tokens look like JSON Web Tokens; nobody reads their signature, since only those issued here are valid. */
export const createTokens = (clientId: string, random: Random, collection: Collection<number>): Tokens => {
  const expiresAtMs = new Map(collection.stored);
  const end = (token: string): void => {
    expiresAtMs.delete(token);
    collection.remove(token);
  };

  /** All live equally long, so the oldest end first. One that has ended stays so, whatever the clock is set to. */
  const forgetExpired = (nowMs: number): void => {
    for (const [token, endsAtMs] of expiresAtMs) {
      if (nowMs < endsAtMs) return;
      end(token);
    }
  };

  return {
    issue(nowMs) {
      forgetExpired(nowMs);
      const issuedAt = Math.floor(nowMs / SECOND_MS);
      const claims = {
        sub: clientId,
        iat: issuedAt,
        exp: issuedAt + TOKEN_LIFETIME_SECONDS,
        jti: random.hex(8),
      };
      const unsigned = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
      const token = `${unsigned}.${createHmac("sha256", clientId).update(unsigned).digest("base64url")}`;
      const endsAtMs = nowMs + TOKEN_LIFETIME_SECONDS * SECOND_MS;
      expiresAtMs.set(token, endsAtMs);
      collection.put(token, endsAtMs);
      return token;
    },
    isValid(token, nowMs) {
      forgetExpired(nowMs);
      return nowMs < (expiresAtMs.get(token) ?? Number.NEGATIVE_INFINITY);
    },
    expire() {
      for (const token of expiresAtMs.keys()) end(token);
    },
  };
};

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
