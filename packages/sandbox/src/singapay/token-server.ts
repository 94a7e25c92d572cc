import type { Context, Hono, MiddlewareHandler } from "hono";
import { bearerOf, createInputReader, hasBasicAuth, readForm, readJson, requireAuth } from "../simulator-kit/index.ts";
import { failure, success, validationFailure } from "./envelopes.ts";
import { isTokenSignature, TOKEN_LIFETIME_SECONDS, type Tokens } from "./tokens.ts";

/** Who may ask for a token, and who issues it. */
export interface TokenApi {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  readonly tokens: Tokens;
  readonly now: () => number;
}

export const isTokenCall = (path: string): boolean => path.includes("/access-token/");

/** The two generations of the token call. */
export const mountTokenCalls = (app: Hono, api: TokenApi): void => {
  app.use(
    "/api/*",
    requireAuth(
      ({ headers }) => headers.get("x-partner-id") === api.apiKey,
      (context) => failure(context, 403, "Invalid X-PARTNER-ID"),
    ),
  );

  app.post("/api/v1.1/access-token/b2b", async (context) => {
    const isClient = context.req.header("x-client-id") === api.clientId;
    const signature = context.req.header("x-signature") ?? "";
    if (!isClient || !isTokenSignature(signature, api.clientId, api.clientSecret, api.now())) {
      return invalidCredentials(context);
    }
    const body = (await readJson(context)) ?? {};
    return issue(context, api, body["grant_type"]);
  });

  app.post("/api/v1.0/access-token/b2b", async (context) => {
    if (!hasBasicAuth(context.req.raw, api.clientId, api.clientSecret)) return invalidCredentials(context);
    const isForm = context.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") === true;
    const body = (await (isForm ? readForm(context) : readJson(context))) ?? {};
    // The oldest page of SingaPay spells it grantType.
    return issue(context, api, body["grant_type"] ?? body["grantType"]);
  });
};

/**
 * The answer to a token call with its `expires_in` as a number. github.com/aliziodev/laravel-singapay, endpoint inventory:
 * text from this host, a number from the one of identities.
 */
export const withNumericLife = async (response: Response): Promise<Response> => {
  const asNumber = (name: string, value: unknown): unknown => (name === "expires_in" ? Number(value) : value);
  const body: unknown = JSON.parse(await response.text(), asNumber);
  return new Response(JSON.stringify(body), response);
};

/** Every other call carries a token that is still valid. */
export const requireToken = (api: TokenApi): MiddlewareHandler =>
  requireAuth((request) => api.tokens.isValid(bearerOf(request) ?? "", api.now()), invalidCredentials);

const invalidCredentials = (context: Context): Response => failure(context, 401, "Invalid credentials");

const issue = (context: Context, api: TokenApi, grantType: unknown): Response => {
  const reader = createInputReader();
  reader.text("grant_type", grantType, { required: true, oneOf: ["client_credentials"] });
  if (reader.problems.length > 0) return validationFailure(context, reader.problems);
  return success(context, {
    access_token: api.tokens.issue(api.now()),
    token_type: "Bearer",
    // docs.singapay.id, security/access-token-v11: a string.
    expires_in: String(TOKEN_LIFETIME_SECONDS),
  });
};
