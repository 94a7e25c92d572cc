import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { createErrors, type Errors, type ProviderDefinition } from "../simulator-kit/index.ts";

// github.com/xendit/xendit-node, docs/invoice/BadRequestError.md, UnauthorizedError.md, ForbiddenError.md and ServerError.md;
// docs.xendit.co, Rate limits.
const CODES: Readonly<Record<number, string>> = {
  400: "API_VALIDATION_ERROR",
  401: "INVALID_API_KEY",
  403: "ACCESS_SUSPENDED",
  404: "DATA_NOT_FOUND",
  413: "API_VALIDATION_ERROR",
  429: "RATE_LIMIT_EXCEEDED",
};

export const xenditErrorBody: ProviderDefinition["errorBody"] = (_path, status, message) => ({
  contentType: "application/json",
  body: { error_code: CODES[status] ?? "SERVER_ERROR", message },
});

export const XENDIT_ERRORS: Errors = createErrors(xenditErrorBody, {
  tooLarge: "The request body is too large",
  notFound: "There is nothing at this path",
  crashed: "Something went wrong",
});

/** A refusal with a code of its own. */
export const refuseWith = (
  context: Context,
  status: ContentfulStatusCode,
  error_code: string,
  message: string,
  more: object = {},
): Response => context.json({ error_code, message, ...more }, status);
