import type {
  DriverDelivery,
  DriverLinkCandidate,
  DriverObservation,
  DriverWebhookError,
  ParsedWebhook,
} from "@tautan/core/driver";
import {
  hmacSha256Hex,
  isJsonContentType,
  type JsonObject,
  malformedWebhook,
  otherJsonSpelling,
  parseJsonObject,
  REFUSED,
  sameHex,
  signatureInvalid,
  useRead,
} from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { hasHistory, historyFromWire, historyIdOfLink } from "./history.ts";
import { linkFromWire } from "./link.ts";
import type { CheckedOptions } from "./options.ts";
import { callbackHead, linkDocument, unsignedCallback } from "./wire.generated.ts";
import type { LinkDocument, UnsignedCallback } from "./wire.ts";

/** The required type of a callback, exactly: `payment` is another type. */
const LINK_TYPE = "payment_links";

/**
 * Verifies and reads one callback.
 *
 * The signature is the HMAC-SHA256 of the body's bytes, so it covers everything that is read. It contains no time, so a
 * callback can be replayed: processing the same report twice must do no harm. Sources:
 * https://docs.fazz.com/docs/securing-your-callback, https://docs.fazz.com/v4-ID/docs/payment-link-via-api.
 */
export const parseCallback = (
  delivery: DriverDelivery,
  { signingSecrets, acceptUnsignedCallbacks }: Pick<CheckedOptions, "signingSecrets" | "acceptUnsignedCallbacks">,
): ParsedWebhook | Promise<ParsedWebhook> => {
  const signatures = signaturesOf(delivery);
  const trust = acceptUnsignedCallbacks && signatures.length === 0 ? "unsigned" : "signed";
  const problem = trust === "signed" ? signatureProblem(delivery, signatures, signingSecrets) : undefined;
  if (problem) return err(problem);
  const refuse = (message: string) => malformed(message, trust);
  if (!isJsonContentType(delivery.header("content-type"))) {
    return refuse("expected the content type application/json or application/vnd.api+json");
  }
  const body = parseJsonObject(delivery.text);
  if (!body) return refuse("expected a JSON object");

  const head = callbackHead.read(body);
  if (head === REFUSED) return refuse("data.type, the type of the callback, is missing");
  const { type } = head.data;
  if (type !== LINK_TYPE)
    return ok([trust === "signed" ? { kind: "unknown", trust, event: type, raw: body } : strange(type)]);
  if (trust === "unsigned") {
    const named = unsignedCallback.read(body);
    return named === REFUSED ? refuse("data.id is not the id of a payment link") : ok([noticeOf(named)]);
  }
  return useRead<LinkDocument, ParsedWebhook>(
    linkDocument,
    body,
    (document) => ok([observationOf(document, body)]),
    (fields) => refuse(`documented fields are missing or of another form: ${fields.join(", ")}`),
  );
};

/** Anybody may have sent it, so only the link's id is used; callbacks are documented only for payments. */
const noticeOf = ({ data: { id } }: UnsignedCallback): DriverObservation => ({
  kind: "notice",
  trust: "unsigned",
  resource: "history",
  providerId: historyIdOfLink(id),
});

/** Of a third party's text, only a short word is used. */
const strange = (type: string): DriverObservation => ({
  kind: "unknown",
  trust: "unsigned",
  event: /^\w{1,40}$/.test(type) ? type : "unknown",
  raw: undefined,
});

const observationOf = (document: LinkDocument, raw: JsonObject): DriverObservation => {
  if (hasHistory(document)) {
    const history = historyFromWire(document, raw, "signed");
    return { kind: "history", trust: "signed", ...history, linkCandidates: candidatesOf(document) };
  }
  // Only callbacks about payments are documented. If any other callback is not a whole link, the link can be read.
  return linkFromWire(document, raw).match<DriverObservation>(
    (link) => ({ kind: "link", trust: "signed", link }),
    () => ({ kind: "notice", trust: "signed", resource: "link", providerId: document.data.id }),
  );
};

/** The link that a payment belongs to. Its id comes first: the documents' own sample callback has another reference. */
export const candidatesOf = ({ data: { id, attributes } }: LinkDocument): readonly DriverLinkCandidate[] => [
  { providerId: id, ...(attributes.referenceId !== undefined && { reference: attributes.referenceId }) },
];

/** Official pages only name the first header; the second is in a third party's description (https://github.com/api-evangelist/fazz). */
export const signaturesOf = ({ header }: DriverDelivery): readonly string[] => {
  const signatures: string[] = [];
  for (const name of SIGNATURE_HEADERS) {
    const value = header(name);
    for (const each of value?.includes(",") ? value.split(",") : [value]) {
      const signature = each?.trim().toLowerCase();
      if (signature !== undefined && !signatures.includes(signature)) signatures.push(signature);
    }
  }
  return signatures;
};

const SIGNATURE_HEADERS = ["xfers-signature", "x-xfers-signature"] as const;

const signatureProblem = (
  { text }: DriverDelivery,
  [given, other]: readonly string[],
  signingSecrets: readonly string[],
): DriverWebhookError | undefined => {
  if (given === undefined) return invalid("missing", "the callback has no Xfers-Signature header");
  if (other !== undefined) return invalid("malformed", "the callback has several signatures that differ");
  const fits = (message: string, secrets: readonly string[]): boolean =>
    secrets.some((secret) => sameHex(hmacSha256Hex(secret, message), given));
  if (given.length === 64 && fits(text, signingSecrets)) return undefined;
  if (given.length !== 64 || /[^0-9a-f]/.test(given)) {
    return invalid("malformed", "Xfers-Signature is not 64 hexadecimal digits");
  }
  const otherSpelling = otherSpellingOf(text);
  return otherSpelling !== undefined && fits(otherSpelling, signingSecrets.slice(0, DIAGNOSED_SECRETS))
    ? invalid("body_reserialised", "Xfers-Signature matches the same JSON written differently, not the received body")
    : invalid("mismatch", "Xfers-Signature does not match the body with any of the signing secrets");
};

/** Anybody can send a wrong signature, so finding the reason takes no more work than checking a valid one. */
const DIAGNOSED_SECRETS = 2;

/** A callback has less than 2 KiB, and five levels; Ruby on Rails escapes these characters. */
const otherSpellingOf = (text: string): string | undefined =>
  otherJsonSpelling(text, { maxLength: 2 ** 13, maxDepth: 16, escaped: /[&<>\u2028\u2029]/g });

const HINTS = {
  missing: "Check that only Xfers calls this address, and that no proxy drops the header.",
  malformed: "Check that only Xfers calls this address, and that no proxy changes the header.",
  mismatch: "Check that signingSecrets has the signing secret of this address, of the right account and environment.",
  body_reserialised: "Pass the raw body, as it arrived: it was parsed and serialised again before parseWebhook.",
} as const;

const invalid = (problem: keyof typeof HINTS, message: string): DriverWebhookError =>
  signatureInvalid(problem, message, HINTS);

const MALFORMED_HINTS = {
  signed: "The signature is valid: Xfers sent something that its documents do not describe. Please report it.",
  unsigned: "It has no signature, so anybody may have sent it. Check that only Xfers calls this address.",
} as const;

const malformed = (message: string, trust: keyof typeof MALFORMED_HINTS): Result<never, DriverWebhookError> =>
  err(malformedWebhook(message, MALFORMED_HINTS[trust]));
