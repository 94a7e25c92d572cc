import { type DriverError, failure } from "@tautan/core/driver";
import type { HttpReply } from "@tautan/driver-kit";
import { failureFromStatus, type JsonObject, parseJsonObject, type Redactor } from "@tautan/driver-kit/calls";

/** What a reply that is not a success means: the code where it is a documented one, else the status. Source: PROVIDER.md, Errors. */
export const failureFromReply = (
  reply: HttpReply,
  redact: Redactor,
  personal: readonly (string | undefined)[],
): DriverError => {
  const { code, text, field } = errorIn(reply.text);
  const { status } = reply;
  const said = redact(text, personal);
  const name = code === undefined ? "" : `, ${code}`;
  const message = `Contoh Pay answered HTTP ${status}${name}${said === "" ? "" : `: ${said}`}`;
  const details = { message, status, providerCode: code };
  switch (status >= 500 ? undefined : code) {
    case "reference_taken":
    case "idempotency_conflict":
      return failure("duplicate_reference", details);
    case "link_state":
      return failure("invalid_state", details);
    case "invalid_field": {
      const issues = [{ path: field, message: said || message }];
      return failure("invalid_request", { ...details, issues, outcome: "refused" });
    }
    case undefined:
    default:
      return failureFromStatus(reply, message, code);
  }
};

interface ProviderError {
  readonly code: string | undefined;
  readonly text: string;
  /** Empty where none is named. */
  readonly field: string;
}

/** `{ "error": { code, message, field } }`, of which anything may be missing; pages of proxies have none of it. */
const errorIn = (body: string): ProviderError => {
  const found = parseJsonObject(body)?.["error"];
  const { code, message, field } = (typeof found === "object" && found !== null ? found : {}) as JsonObject;
  return {
    code: isWord(code) ? code : undefined,
    text: typeof message === "string" ? message : "",
    field: isWord(field) ? field : "",
  };
};

/** Codes and fields are names; anything else may be a stranger's text. */
const isWord = (value: unknown): value is string => typeof value === "string" && /^[a-z_]{1,40}$/.test(value);
