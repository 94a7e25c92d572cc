import { coreError, errorMessages } from "../midtrans/errors.ts";
import type { Provider } from "../types.ts";

interface FaultBody {
  readonly contentType: string;
  readonly body: object;
}

/** The provider's shape of an error, for an answer that does not come from its simulator. */
const shapes: Readonly<Record<Provider, (path: string, status: number, message: string) => FaultBody>> = {
  midtrans: (path, status, message) => ({
    contentType: "application/json",
    body: path.startsWith("/v2/") ? coreError(String(status), message) : errorMessages(message),
  }),
  xfers: (_path, status, detail) => ({
    contentType: "application/vnd.api+json",
    body: { errors: [{ ...xfersKind(status), detail }] },
  }),
  singapay: (_path, status, message) => ({
    contentType: "application/json",
    body: { status, success: false, error: { code: status, message } },
  }),
};

// docs.fazz.com, v4-ID, Handling errors.
function xfersKind(status: number): { readonly code: string; readonly title: string } {
  if (status === 500) return { code: "001", title: "Internal server error" };
  if (status === 503) return { code: "010", title: "Service temporarily unavailable" };
  return { code: "000", title: "Unknown error" };
}

/** The answer of a provider that has too much to do. */
export function rateLimited(provider: Provider, path: string, retryAfterSeconds: number): Response {
  return inShape(provider, path, 429, "Too many requests", { "Retry-After": String(retryAfterSeconds) });
}

/** The answer of a provider in trouble. */
export function serverError(provider: Provider, path: string, status: number): Response {
  return inShape(provider, path, status, "Something went wrong, try again later", {});
}

/** What something between the client and the provider answers. */
export function webPage(status: number): Response {
  const title = status === 200 ? "Just a moment..." : `${status} from the proxy`;
  return new Response(
    `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
    {
      status,
      headers: { "Content-Type": "text/html; charset=utf-8" },
    },
  );
}

function inShape(
  provider: Provider,
  path: string,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>>,
): Response {
  const { contentType, body } = shapes[provider](path, status, message);
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": contentType, ...headers } });
}
