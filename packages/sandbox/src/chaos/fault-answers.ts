import type { ProviderDefinition } from "../provider.ts";

/** The answer of a provider that has too much to do. */
export const rateLimited = (provider: ProviderDefinition, path: string, retryAfterSeconds: number): Response =>
  inShape(provider, path, 429, "Too many requests", { "Retry-After": String(retryAfterSeconds) });

/** The answer of a provider in trouble. */
export const serverError = (provider: ProviderDefinition, path: string, status: number): Response =>
  inShape(provider, path, status, "Something went wrong, try again later", {});

/** The response of a proxy between the client and the provider. */
export const webPage = (status: number): Response => {
  const title = status === 200 ? "Just a moment..." : `${status} from the proxy`;
  return new Response(
    `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
    {
      status,
      headers: { "Content-Type": "text/html; charset=utf-8" },
    },
  );
};

const inShape = (
  provider: ProviderDefinition,
  path: string,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>>,
): Response => {
  const { contentType, body } = provider.errorBody(path, status, message);
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": contentType, ...headers } });
};
