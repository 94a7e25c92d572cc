import { createHash } from "node:crypto";
import type { Collection } from "./store.ts";

/** Random values that a seed decides: the same seed gives the same values in the same order. */
export interface Random {
  bytes(count: number): Buffer;
  /** Two digits a byte. */
  hex(byteCount: number): string;
  /** `length` decimal digits. */
  digits(length: number): string;
  /** Version 4. */
  uuid(): string;
  /** From 0 to just below 1. */
  fraction(): number;
  /** Values of their own, so that what is drawn here does not shift what is drawn there. */
  fork(name: string): Random;
}

// Bytes of a SHA-256.
const BLOCK_LENGTH = 32;

/**
 * Looks unguessable but is not: the seed determines everything.
 * `drawn` holds the position of each source in an earlier process, from which it continues.
 */
export const createRandom = (seed: string, drawn: Collection<number>): Random => {
  let position = drawn.stored.get(seed) ?? 0;
  let block = Buffer.alloc(0);
  let blockNumber = -1;

  const blockAt = (number: number): Buffer => {
    if (number !== blockNumber) {
      block = createHash("sha256").update(`${number} ${seed}`).digest();
      blockNumber = number;
    }
    return block;
  };

  const bytes = (count: number): Buffer => {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const start = position % BLOCK_LENGTH;
      const part = blockAt(Math.floor(position / BLOCK_LENGTH)).subarray(start, start + left);
      parts.push(part);
      position += part.length;
      left -= part.length;
    }
    drawn.put(seed, position);
    return Buffer.concat(parts);
  };

  const digit = (): string => {
    // Each digit as likely as the others.
    for (;;) {
      const [byte = 0] = bytes(1);
      if (byte < 250) return String(byte % 10);
    }
  };

  return {
    bytes,
    hex: (byteCount) => bytes(byteCount).toString("hex"),
    digits: (length) => Array.from({ length }, digit).join(""),
    uuid() {
      const hex = bytes(16).toString("hex");
      const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fraction: () => bytes(6).readUIntBE(0, 6) / 2 ** 48,
    fork: (name) => createRandom(`${seed} ${name}`, drawn),
  };
};
