// Shared code of the calls of both versions.
import type { Context, MiddlewareHandler } from "hono";
import { type JsonObject, readJson } from "../simulator-kit/index.ts";
import { failure } from "./envelopes.ts";
import type { Histories } from "./histories.ts";
import type { SingapayStore } from "./link-store.ts";
import type { SingapayLink } from "./links.ts";
import { ACCOUNT } from "./resources.ts";
import type { TokenApi } from "./token-server.ts";

/** The state of the API. */
export interface SingapayApi extends TokenApi {
  readonly store: SingapayStore;
  readonly histories: Histories;
  /** A link as replies show it. */
  readonly resource: (link: SingapayLink) => object;
}

export const requireAccount: MiddlewareHandler = async (context, next) => {
  if (context.req.param("account") !== ACCOUNT.id) return failure(context, 404, "Account not found");
  return next();
};

/** A body that is not a JSON object has no fields, so every required one is reported as missing. */
export const readBody = async (context: Context): Promise<JsonObject> => (await readJson(context)) ?? {};

export const unknownLink = (context: Context): Response => failure(context, 404, "Payment Link not found");
