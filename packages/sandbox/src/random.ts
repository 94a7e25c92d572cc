import { createHash } from "node:crypto";

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

/** Good enough to look unguessable, and not meant to be: whoever knows the seed knows all that follows. */
export function createRandom(seed: string): Random {
  let blocksMade = 0;
  let rest = Buffer.alloc(0);

  function bytes(count: number): Buffer {
    const blocks = [rest];
    for (let length = rest.length; length < count; length += 32) {
      blocks.push(createHash("sha256").update(`${blocksMade} ${seed}`).digest());
      blocksMade += 1;
    }
    const all = Buffer.concat(blocks);
    rest = all.subarray(count);
    return all.subarray(0, count);
  }

  function digit(): string {
    // Each digit as likely as the others.
    for (;;) {
      const [byte = 0] = bytes(1);
      if (byte < 250) return String(byte % 10);
    }
  }

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
    fork: (name) => createRandom(`${seed} ${name}`),
  };
}
