import { lazy } from "./lazy.ts";

/** Hashes in lower-case hexadecimal, and a comparison whose time does not depend on where two texts differ. */
export interface Digests {
  readonly sha256Hex: (data: string | Uint8Array) => string;
  readonly sha512Hex: (data: string | Uint8Array) => string;
  readonly hmacSha256Hex: (key: string, data: string | Uint8Array) => string;
  readonly hmacSha512Hex: (key: string, data: string | Uint8Array) => string;
  /** Whether a received hash is the expected one; upper case is accepted. */
  readonly sameHex: (expected: string, given: string) => boolean;
}

/** Loads the hashes at first use: `node:crypto` is not free, and a process may never need it. */
export const loadDigests: () => Promise<Digests> = lazy(async (): Promise<Digests> => {
  const { createHmac, hash, timingSafeEqual } = await import("node:crypto");
  return {
    sha256Hex: (data) => hash("sha256", data, "hex"),
    sha512Hex: (data) => hash("sha512", data, "hex"),
    hmacSha256Hex: (key, data) => createHmac("sha256", key).update(data).digest("hex"),
    hmacSha512Hex: (key, data) => createHmac("sha512", key).update(data).digest("hex"),
    sameHex: (expected, given) => {
      const mine = Buffer.from(expected, "utf8");
      const theirs = Buffer.from(given.toLowerCase(), "utf8");
      return mine.byteLength === theirs.byteLength && timingSafeEqual(mine, theirs);
    },
  };
});

/** `Basic` with a user and a password, for an `Authorization` header. */
export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
