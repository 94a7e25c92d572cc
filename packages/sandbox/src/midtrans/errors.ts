import { createErrors, type Errors, type JsonObject, type ProviderDefinition } from "../simulator-kit/index.ts";

// docs.midtrans.com, Create Payment Link, Sample Failure Response: on 401 a string, elsewhere an array.
export const UNAUTHORIZED_LINK_CALL = { error_messages: "Access denied due to unauthorized request" } as const;

export const errorMessages = (...messages: readonly string[]): { readonly error_messages: readonly string[] } => ({
  error_messages: messages,
});

/** The shape of errors under /v2 (docs.midtrans.com, Cancel Transaction, Sample Response - Error). */
export const coreError = (
  statusCode: string,
  statusMessage: string,
): { readonly status_code: string; readonly status_message: string } => ({
  status_code: statusCode,
  status_message: statusMessage,
});

/** docs.midtrans.com, Charge Transactions on Card, Error Response: the sample of 400 under /v2. */
export const invalidParameters = (id: string, messages: readonly string[]): JsonObject => {
  const message = "One or more parameters in the payload is invalid.";
  return { ...coreError("400", message), id, validation_messages: messages };
};

/** github.com/Midtrans/midtrans-php, issue 61, shows one more field in this case. */
export const unknownTransaction = (id: string): { readonly status_code: string; readonly id: string } => ({
  ...coreError("404", "Transaction doesn't exist."),
  id,
});

export const midtransErrorBody: ProviderDefinition["errorBody"] = (path, status, message) => ({
  contentType: "application/json",
  body: path.startsWith("/v2/") ? coreError(String(status), message) : errorMessages(message),
});

export const MIDTRANS_ERRORS: Errors = createErrors(midtransErrorBody, {
  tooLarge: "The request body is too large",
  notFound: "The requested resource is not found",
  // docs.midtrans.com, Code 4xx: 405 is among the codes.
  wrongMethod: () => "HTTP method is not allowed",
  crashed: "Internal Server Error",
});
