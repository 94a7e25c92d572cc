import type { Context } from "hono";
import type { Problem } from "../http/input-reader.ts";
import type { ErrorAnswers } from "../http/provider-app.ts";

/** Success is always HTTP 200, also after a creation (docs.singapay.id, payment-link/create). */
export const success = (context: Context, data: unknown, more: object = {}): Response =>
  context.json({ status: 200, success: true, data, ...more });

export const failure = (context: Context, status: 401 | 403 | 404 | 405 | 413 | 500, message: string): Response =>
  context.json({ status, success: false, error: { code: status, message } }, status);

/** 422 with the messages of each field. */
export const validationFailure = (context: Context, problems: readonly Problem[]): Response => {
  const errors: Record<string, string[]> = {};
  for (const { path, message } of problems) {
    const messages = (errors[path] ??= []);
    messages.push(`${labelOf(path)} ${message}`);
  }
  return context.json({ status: 422, success: false, error: { code: 422, message: "Validation error", errors } }, 422);
};

// "Status is required" is how the sandbox of SingaPay words it: github.com/aliziodev/laravel-singapay.
const labelOf = (path: string): string => {
  const words = path.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const SINGAPAY_ERROR_ANSWERS: ErrorAnswers = {
  tooLarge: (context) => failure(context, 413, "The request body is too large."),
  notFound: (context) => failure(context, 404, `The route ${context.req.path.slice(1)} could not be found.`),
  wrongMethod: (context, allowed) =>
    failure(
      context,
      405,
      `The ${context.req.method} method is not supported for this route. Supported methods: ${allowed.join(", ")}.`,
    ),
  crashed: (context) => failure(context, 500, "Server Error"),
};
