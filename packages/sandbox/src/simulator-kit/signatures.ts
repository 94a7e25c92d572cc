import { createHmac } from "node:crypto";
import type { ProviderDefinition } from "../provider.ts";
import { SECOND_MS } from "../time/times.ts";
import type { SignatureCheck } from "../webhooks/signing.ts";

export type HashName = "sha256" | "sha512";

/** In lower-case hex, of the bytes in UTF-8. */
export const hmacHex = (hash: HashName, key: string, text: string): string =>
  createHmac(hash, key).update(text, "utf8").digest("hex");

/** How a delivery was signed, for the inspector: `signatureOf` is made again of what the signature covers. */
export const checkOf = (
  parts: Pick<SignatureCheck, "algorithm" | "carrier" | "sent" | "baseString"> & {
    readonly signatureOf: (baseString: string) => string;
  },
): SignatureCheck => {
  const { signatureOf, ...check } = parts;
  const { sent, baseString } = check;
  return { ...check, holds: baseString !== undefined && sent === signatureOf(baseString) };
};

/** A signature in a header over the body's bytes, with or without the time. */
export interface HeaderSignature {
  readonly header: string;
  readonly hash: HashName;
  readonly key: string;
  /** In the middle of a sentence: `the signing secret`. */
  readonly keyName: string;
  /** The header is `t=1767225600,v1=5257a8…`, and `1767225600.` before the body is signed too. */
  readonly isTimestamped: boolean;
}

/** The part of a definition that signs its webhooks. */
export const signInHeader = ({
  header,
  hash,
  key,
  keyName,
  isTimestamped,
}: HeaderSignature): Pick<ProviderDefinition, "sign" | "problemWithBody" | "explainSignature"> => ({
  sign(body, { stamp, keyFrom }) {
    const seconds = Math.floor(stamp.atMs / SECOND_MS);
    const signature = hmacHex(hash, keyFrom(key), isTimestamped ? `${seconds}.${body}` : body);
    const value = isTimestamped ? `t=${seconds},v1=${signature}` : signature;
    return { headers: { "Content-Type": "application/json", [header]: value }, body };
  },
  problemWithBody: () => undefined,
  explainSignature({ headers, body }) {
    const sent = headers[header];
    const [, seconds] = /^t=(\d+),v1=/.exec(sent ?? "") ?? [];
    const time = seconds === undefined ? undefined : `${seconds}.${body}`;
    return checkOf({
      algorithm: `HMAC-${hash.toUpperCase()} of ${isTimestamped ? "the seconds, a point and " : ""}the body's bytes with ${keyName}, in hex`,
      carrier: `header ${header}`,
      sent,
      baseString: isTimestamped ? time : body,
      signatureOf: (baseString) => (isTimestamped ? `t=${seconds},v1=` : "") + hmacHex(hash, key, baseString),
    });
  },
});
