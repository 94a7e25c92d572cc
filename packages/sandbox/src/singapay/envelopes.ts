import type { Context } from "hono";
import { createErrors, type Errors, type Problem, type ProviderDefinition } from "../simulator-kit/index.ts";

/** Success is always HTTP 200, also after a creation (docs.singapay.id, payment-link/create). */
export const success = (context: Context, data: unknown, more: object = {}): Response =>
  context.json({ status: 200, success: true, data, ...more });

export const singapayErrorBody: ProviderDefinition["errorBody"] = (_path, status, message) => ({
  contentType: "application/json",
  body: { status, success: false, error: { code: status, message } },
});

export const SINGAPAY_ERRORS: Errors = createErrors(singapayErrorBody, {
  tooLarge: "The request body is too large.",
  notFound: (context) => `The route ${context.req.path.slice(1)} could not be found.`,
  wrongMethod: (context, allowed) =>
    `The ${context.req.method} method is not supported for this route. Supported methods: ${allowed.join(", ")}.`,
  crashed: "Server Error",
});

export const failure: Errors["refuse"] = SINGAPAY_ERRORS.refuse;

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
