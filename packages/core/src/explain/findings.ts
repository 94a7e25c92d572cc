// The text of each cause: what was expected, what arrived, and what to do.
import { valueOr } from "../contained.ts";
import type { DriverWebhookError, ProviderEnvironment, WebhookFacts } from "../driver-contract.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { WebhookExplanation } from "../webhook-explanation.ts";

/** An explanation without the fields that every cause has. It is proven unless it reports otherwise. */
export type Finding = WebhookExplanation extends infer Each
  ? Each extends unknown
    ? Omit<Each, "gateway" | "tried" | "proven"> & { readonly proven?: boolean }
    : never
  : never;

/** A request that cannot be read has no signature to verify. */
export const unreadFinding = (request: unknown, error: DriverWebhookError): Finding => {
  const { message, hint } = error;
  switch (error.kind === "malformed_webhook" ? error.problem : undefined) {
    case "body_parsed":
      return valueOr(() => isWithoutBody(request), false)
        ? { cause: "body_empty", message: "expected the raw body, got none", hint: RAW_BODY }
        : { cause: "body_already_parsed", message, hint: RAW_BODY };
    case "too_large":
      return { cause: "body_too_large", message, hint };
    case "incomplete":
      return { cause: "body_truncated", message, hint: WHOLE_BODY };
    case undefined:
      return { cause: "request_malformed", message, hint };
  }
};

const isWithoutBody = (request: unknown): boolean => {
  const { body, bodyUsed } = request as { readonly body?: unknown; readonly bodyUsed?: unknown };
  return (body ?? undefined) === undefined && bodyUsed !== true;
};

const RAW_BODY =
  "Take the raw body before any parser: express.raw, rawBody: true of NestJS, addContentTypeParser of Fastify, request.arrayBuffer() of Fetch. Signatures cover the bytes.";
const WHOLE_BODY =
  "Compare the body's length with the gateway's log, and raise the body limit of the proxy or framework in front.";

export const GENUINE: Finding = Object.freeze({
  cause: "genuine",
  message: "the delivery is genuine: parseWebhook accepts it",
  hint: "Nothing is to be done.",
});

export const GENUINE_UNSIGNED: Finding = Object.freeze({
  cause: "genuine",
  message: "the delivery has no signature, and the configuration accepts such deliveries as notices",
  hint: "Nothing is to be done: confirm asks the gateway.",
});

export const bodyEmpty = (length: number | undefined): Finding => ({
  cause: "body_empty",
  message: `expected a body${length === undefined || length === 0 ? "" : ` of ${length} bytes, as Content-Length names`}, got an empty one`,
  hint: length === undefined || length === 0 ? `Nothing was sent, or the body was read before. ${RAW_BODY}` : RAW_BODY,
  proven: length !== undefined,
});

export const bodyTruncated = (byteLength: number, length: number | undefined): Finding => ({
  cause: "body_truncated",
  message:
    length === undefined
      ? `the JSON breaks off after ${byteLength} bytes`
      : `expected ${length} bytes, as Content-Length names, got ${byteLength}`,
  hint: WHOLE_BODY,
  proven: length !== undefined,
});

export const headerMissing = (names: readonly string[], { message, hint }: DriverWebhookError): Finding => ({
  cause: "header_missing",
  message: names.length === 0 ? message : `expected ${names.join(", ")}, got none`,
  hint: `${hint} A proxy may also remove headers: compare with the gateway's log.`,
  names: Object.freeze([...names]),
});

export const signatureMalformed = (
  malformed: WebhookFacts["malformed"],
  { message, hint }: DriverWebhookError,
): Finding => ({
  cause: "signature_malformed",
  message: malformed ? `${malformed.name}: expected ${malformed.expected}, got ${malformed.got}` : message,
  hint,
  ...omitUndefined({ name: malformed?.name }),
});

export const secretOfGateway = (own: string, otherGateway: string): Finding => ({
  cause: "another_secret",
  message: `expected a signature with the secret of ${own}, got one with that of ${otherGateway}`,
  hint: `Enter the webhook URL of ${otherGateway} in the dashboard of that account, or exchange the secrets if they are mixed up.`,
  otherGateway,
});

export const secretOfOption = (option: string): Finding => ({
  cause: "another_secret",
  message: `the signature is right for ${option}, which does not verify webhooks in this configuration`,
  hint: `Add the value of ${option} to the secrets that verify webhooks.`,
  option,
});

