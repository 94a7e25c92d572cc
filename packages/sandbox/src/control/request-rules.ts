import type { MiddlewareHandler } from "hono";
import { parseJsonObject } from "../http/input-reader.ts";
import { showBody, showValue } from "../show-value.ts";

/**
 * Pages of other sites can post forms here, and browsers send their origin with each. They cannot send
 * another method or JSON unless this server allows it, which it never does.
 */
export const refuseCrossSite: MiddlewareHandler = async (context, next) => {
  const origin = context.req.header("origin");
  if (origin !== undefined && origin !== new URL(context.req.url).origin) {
    return context.json({ error: "Requests from other sites are refused." }, 403);
  }
  return next();
};

export const refuseQueries: MiddlewareHandler = async (context, next) => {
  const { method, path, url } = context.req;
  const [name] = new URL(url).searchParams.keys();
  if (name === undefined) return next();
  return context.json({ error: `There is no query parameter ${showValue(name)} for ${method} ${path}.` }, 400);
};

/** A body must be declared as JSON, which a form cannot do. */
export const refuseForms: MiddlewareHandler = async (context, next) => {
  const { method } = context.req;
  if (method === "GET" || method === "HEAD" || (await context.req.text()) === "") return next();
  const contentType = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (contentType === "application/json") return next();
  return context.json({ error: "The content type must be application/json." }, 415);
};

/** For calls without a body. */
export const refuseBodies: MiddlewareHandler = async (context, next) => {
  const text = await context.req.text();
  const body = text === "" ? {} : parseJsonObject(text);
  if (body !== undefined && Object.keys(body).length === 0) return next();
  const { method, path } = context.req;
  return context.json({ error: `${method} ${path} takes no body, or {}. It is ${showBody(text)}.` }, 400);
};
