import type { Context, MiddlewareHandler } from "hono";

/** Passes authorised calls on, and responds to the others as the provider does. */
export const requireAuth =
  (isAllowed: (request: Request) => boolean, refuse: (context: Context) => Response): MiddlewareHandler =>
  async (context, next) =>
    isAllowed(context.req.raw) ? next() : refuse(context);

/** The token in `Authorization: Bearer …`. */
export const bearerOf = (request: Request): string | undefined =>
  /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
