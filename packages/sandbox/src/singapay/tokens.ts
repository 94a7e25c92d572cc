import { createHmac } from "node:crypto";
import type { Random } from "../random.ts";
import { compactJakartaDay, secondMs } from "../times.ts";

// docs.singapay.id, security/access-token-v11: 60 hours.
export const tokenLifetimeSeconds = 216_000;

/** `X-Signature` of a token request. `day` is `YYYYMMDD` in Jakarta. */
export function tokenSignature(clientId: string, clientSecret: string, day: string): string {
  return createHmac("sha512", clientSecret).update(`${clientId}_${clientSecret}_${day}`).digest("hex");
}

/** Whether the signature is the one of today in Jakarta. */
export function isTokenSignature(signature: string, clientId: string, clientSecret: string, nowMs: number): boolean {
  return signature === tokenSignature(clientId, clientSecret, compactJakartaDay(nowMs));
}

export interface Tokens {
  issue(nowMs: number): string;
  isValid(token: string, nowMs: number): boolean;
  /** Ends all tokens. */
  expire(): void;
}

/** Tokens look like JSON Web Tokens, but only those issued here are valid. */
export function createTokens(clientId: string, random: Random): Tokens {
  const expiresAtMs = new Map<string, number>();
  const key = random.bytes(32);
  return {
    issue(nowMs) {
      const issuedAt = Math.floor(nowMs / secondMs);
      const claims = {
        sub: clientId,
        iat: issuedAt,
        exp: issuedAt + tokenLifetimeSeconds,
        jti: random.hex(8),
      };
      const unsigned = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
      const token = `${unsigned}.${createHmac("sha256", key).update(unsigned).digest("base64url")}`;
      expiresAtMs.set(token, nowMs + tokenLifetimeSeconds * secondMs);
      return token;
    },
    isValid: (token, nowMs) => nowMs < (expiresAtMs.get(token) ?? Number.NEGATIVE_INFINITY),
    expire: () => {
      expiresAtMs.clear();
    },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
