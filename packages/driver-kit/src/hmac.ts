import { lazy } from "./lazy.ts";

/** A secret: a text as UTF-8, or bytes, such as those that a hexadecimal or base64 secret encodes. */
export type HmacKey = string | Uint8Array;

/** How a provider computes and writes its signatures. */
export interface HmacForm {
  /** The hash. Default `sha256`. */
  readonly algorithm?: "sha1" | "sha256" | "sha512";
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
    return given.length === 2 * bytes && /^[0-9a-f]+$/i.test(given) ? Buffer.from(given, "hex") : undefined;
  }
  if (given.length > 2 * bytes) return undefined;
  const decoded = Buffer.from(given, "base64");
  const isCanonical = decoded.toString("base64").replace(/=+$/, "") === given.replace(/={0,2}$/, "");
  return isCanonical && decoded.byteLength === bytes ? decoded : undefined;
};

/** Computes and compares HMACs. */
export interface Hmac {
  /** The signature of data, in the provider's form. */
  readonly sign: (key: HmacKey, signed: SignedParts, form?: HmacForm) => string;
  /**
   * Whether one of the signatures belongs to the data and one of the keys. The time of each comparison does not depend on where
   * two signatures differ. Costs one hash of the data for each key, whatever the number of signatures.
   */
  readonly verifies: (
    keys: readonly HmacKey[],
    signed: SignedParts,
    given: readonly Uint8Array[],
    form?: HmacForm,
  ) => boolean;
  /** Whether a text is one of the secrets, compared by their hashes: neither their lengths nor their beginnings show. */
  readonly isOneOf: (secrets: readonly string[], given: string) => boolean;
}

/** Loads the hashes at first use. */
export const loadHmac: () => Promise<Hmac> = lazy(async (): Promise<Hmac> => {
  const { createHmac, hash, timingSafeEqual } = await import("node:crypto");
  const macOf = (key: HmacKey, signed: SignedParts, { algorithm = "sha256" }: HmacForm = {}): Buffer => {
    const mac = createHmac(algorithm, key);
    for (const part of signed) mac.update(part);
    return mac.digest();
  };
  const digestOf = (text: string): Buffer => hash("sha256", text, "buffer");
  return {
    sign: (key, signed, form = {}) => macOf(key, signed, form).toString(form.encoding ?? "hex"),
    verifies: (keys, signed, given, form) =>
      keys.some((key) => {
        const mac = macOf(key, signed, form);
        return given.some((each) => each.byteLength === mac.byteLength && timingSafeEqual(mac, each));
      }),
    isOneOf: (secrets, given) => {
      const digest = digestOf(given);
      // All of them, so that the time does not show which one it is.
      return secrets.map((each) => timingSafeEqual(digestOf(each), digest)).includes(true);
    },
  };
});
