import type { Random } from "../simulator-kit/index.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** `length` letters and digits. */
export const letters = (random: Random, length: number): string =>
  Array.from(random.bytes(length), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");

/** `plink_1AbcD…`, in the form of Stripe's ids. */
export const newId = (random: Random, prefix: string): string => `${prefix}_1${letters(random, 23)}`;
