import type * as Crypto from "node:crypto";

/** The hashes that providers use. */
export type HashName = "sha1" | "sha256" | "sha512";

/** A text, which is hashed as UTF-8, or bytes. */
export type HashedData = string | Uint8Array;

let found: typeof Crypto | undefined;

/** Node's crypto, found at the first use: to load it is not free, and a process may never need it. */
export const nodeCrypto = (): typeof Crypto => {
  found ??= process.getBuiltinModule("node:crypto");
  return found;
};

/** A hash in one call, which costs half of a hash object. `binary` is one character for each byte. */
export const hashOf = (name: HashName, data: HashedData, encoding: "hex" | "base64" | "binary"): string => {
  const { hash, createHash } = nodeCrypto();
  // Runtimes that have only part of Node may lack the one-shot function.
  return hash === undefined ? createHash(name).update(data).digest(encoding) : hash(name, data, encoding);
};

/** Two buffers for each length of a hash, so that a comparison allocates nothing. Made when first used: not every runtime has them. */
const COMPARED: (readonly [Buffer, Buffer] | undefined)[] = [];

const buffersOf = (length: number): readonly [Buffer, Buffer] => {
  const made = COMPARED[length] ?? ([Buffer.alloc(length), Buffer.alloc(length)] as const);
  // The lengths of hashes: another one is not kept.
  if (length <= 128) COMPARED[length] = made;
  return made;
};

/**
 * Whether two hashes in hexadecimal have the same digits, which takes less time than to decode them. The time does not depend on where
 * they differ.
 */
export const isSameHash = (expected: string, given: string): boolean => {
  const { length } = expected;
  if (given.length !== length) return false;
  const [mine, theirs] = buffersOf(length);
  // Of a text with other characters, fewer bytes may be written, and those of an earlier one must not be compared.
  const isWhole = mine.write(expected) === length && theirs.write(given) === length;
  return isWhole && nodeCrypto().timingSafeEqual(mine, theirs);
};

/** Whether a hash, with one character for each byte, has these bytes. The time does not depend on where they differ. */
export const hasBytes = (expected: string, given: Uint8Array): boolean => {
  const [mine] = buffersOf(expected.length);
  mine.write(expected, "binary");
  return given.byteLength === mine.length && nodeCrypto().timingSafeEqual(mine, given);
};
