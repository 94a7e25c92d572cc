import type { Issue } from "@tautan/core";
import { type DriverError, type DriverErrorDetails, driverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  failureFromStatus,
  type JsonObject,
  type ReplyContext as KitReplyContext,
  parseJsonObject,
  provenRefusal,
  shownCode,
  shownTexts,
} from "@tautan/driver-kit/http";
import { objectIn } from "./account.ts";

/** The request of a reply, and the redactor for its texts. */
export interface ReplyContext extends KitReplyContext {
  /** The meaning of some responses depends on it, and on the purpose. */
  readonly deletes?: boolean;
}

/**
 * Codes of version 2's envelope, with the HTTP status of the same meaning; 402 is for refusals without one.
 * Codes that do not determine the outcome (SP001, SP002, SP005, SP019) are not refusals. Source:
 * https://docs.singapay.id/api-reference/references/response-codes; SP403: https://github.com/aliziodev/laravel-singapay.
 */
const STATUS_BY_CODE: ReadonlyMap<string, number> = new Map([
  ["SP001", 500],
  ["SP002", 500],
  ["SP003", 402],
  ["SP004", 409],
  ["SP005", 504],
  ["SP006", 402],
  ["SP007", 402],
  ["SP008", 400],
  ["SP009", 404],
  ["SP010", 402],
  ["SP011", 402],
  ["SP012", 400],
  ["SP013", 401],
  ["SP014", 404],
  ["SP015", 403],
  ["SP016", 401],
  ["SP017", 403],
  ["SP018", 422],
  ["SP019", 500],
  ["SP020", 402],
  ["SP403", 403],
]);

/** Whether a reply with a success status is a success. */
export const isSuccess = (body: JsonObject): boolean =>
  "response_code" in body ? body["response_code"] === "SP000" : body["success"] === true;

/**
 * Whether a body is one of the two envelopes: `{ status, success: false, error }` of version 1, or
 * `{ response_code: "SP…", … }` of version 2, whose SP000 is a success. Every known refusal has one of them; SingaPay's 401
 * and 403 have the first. Sources: https://docs.singapay.id/api-reference/references/response-codes, and
 * https://github.com/aliziodev/laravel-singapay for the real responses of the sandbox.
 */
const isEnvelope = (body: JsonObject | undefined): body is JsonObject =>
  body !== undefined && (body["success"] === false || /^SP(?!000)\d{3}$/.test(String(body["response_code"])));

/** The error for a reply that is not a success. */
export const failureFromReply = (reply: HttpReply, context: ReplyContext): DriverError => {
  const body = parseJsonObject(reply.text);
  return provenRefusal(failureIn(reply, body, context), reply, {
    purpose: context.purpose,
    isOwnForm: isEnvelope(body),
  });
};

const failureIn = (
  reply: HttpReply,
  parsed: JsonObject | undefined,
  { purpose, deletes, redact }: ReplyContext,
): DriverError => {
  const body = parsed ?? {};
  const code = codeOf(body);
  const status = effectiveStatus(reply.status, body, code);
  const reported = [messageIn(body), ...issuesIn(body).map(({ field, text }) => `${field}: ${text}`)].filter(Boolean);
  const shown = shownTexts(reported, redact);
  const said = shown === "" ? "" : `: ${shown}`;
  const providerCode = shownCode(code, DOCUMENTED_CODE, redact);
  const answered = `SingaPay returned HTTP ${reply.status}${status === reply.status ? "" : `, code ${providerCode ?? status}`}`;
  const message = `${purpose === "token" ? "there is no access token: " : ""}${answered}${said}`;
  const details = { message, status: reply.status, providerCode };
  const texts = [messageIn(body), ...issuesIn(body).map((each) => `${each.field} ${each.text}`)];
  const text = texts.join(" ");
  if (purpose === "token") return tokenFailure({ ...reply, status }, details, text);
  if (purpose === "create" && isDuplicate(status, texts)) return driverError("duplicate_reference", details);
  switch (status) {
    case 400:
    case 422:
      return driverError("invalid_request", {
        ...details,
        outcome: "refused",
        issues: issuesIn(body).map(({ path, text: each }): Issue => ({ path, message: redact(each) || answered })),
      });
    case 401:
      return driverError("unauthenticated", { ...details, hint: KEYS_HINT });
    case 403:
      if (IP_TEXT.test(text) || code === "SP017") return driverError("forbidden", { ...details, hint: IP_HINT });
      // The text of this refusal is not published; a link with a payment, also a failed one, cannot be deleted: docs.singapay.id,
      // Payment Link, "Delete Payment Link". A reply in another form comes from a proxy, which knows nothing about links.
      return deletes && isEnvelope(parsed) && code !== "SP403" && !PARTNER_TEXT.test(text)
        ? driverError("has_histories", details)
        : driverError("forbidden", details);
    default:
      return failureFromStatus({ ...reply, status }, message, providerCode);
  }
};

/** Messages without personal data. Source: https://github.com/aliziodev/laravel-singapay, responses of the sandbox. */
export const FIXED_MESSAGES: readonly string[] = ["Invalid credentials", "Validation error", "Forbidden"];

