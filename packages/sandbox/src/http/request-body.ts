import { MAX_TEXT_LENGTH } from "../state/journal.ts";
import type { ServerContext } from "./local-server.ts";

/** The result for a body that is too long, or of unknown length. */
export const BODY_NOT_KEPT = "(not kept: too long, or of unknown length)";

/**
 * The body of a call, which can be read once more after this.
 * Only a body with a short Content-Length is read before the API, which has its own response to a body that is too long.
 */
export const readBody = async (context: ServerContext): Promise<string> => {
  const { raw, method } = context.req;
  if (method === "GET" || method === "HEAD" || raw.body === null) return "";
  const declaredBytes = context.req.header("content-length");
  if (declaredBytes === undefined || Number(declaredBytes) > MAX_TEXT_LENGTH) return BODY_NOT_KEPT;
  const bytes = await raw.arrayBuffer();
  context.req.raw = new Request(raw.url, { method, headers: raw.headers, body: bytes });
  return Buffer.from(bytes).toString("utf8");
};
