import type { Context } from "hono";
import type { ErrorAnswers } from "../http/provider-app.ts";

/** An error code with its title (docs.fazz.com, v4-ID, Handling errors). The leading zeros are part of it. */
const KINDS = {
  internal: { code: "001", title: "Internal server error", status: 500 },
  denied: { code: "002", title: "Access denied", status: 401 },
  missing: { code: "004", title: "Record not found", status: 404 },
  invalid: { code: "005", title: "Invalid parameters", status: 400 },
  tooLarge: { code: "005", title: "Invalid parameters", status: 413 },
} as const;

/** Answers with one error for each detail. */
export const refuse = (context: Context, kind: keyof typeof KINDS, ...details: readonly string[]): Response => {
  const { code, title, status } = KINDS[kind];
  return jsonApi(context, { errors: details.map((detail) => ({ code, title, detail })) }, status);
};

export const jsonApi = (context: Context, body: object, status: 200 | 201 | 400 | 401 | 404 | 413 | 500): Response =>
  context.body(JSON.stringify(body), status, { "Content-Type": "application/vnd.api+json" });

export const XFERS_ERROR_ANSWERS: ErrorAnswers = {
  tooLarge: (context) => refuse(context, "tooLarge", "The request body is too large"),
  notFound: (context) => refuse(context, "missing", "There is nothing at this path"),
  crashed: (context) => refuse(context, "internal", "Something went wrong"),
};

/** An error of a server in trouble. */
export const troubleBody = (status: number, detail: string): object => ({
  errors: [{ ...troubleKind(status), detail }],
});

// docs.fazz.com, v4-ID, Handling errors.
const troubleKind = (status: number): { readonly code: string; readonly title: string } => {
  if (status === 500) return { code: "001", title: "Internal server error" };
  if (status === 503) return { code: "010", title: "Service temporarily unavailable" };
  return { code: "000", title: "Unknown error" };
};
