import { type HashName, hasBytes, hashOf, isSameHash, nodeCrypto } from "./node-crypto.ts";

/** A secret: a text as UTF-8, or bytes, such as those that a hexadecimal or base64 secret encodes. */
export type HmacKey = string | Uint8Array;

/** How a provider computes and writes its signatures. */
export interface HmacForm {
  /** The hash. Default `sha256`. */
  readonly algorithm?: HashName;
  /** The spelling of a signature. Hexadecimal digits are read in either case. Default `hex`. */
  readonly encoding?: "hex" | "base64";
}

/** The signed data, in parts that are joined without a separator. */
export type SignedParts = readonly (string | Uint8Array)[];

const BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;

/** The number of bytes of a signature. */
const signatureBytes = ({ algorithm = "sha256" }: HmacForm): number => BYTES[algorithm];

/** The documented form of a signature in words: `64 hexadecimal digits`. */
export const signatureInWords = (form: HmacForm): string => {
  const bytes = signatureBytes(form);
  return form.encoding === "base64" ? `the Base64 of ${bytes} bytes` : `${2 * bytes} hexadecimal digits`;
};

/** The bytes of a signature; `undefined` if it does not have the documented form. Base64 may lack its padding. */
export const decodeSignature = (given: string, form: HmacForm): Uint8Array | undefined => {
  const bytes = signatureBytes(form);
  if (form.encoding !== "base64") {
    // Decoding stops at the first character that is not a digit.
    const decoded = Buffer.from(given.length === 2 * bytes ? given : "", "hex");
    return decoded.byteLength === bytes ? decoded : undefined;
  }
  if (given.length > 2 * bytes) return undefined;
  const decoded = Buffer.from(given, "base64");
  const isCanonical = decoded.toString("base64").replace(/=+$/, "") === given.replace(/={0,2}$/, "");
  return isCanonical && decoded.byteLength === bytes ? decoded : undefined;
};

/** The signature of data, in the provider's form. */
export const hmacSignature = (key: HmacKey, signed: SignedParts, form: HmacForm = {}): string =>
  hmacOf(form.algorithm ?? "sha256", key, signed, form.encoding ?? "hex");

/**
 * Whether one of the signatures belongs to the data and one of the keys. The time of each comparison does not depend on where
 * two signatures differ. Costs one hash of the data for each key, whatever the number of signatures.
 */
export const hmacVerifies = (
  keys: readonly HmacKey[],
  signed: SignedParts,
  given: readonly Uint8Array[],
  { algorithm = "sha256" }: HmacForm = {},
): boolean =>
  keys.some((key) => {
    const mac = hmacOf(algorithm, key, signed, "binary");
    return given.some((each) => hasBytes(mac, each));
  });

/** Whether a text is one of the secrets, compared by their hashes: neither their lengths nor their beginnings show. */
export const isOneOf = (secrets: readonly string[], given: string): boolean => {
  const digest = hashOf("sha256", given, "hex");
  // All of them, so that the time does not show which one it is.
  return secrets.map((each) => isSameHash(hashOf("sha256", each, "hex"), digest)).includes(true);
};

/** An HMAC in an encoding; `binary` is one character for each byte. */
export const hmacOf = (
  name: HashName,
  key: HmacKey,
  signed: SignedParts,
  encoding: "hex" | "base64" | "binary",
): string => {
  const { inner, outer } = padsOf(name, key);
  work ??= Buffer.alloc(WORK_BYTES);
  work.set(inner);
  let end = inner.byteLength;
  for (const part of signed) {
    // UTF-8 has up to three bytes for each character of a text.
    if (end + part.length * 3 > WORK_BYTES) return longHmacOf(name, key, signed, encoding);
    if (typeof part !== "string") work.set(part, end);
    end += typeof part === "string" ? work.write(part, end) : part.byteLength;
  }
  outer.write(hashOf(name, work.subarray(0, end), "binary"), BLOCK_BYTES[name], "binary");
  return hashOf(name, outer, encoding);
};

const longHmacOf: typeof hmacOf = (name, key, signed, encoding) => {
  const mac = nodeCrypto().createHmac(name, key);
  for (const part of signed) mac.update(part);
  return mac.digest(encoding);
};

/** Written to one buffer, data are hashed without a copy. */
let work: Buffer | undefined;
const WORK_BYTES = 65_536;

const BLOCK_BYTES = { sha1: 64, sha256: 64, sha512: 128 } as const;

/**
 * The padded keys of [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104): an HMAC is the hash of the outer one and of the hash of the inner
 * one and the data. Two hashes in one call each cost half of an HMAC object.
 */
interface Pads {
  readonly inner: Buffer;
  /** With room for the inner hash. */
  readonly outer: Buffer;
}

/** A driver has few keys, and none of them comes from outside. */
const MAX_KEPT = 64;
const KEPT: Readonly<Record<HashName, Map<string, Pads>>> = { sha1: new Map(), sha256: new Map(), sha512: new Map() };

const padsOf = (name: HashName, key: HmacKey): Pads => {
  if (typeof key !== "string") return makePads(name, key);
  const kept = KEPT[name].get(key);
  if (kept) return kept;
  const pads = makePads(name, Buffer.from(key, "utf8"));
  if (KEPT[name].size < MAX_KEPT) KEPT[name].set(key, pads);
  return pads;
};

const makePads = (name: HashName, key: Uint8Array): Pads => {
  const block = BLOCK_BYTES[name];
  const bytes = key.byteLength > block ? Buffer.from(hashOf(name, key, "binary"), "binary") : key;
  const inner = Buffer.alloc(block, 0x36);
  const outer = Buffer.alloc(block + BYTES[name], 0x5c);
  for (const [index, byte] of bytes.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return { inner, outer };
};
