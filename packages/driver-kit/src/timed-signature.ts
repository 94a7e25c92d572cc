// Headers such as `t=1767225600,v1=…`: a time and signatures over it and the body.
import { decodeSignature, type HmacForm, signatureInWords } from "./hmac.ts";

export interface TimedSignature {
  /** The time as it is written and signed. */
  readonly time: string;
  readonly signedAtMs: number;
  readonly signatures: readonly Uint8Array[];
}

/** The problem of a header, without its text. */
export interface MalformedHeader {
  readonly expected: string;
  readonly got: string;
}

/** Longer headers are not read: anybody can send one. */
const MAX_LENGTH = 4096;
const MAX_SIGNATURES = 16;

/**
 * Reads a header of one `t`, the seconds since 1970, and one or more signatures under a name such as `v1`. Other names are
 * ignored. Of several signatures, those of another form are ignored too, unless all are.
 */
export const readTimedSignature = (
  header: string,
  scheme: string,
  form: HmacForm,
): TimedSignature | MalformedHeader => {
  const malformed = (got: string): MalformedHeader => ({
    expected: `t=…,${scheme}=… with ${signatureInWords(form)}`,
    got,
  });
  if (header.length > MAX_LENGTH) return malformed(`${header.length} characters`);
  const times: string[] = [];
  const given: string[] = [];
  for (const part of header.split(",")) {
    const each = part.trim();
    if (each.startsWith("t=")) times.push(each.slice(2));
    if (each.startsWith(`${scheme}=`)) given.push(each.slice(scheme.length + 1));
  }
  const [time = ""] = times;
  if (times.length === 0) return malformed("no t");
  if (times.length > 1) return malformed("several t: a proxy may have joined two headers");
  if (!/^\d{1,12}$/.test(time)) return malformed("a t that is not a time in seconds");
  if (given.length === 0) return malformed(`no ${scheme}`);
  if (given.length > MAX_SIGNATURES) return malformed(`${given.length} signatures`);
  const signatures = given.map((each) => decodeSignature(each, form)).filter((each) => each !== undefined);
  if (signatures.length === 0) return malformed(`a ${scheme} that is not ${signatureInWords(form)}`);
  return { time, signedAtMs: Number(time) * 1000, signatures };
};