/** Source: https://docs.singapay.id/api-reference/references/response-codes; version 1 has an HTTP status. */
const DOCUMENTED_CODE = /^(?:SP)?\d{3}$/;

/** A response to a request for a token proves nothing about the requested link, not even "not found". */
const tokenFailure = (reply: HttpReply, details: DriverErrorDetails, text: string): DriverError => {
  const { status } = reply;
  if (status === 401) return driverError("unauthenticated", { ...details, hint: KEYS_HINT });
  if (status === 403) return driverError("forbidden", { ...details, hint: IP_TEXT.test(text) ? IP_HINT : KEYS_HINT });
  if (status === 429 || status < 400 || status >= 500) {
    return failureFromStatus(reply, details.message, details.providerCode);
  }
  return driverError("rejected", { ...details, hint: "Check environment, and baseUrl if it is set." });
};

const KEYS_HINT =
  "Check clientId, clientSecret and apiKey, that they belong to this environment, and that this machine's clock is correct: the request for a token is signed with today's date.";

const IP_HINT =
  "Register this server's public address with SingaPay: it refuses every call from an unknown address, including the request for a token.";

/** `Your IP address (…) is not registered`, and a wrong partner id: https://github.com/aliziodev/laravel-singapay, responses of the sandbox. */
const IP_TEXT = /\bip\b/i;
const PARTNER_TEXT = /partner|credential/i;

/** The refusal of a used reference is not published: 409, or an error about `reff_no` with such a text. */
const isDuplicate = (status: number, texts: readonly string[]): boolean =>
  status === 409 ||
  ((status === 422 || status === 400) &&
    texts.some((text) => /reff?[ _]?no/i.test(text) && /taken|unique|exist|already|duplicate|sudah/i.test(text)));

/** A code inside a reply is more precise than its HTTP status, but never turns a 5xx, of either, into a refusal. */
const effectiveStatus = (status: number, body: JsonObject, code: string | undefined): number => {
  if (status >= 500) return status;
  const byCode = STATUS_BY_CODE.get(code ?? "");
  if (status >= 300 && status < 400) return status;
  if (byCode !== undefined) return byCode;
  // An undocumented code is not a status, but the body may contain one too. A 5xx is never a refusal.
  const inner = [code, body["status"]]
    .filter((each) => typeof each === "string" || typeof each === "number")
    .map(Number);
  const reported = inner.find((each) => each >= (status >= 400 ? 500 : 400) && each < 600);
  return reported ?? status;
};

const codeOf = (body: JsonObject): string | undefined => {
  const code = body["response_code"] ?? objectIn(body, "error")?.["code"];
  const text = typeof code === "number" ? String(code) : code;
  return typeof text === "string" && /^\w{1,20}$/.test(text) ? text : undefined;
};

const messageIn = (body: JsonObject): string => {
  const found = [objectIn(body, "error")?.["message"], body["error"], body["response_message"], body["message"]];
  return found.find((each) => typeof each === "string") ?? "";
};

interface FieldError {
  readonly field: string;
  readonly path: string;
  readonly text: string;
}

/** Errors about fields, with the caller's names of the fields. */
const issuesIn = (body: JsonObject): readonly FieldError[] => {
  const errors = [objectIn(body, "error"), objectIn(body, "data"), body]
    .map((each) => each && objectIn(each, "errors"))
    .find((each) => each !== undefined);
  return Object.entries(errors ?? {}).flatMap(([name, texts]) => {
    const field = /^[\w.-]{1,80}$/.test(name) ? name : "a field";
    return (Array.isArray(texts) ? texts : [texts])
      .filter((text) => typeof text === "string")
      .map((text) => ({ field, path: pathOf(name), text }));
  });
};

const PATH_BY_FIELD: ReadonlyMap<string, string> = new Map([
  ["reff_no", "reference"],
  ["title", "title"],
  ["description", "title"],
  ["max_usage", "usage.limit"],
  ["total_amount", "amount"],
  ["items", "items"],
  ["required_customer_detail", "collect"],
  ["required_customer_email", "collect.email"],
  ["required_customer_number", "collect.phone"],
  ["customer_name", "customer.name"],
  ["customer_email", "customer.email"],
  ["customer_phone", "customer.phone"],
  ["expired_at", "expiresAt"],
  ["whitelisted_payment_method", "methods"],
  ["redirect_url", "redirect.url"],
  ["success_redirect_url", "redirect.url"],
  ["expired_redirect_url", "providerOptions.singapay.expiredRedirectUrl"],
  ["optional_metadata", "metadata"],
]);

const ITEM_FIELDS: ReadonlyMap<string, string> = new Map([
  ["name", "name"],
  ["quantity", "quantity"],
  ["unit_price", "unitPrice"],
]);

/** `items.0.unit_price` is our `items[0].unitPrice`; empty for a field that we do not have. */
const pathOf = (field: string): string => {
  const [first = "", index, last] = field.split(".");
  const path = PATH_BY_FIELD.get(first) ?? "";
  if (first !== "items" || index === undefined || !/^\d{1,4}$/.test(index)) return path;
  const itemField = ITEM_FIELDS.get(last ?? "");
  return itemField === undefined ? `items[${index}]` : `items[${index}].${itemField}`;
};
