import type { Issue } from "@tautan/core";
import { type DriverError, driverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  failureFromStatus,
  type JsonObject,
  parseJsonObject,
  provenRefusal,
  type ReplyContext,
  shownCode,
  shownTexts,
} from "@tautan/driver-kit/http";

/** The error for a reply that is not a success. */
export const failureFromReply = (reply: HttpReply, context: ReplyContext): DriverError => {
  const body = parseJsonObject(reply.text);
  const code = codeOf(body);
  // Each of Xendit's refusals has a code: https://github.com/xendit/xendit-node, docs/invoice/BadRequestError.md and others.
  return provenRefusal(failureIn(reply, body ?? {}, code, context), reply, {
    purpose: context.purpose,
    isOwnForm: code !== undefined,
  });
};

const failureIn = (
  reply: HttpReply,
  body: JsonObject,
  code: string | undefined,
  { purpose, redact }: ReplyContext,
): DriverError => {
  const { status } = reply;
  const texts = textsIn(body);
  const shown = shownTexts(texts, redact);
  const providerCode = shownCode(code, DOCUMENTED_CODE, redact);
  const message = `Xendit returned HTTP ${status}${providerCode === undefined ? "" : `, ${providerCode}`}${shown === "" ? "" : `: ${shown}`}`;
  const details = { message, status, providerCode };
  if (status >= 500 || status === 429) return failureFromStatus(reply, message, providerCode);
  // The code of the refusal is not documented; its text was seen: https://github.com/xendit/xendit-php/issues/200.
  if (purpose === "change" && NOT_PENDING.test(texts.join(" "))) return driverError("invalid_state", details);
  if (status === 400 || status === 422 || (purpose === "create" && status === 404 && PATHS.has(code ?? ""))) {
    const path = PATHS.get(code ?? "") ?? "";
    const issues: readonly Issue[] = [{ path, message: shown === "" ? message : shown }];
    return driverError("invalid_request", { ...details, issues, outcome: "refused" });
  }
  return failureFromStatus(reply, message, providerCode);
};

const NOT_PENDING = /could not find and update pending/i;

/** Source: https://github.com/xendit/xendit-node, docs/invoice/BadRequestError.md and InvoiceNotFoundError.md. */
const PATHS: ReadonlyMap<string, string> = new Map([
  ["MAXIMUM_TRANSFER_AMOUNT_ERROR", "amount"],
  ["MINIMAL_TRANSFER_AMOUNT_ERROR", "amount"],
  ["UNSUPPORTED_CURRENCY", "amount"],
  ["MISMATCH_CURRENCY_ERROR", "amount"],
  ["NO_COLLECTION_METHODS_ERROR", "methods"],
  ["UNAVAILABLE_PAYMENT_METHOD_ERROR", "methods"],
  ["EMAIL_FORMAT_ERROR", "customer.email"],
  ["INVALID_REMINDER_TIME", "providerOptions.xendit.reminder"],
  ["CALLBACK_VIRTUAL_ACCOUNT_NOT_FOUND_ERROR", "providerOptions.xendit.callbackVirtualAccountId"],
  ["UNIQUE_ACCOUNT_NUMBER_UNAVAILABLE_ERROR", "methods"],
  ["PAYMENT_CODE_NOT_AVAILABLE_ERROR", "methods"],
]);

const MAX_TEXTS = 10;

/** `message`, and the `errors` of a validation. Any part may be missing or of another form. */
const textsIn = ({ message, errors }: JsonObject): readonly string[] => {
  const details = [errors].flat().flatMap((each: unknown) => {
    if (typeof each === "string") return [each];
    if (typeof each !== "object" || each === null) return [];
    const { message: one, messages: several } = each as Readonly<Record<string, unknown>>;
    return [one, several].flat();
  });
  return [message, ...details]
    .filter((each) => typeof each === "string")
    .filter((each) => each.trim() !== "")
    .slice(0, MAX_TEXTS);
};

/** Xendit's own codes: capital letters and underscores. */
const DOCUMENTED_CODE = /^[A-Z]+(?:_[A-Z]+)+$/;

const codeOf = (body: JsonObject | undefined): string | undefined => {
  const code = body?.["error_code"];
  return typeof code === "string" && /^\w{1,80}$/.test(code) ? code : undefined;
};
