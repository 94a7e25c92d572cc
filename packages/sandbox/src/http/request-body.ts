import { MAX_TEXT_LENGTH } from "../state/journal.ts";
import type { ServerContext } from "./local-server.ts";

/**
 * The body of a call, which can be read once more after this.
 * Only what says that it is short is read ahead of the API, which has its own answer to what is too long.
 */
export const readBody = async (context: ServerContext): Promise<string> => {
  const { raw, method } = context.req;
  if (method === "GET" || method === "HEAD" || raw.body === null) return "";
  const declaredBytes = context.req.header("content-length");
  if (declaredBytes === undefined || Number(declaredBytes) > MAX_TEXT_LENGTH)
    return "(not kept: too long, or of unknown length)";
  const bytes = await raw.arrayBuffer();
  context.req.raw = new Request(raw.url, { method, headers: raw.headers, body: bytes });
  return Buffer.from(bytes).toString("utf8");
};
