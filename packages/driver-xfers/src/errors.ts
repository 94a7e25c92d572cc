import { type DriverError, driverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  failureFromStatus,
  parseJsonObject,
  provenRefusal,
  type ReplyContext,
  shownCode,
  shownTexts,
} from "@tautan/driver-kit/http";

/** The error for a reply that is not a success. */
export const failureFromReply = (reply: HttpReply, context: ReplyContext): DriverError => {
  const errors = errorsIn(reply.text);
  // Xfers' own refusals have a code: https://docs.fazz.com/v4-ID/docs/handling-errors lists one for each, also for a refused key.
  const isOwnForm = errors.some((each) => each.code !== undefined);
  return provenRefusal(failureIn(reply, errors, context), reply, { purpose: context.purpose, isOwnForm });
};

/**
 * The class of the HTTP status first, then the code in the body, then the status itself. Sources:
 * https://docs.fazz.com/v4-ID/docs/handling-errors, https://docs.fazz.com/v4-SG/docs/handling-errors.
 */
const failureIn = (
  reply: HttpReply,
  errors: readonly ProviderError[],
  { redact }: Pick<ReplyContext, "redact">,
): DriverError => {
  const { status } = reply;
  const codes = errors.flatMap((each) => each.code ?? []);
  const code = codes.find((each) => INTERNAL_ERRORS.has(each)) ?? codes[0];
  const providerCode = shownCode(code, DOCUMENTED_CODE, redact);
  const texts = errors
    .map(({ words }) => words.map(redact).filter((each) => each !== ""))
    .filter((words) => words.length > 0)
    .map((words) => words.join(": "));
  const said = texts.length > 0 ? `: ${shownTexts(texts, (each) => each)}` : "";
  const message = `Xfers returned HTTP ${status}${providerCode === undefined ? "" : `, code ${providerCode}`}${said}`;
  const details = { message, status, providerCode };
  const invalid = (path: string): DriverError => {
    const issues = (texts.length > 0 ? texts : [message]).map((each) => ({ path, message: each }));
    return driverError("invalid_request", { ...details, issues, outcome: "refused" });
  };

  if (isTaken(status, texts)) return driverError("duplicate_reference", details);
  if (status >= 500) return driverError("unavailable", { ...details, hint: hintOf(code) });
  if (status < 400 || status === 429) return failureFromStatus(reply, message, providerCode);
  if (code !== undefined && INTERNAL_ERRORS.has(code))
    return driverError("unavailable", { ...details, hint: hintOf(code) });
  switch (code) {
    case "002":
      return driverError("unauthenticated", details);
    case "003":
      return driverError("forbidden", details);
    case "004":
      return driverError("not_found", details);
    case "005":
      return invalid("");
    case "TXN0002":
      return invalid("amount");
    case undefined:
    default:
      return status === 400 || status === 422 ? invalid("") : failureFromStatus(reply, message, providerCode);
  }
};

/** Codes of internal errors of Xfers. They leave the outcome unknown, whatever the HTTP status and the other codes. */
const INTERNAL_ERRORS: ReadonlySet<string> = new Set(["000", "001", "006", "010"]);

/**
 * Whether a refusal means that the reference belongs to another request. A repeat is documented to return the first result
 * (https://docs.fazz.com/v4-ID/docs/idempotent-requests); one of Singapore's pages requires a fresh reference each time
 * (https://docs.fazz.com/v4-SG-FAST/reference/create-payment), and no page shows such a refusal.
 */
const isTaken = (status: number, texts: readonly string[]): boolean =>
  (status === 400 || status === 409 || status === 422) &&
  texts.some(
    (text) => /reference[ _]?id/i.test(text) && /\b(used|taken|unique|exists?|already|duplicated?|sudah)\b/i.test(text),
  );

/** Code 010 has a waiting time: https://docs.fazz.com/v4-ID/docs/handling-errors. */
const hintOf = (code: string | undefined): string | undefined =>
  code === "010" ? "Try again in ten minutes." : undefined;

/** The message of an error, for display. */
const MAX_ERRORS = 10;

interface ProviderError {
  readonly code: string | undefined;
  /** Title and detail. */
  readonly words: readonly string[];
}

/** `{ "errors": [{ code, title, detail }] }`. Any part may be missing. */
const errorsIn = (body: string): readonly ProviderError[] => {
  const found = parseJsonObject(body)?.["errors"];
  return [found]
    .flat()
    .slice(0, MAX_ERRORS)
    .flatMap((each: unknown): readonly ProviderError[] => {
      if (typeof each === "string") return [{ code: undefined, words: [each] }];
      if (typeof each !== "object" || each === null) return [];
      const { code, title, detail } = each as Readonly<Record<string, unknown>>;
      const words = [title, detail].filter((word) => typeof word === "string").filter((word) => word.trim() !== "");
      return [{ code: isCode(code) ? code : undefined, words }];
    });
};

/** Titles of codes. Source: https://docs.fazz.com/v4-ID/docs/handling-errors. */
export const FIXED_TITLES: readonly string[] = [
  "Unknown error",
  "Internal server error",
  "Access denied",
  "Feature not supported",
  "Record not found",
  "Invalid parameters",
  "Service temporarily unavailable",
];

/** Source: https://docs.fazz.com/v4-ID/docs/handling-errors, https://docs.fazz.com/v4-SG/docs/handling-errors. */
const DOCUMENTED_CODE = /^(?:\d{3}|TXN\d{4}|(?:EL|FG|MA|NM)-\d{3})$/;

/** Codes are texts with leading zeros, or letters with a number. */
const isCode = (code: unknown): code is string => typeof code === "string" && /^[A-Z0-9-]{1,20}$/i.test(code);
