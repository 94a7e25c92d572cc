import { hmacOf } from "./hmac.ts";
import { type HashedData, hashOf, isSameHash } from "./node-crypto.ts";

/** The SHA-256 in lower-case hexadecimal. */
export const sha256Hex = (data: HashedData): string => hashOf("sha256", data, "hex");
/** The SHA-512 in lower-case hexadecimal. */
export const sha512Hex = (data: HashedData): string => hashOf("sha512", data, "hex");
/** The HMAC-SHA256 in lower-case hexadecimal. */
export const hmacSha256Hex = (key: string, data: HashedData): string => hmacOf("sha256", key, [data], "hex");
/** The HMAC-SHA512 in lower-case hexadecimal. */
export const hmacSha512Hex = (key: string, data: HashedData): string => hmacOf("sha512", key, [data], "hex");

/** Whether a received hash is the expected one, in hexadecimal of either case. The time does not depend on where they differ. */
export const sameHex = (expected: string, given: string): boolean => isSameHash(expected, given.toLowerCase());

/** `Basic` with a user and a password, for an `Authorization` header. */
export const basicAuthorization = (user: string, password: string): string =>
  // Not by Buffer: a driver is made when a program starts, on runtimes that lack it too.
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`;
