import type { Context } from "hono";
import { createErrors, type Errors, type ProviderDefinition } from "../simulator-kit/index.ts";

// docs.fazz.com, v4-ID, Handling errors. The leading zeros are part of a code.
const KINDS: Readonly<Record<number, { readonly code: string; readonly title: string }>> = {
  400: { code: "005", title: "Invalid parameters" },
  401: { code: "002", title: "Access denied" },
  404: { code: "004", title: "Record not found" },
  413: { code: "005", title: "Invalid parameters" },
  500: { code: "001", title: "Internal server error" },
  503: { code: "010", title: "Service temporarily unavailable" },
};
const UNKNOWN = { code: "000", title: "Unknown error" };

const MEDIA_TYPE = "application/vnd.api+json";

/** One error for each detail. */
const errorBody = (status: number, details: readonly string[]): object => ({
  errors: details.map((detail) => ({ ...(KINDS[status] ?? UNKNOWN), detail })),
});

export const jsonApi = (context: Context, body: object, status: 200 | 201 | 400): Response =>
  context.body(JSON.stringify(body), status, { "Content-Type": MEDIA_TYPE });

export const invalid = (context: Context, ...details: readonly string[]): Response =>
  jsonApi(context, errorBody(400, details), 400);

export const xfersErrorBody: ProviderDefinition["errorBody"] = (_path, status, message) => ({
  contentType: MEDIA_TYPE,
  body: errorBody(status, [message]),
});

export const XFERS_ERRORS: Errors = createErrors(xfersErrorBody, {
  tooLarge: "The request body is too large",
  notFound: "There is nothing at this path",
  crashed: "Something went wrong",
});
