import { type DriverError, driverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  failureFromStatus,
  type JsonObject,
  parseJsonObject,
  provenRefusal,
  type ReplyContext,
  shownTexts,
} from "@tautan/driver-kit/http";

/** The error for a reply that is not a success. */
export const failureFromReply = (reply: HttpReply, context: ReplyContext): DriverError => {
  const body = parseJsonObject(reply.text);
  const isOwnForm = body !== undefined && hasErrorForm(body);
  return provenRefusal(failureIn(reply, body, context), reply, { purpose: context.purpose, isOwnForm });
};

/**
 * Whether a body is an error as Midtrans writes it: `error_messages` at payment links, on 401 a text and else a list;
 * `validation_messages`, or `status_code` with `status_message`, at the Core API. No page shows a refusal without any of
 * these, one of the keys included; the bodies of 404 and 429 are not shown. Source: docs.midtrans.com, Create Payment Link,
 * "Sample Failure Response", Charge Transactions on Card, "Error Response", and Get Transaction Status.
 */
const hasErrorForm = (body: JsonObject): boolean => {
  const messages = body["error_messages"] ?? body["validation_messages"];
  if (messages === undefined) return codeIn(body) !== undefined && typeof body["status_message"] === "string";
  const texts = [messages].flat();
  return texts.length > 0 && texts.every((each) => typeof each === "string");
};

/** Source: docs.midtrans.com, Create Payment Link, "Status Code". */
const failureIn = (
  reply: HttpReply,
  body: JsonObject | undefined,
  { redact }: Pick<ReplyContext, "redact">,
): DriverError => {
  // The Core API can put an error code into a reply whose HTTP status is a success. A code of the 5xx class is not a refusal,
  // whatever the HTTP status.
  const inner = body && codeIn(body);
  const isSuccess = reply.status >= 200 && reply.status < 300;
  const isReported = inner !== undefined && inner < 600 && inner >= (isSuccess ? 400 : 500);
  const status = isReported && reply.status < 500 ? inner : reply.status;
  const messages = body ? messagesIn(body) : [];
  const shown = shownTexts(messages, redact);
  const said = shown === "" ? "" : `: ${shown}`;
  const message = `Midtrans returned HTTP ${reply.status}${status === reply.status ? "" : `, code ${status}`}${said}`;
  const providerCode = inner === undefined ? undefined : String(inner);
  const details = { message, status: reply.status, providerCode };
  switch (status) {
    case 400: {
      const issues = (messages.length > 0 ? messages : [message]).map((each) => ({
        path: /payment[_ ]link[_ ]id/i.test(each) ? "slug" : "",
        message: redact(each) || message,
      }));
      return driverError("invalid_request", { ...details, issues, outcome: "refused" });
    }
    case 409:
      return driverError("duplicate_reference", details);
    default:
      return failureFromStatus({ ...reply, status }, message, providerCode);
  }
};

/**
 * Whether a reply with a success status contains an error; 407 is the code of an expired transaction. Source:
 * https://github.com/Midtrans/midtrans-nodejs-client, lib/httpClient.js.
 */
export const isErrorInside = (body: JsonObject): boolean =>
  "error_messages" in body || ((codeIn(body) ?? 0) >= 400 && !("transaction_status" in body));

/** The Core API writes its code as text or as a number. */
const codeIn = ({ status_code: code }: JsonObject): number | undefined => {
  const isCode = typeof code === "number" || typeof code === "string";
  return isCode && /^[1-9]\d{2}$/.test(String(code)) ? Number(code) : undefined;
};

/** Source: docs.midtrans.com, Create Payment Link, "Status Code", and Get Transaction Status. */
export const FIXED_MESSAGES: readonly string[] = [
  "Access denied due to unauthorized request",
  "Transaction doesn't exist.",
];

/** The messages of an error, for display. */
const MAX_MESSAGES = 10;

/** Midtrans writes one message as text and several as a list; the Core API has another field. */
const messagesIn = (body: JsonObject): readonly string[] => {
  const found = body["error_messages"] ?? body["validation_messages"] ?? body["status_message"];
  return [found]
    .flat()
    .slice(0, MAX_MESSAGES)
    .filter((each) => typeof each === "string" && each.trim() !== "") as readonly string[];
};
