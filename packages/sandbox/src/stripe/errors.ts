import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { createErrors, type Errors, type ProviderDefinition } from "../simulator-kit/index.ts";

/** docs.stripe.com/api/errors */
export interface StripeError {
  readonly status: 400 | 402 | 403 | 404 | 409;
  readonly type?: "invalid_request_error" | "idempotency_error" | "card_error";
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
}

const docUrl = (code: string): string => `https://stripe.com/docs/error-codes/${code.replaceAll("_", "-")}`;

/** The body of an error. */
const errorBodyOf = ({ type = "invalid_request_error", code, message, param }: StripeError): object => ({
  error: {
    ...(code !== undefined && { code, doc_url: docUrl(code) }),
    message,
    ...(param !== undefined && { param }),
    type,
  },
});

export const refusal = (call: Context, error: StripeError): Response =>
  call.json(errorBodyOf(error), error.status as ContentfulStatusCode);

/** docs.stripe.com/error-codes, `resource_missing`. */
export const missing = (kind: string, id: string, param = "id", status: 400 | 404 = 404): StripeError => ({
  status,
  code: "resource_missing",
  message: `No such ${kind}: '${id}'`,
  param,
});

/** Errors that the routes do not write. 429: docs.stripe.com/rate-limits. */
export const stripeErrorBody: ProviderDefinition["errorBody"] = (_path, status, message) => ({
  contentType: "application/json",
  body: {
    error: {
      ...(status === 429 && { code: "rate_limit", doc_url: docUrl("rate_limit") }),
      message,
      type: status < 500 ? "invalid_request_error" : "api_error",
    },
  },
});

export const STRIPE_ERRORS: Errors = createErrors(stripeErrorBody, {
  tooLarge: "The request is too large.",
  notFound: ({ req }) => `Unrecognized request URL (${req.method}: ${req.path}).`,
  crashed: "An unknown error occurred.",
});

/** What a request asks for is impossible: thrown by what carries it out, and answered by the API. */
export class StripeRefusal extends Error {
  override readonly name = "StripeRefusal";
  readonly error: StripeError;

  constructor(error: StripeError) {
    super(error.message);
    this.error = error;
  }
}
