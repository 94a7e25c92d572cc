import { type DriverError, driverError } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import {
  failureFromStatus,
  type JsonObject,
  parseJsonObject,
  provenRefusal,
  type ReplyContext,
  shownCode,
} from "@tautan/driver-kit/http";

/** The error for a reply that is not a success; a proxy's page is not a refusal. Source of the form: PROVIDER.md, Errors. */
export const failureFromReply = (reply: HttpReply, context: ReplyContext): DriverError => {
  const found = errorIn(reply.text);
  const isOwnForm = found.code !== undefined;
  return provenRefusal(failureIn(reply, found, context), reply, { purpose: context.purpose, isOwnForm });
};

/** The code if it is documented, otherwise the status. Source: PROVIDER.md, Errors. */
const failureIn = (
  reply: HttpReply,
  { code, text, field }: ProviderError,
  { redact }: Pick<ReplyContext, "redact">,
): DriverError => {
  const { status } = reply;
  const said = redact(text);
  const providerCode = shownCode(code, DOCUMENTED_CODE, redact);
  const name = providerCode === undefined ? "" : `, ${providerCode}`;
  const message = `Contoh Pay returned HTTP ${status}${name}${said === "" ? "" : `: ${said}`}`;
  const details = { message, status, providerCode };
  switch (status >= 500 ? undefined : code) {
    case "reference_taken":
    case "idempotency_conflict":
      return driverError("duplicate_reference", details);
    case "link_state":
      return driverError("invalid_state", details);
    case "invalid_field": {
      const issues = [{ path: shownCode(field, NOTHING, redact) ?? "", message: said || message }];
      return driverError("invalid_request", { ...details, issues, outcome: "refused" });
    }
    case undefined:
    default:
      return failureFromStatus(reply, message, providerCode);
  }
};

/** Source: PROVIDER.md, Errors. */
const DOCUMENTED_CODE =
  /^(?:unknown_key|not_allowed|not_found|reference_taken|idempotency_conflict|link_state|invalid_field|too_many_requests|internal)$/;

/** Names of fields are not documented: only names that the request does not contain are shown. */
const NOTHING = /^$/;

interface ProviderError {
  readonly code: string | undefined;
  readonly text: string;
  /** Empty if there is no field. */
  readonly field: string;
}

/** `{ "error": { code, message, field } }`. Any part may be missing. */
const errorIn = (body: string): ProviderError => {
  const found = parseJsonObject(body)?.["error"];
  const { code, message, field } = (typeof found === "object" && found !== null ? found : {}) as JsonObject;
  return {
    code: isWord(code) ? code : undefined,
    text: typeof message === "string" ? message : "",
    field: isWord(field) ? field : "",
  };
};

/** Codes and fields are names; anything else may be the text of a third party. */
const isWord = (value: unknown): value is string => typeof value === "string" && /^[a-z_]{1,40}$/.test(value);