export const secretPadded = (option: string): Finding => ({
  cause: "whitespace_in_secret",
  message: `the signature is right once the quotes, white space or other characters around ${option} are removed`,
  hint: `Correct the value of ${option}: its environment variable has characters that are not part of the secret.`,
  option,
});

export const wrongKey = ({ option, expected, got }: NonNullable<WebhookFacts["wrongKey"]>): Finding => ({
  cause: "wrong_kind_of_key",
  message: `${option}: expected ${expected}, got ${got}`,
  hint: `Take ${expected} from the dashboard of the gateway.`,
  proven: false,
  option,
});

export const deliveredElsewhere = (own: string, otherGateway: string, proven: boolean): Finding => ({
  cause: "delivered_to_another_gateway",
  message: `expected a delivery for ${own}, got one ${proven ? "that is genuine for" : "in the form of"} ${otherGateway}`,
  hint: `In the dashboard, enter the webhook URL that ends with the key ${otherGateway}, and check the order of your routes.`,
  proven,
  otherGateway,
});

export const bodyReserialised = (signedForm: string): Finding => ({
  cause: "body_reserialised",
  message: `expected the body as it was signed, got it changed: the signature is right for ${signedForm}`,
  hint: RAW_BODY,
  signedForm,
});

export const bodyOfOtherLength = (byteLength: number, length: number): Finding => ({
  cause: "body_reserialised",
  message: `expected ${length} bytes, as Content-Length names, got ${byteLength}: the body was changed after it arrived`,
  hint: RAW_BODY,
  proven: false,
  signedForm: "an unknown form of another length",
});

export const reportedReserialised = ({ message, hint }: DriverWebhookError): Finding => ({
  cause: "body_reserialised",
  message,
  hint,
  signedForm: "the same JSON, written differently",
});

export const wrongUrl = (signedForm: string): Finding => ({
  cause: "wrong_url",
  message: `expected the URL that the gateway called, got another: the signature is right for ${signedForm}`,
  hint: "Pass the public URL, as entered in the gateway's dashboard, to parseWebhook: behind a proxy, not the URL that the proxy calls.",
  signedForm,
});

export const clockOff = (
  { message, hint }: DriverWebhookError,
  signedAtMs: number | undefined,
  nowMs: number,
): Finding => {
  const finding = { cause: "clock_off", message, hint: `${hint} ${CLOCK_HINT}` } as const;
  if (signedAtMs === undefined) return finding;
  const aheadMs = signedAtMs - nowMs;
  return { ...finding, seconds: Math.round(Math.abs(aheadMs) / 1000), signedTime: aheadMs < 0 ? "past" : "future" };
};

const CLOCK_HINT = "Compare this machine's clock with a time server, unless the delivery itself is an old one.";

export const wrongContentType = (): Finding => ({
  cause: "wrong_content_type",
  message: "expected the content type application/json, got another: with it, the delivery is genuine",
  hint: "Pass the Content-Type header as it arrived, and check that no proxy changes it.",
});

export const keyOfOtherEnvironment = (configured: ProviderEnvironment, ofKey: ProviderEnvironment): Finding => ({
  cause: ofKey === "sandbox" ? "sandbox_key_at_production" : "production_key_at_sandbox",
  message: `expected a key of ${configured}, as environment is configured, got one of ${ofKey}`,
  hint: `Take the key from the dashboard of ${configured}, or set environment to "${ofKey}".`,
  proven: false,
});

export const bodyOfOtherEnvironment = (configured: ProviderEnvironment, ofBody: ProviderEnvironment): Finding => ({
  cause: "another_environment",
  message: `expected a delivery of ${configured}, as environment is configured, got one of ${ofBody}`,
  hint: `Configure ${ofBody} as a gateway of its own, and enter its webhook URL in the dashboard of ${ofBody}.`,
  proven: false,
});

export const contentMalformed = ({ message, hint }: DriverWebhookError): Finding => ({
  cause: "content_malformed",
  message,
  hint,
});

export const unknownCause = ({ message, hint }: DriverWebhookError): Finding => ({
  cause: "unknown",
  message: `${message}, and no known cause explains it`,
  hint: `${hint} If the gateway's log shows this delivery, compare both bodies byte by byte; if not, it is forged.`,
  proven: false,
});
