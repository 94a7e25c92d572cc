import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Checks the token of a request, in constant time. If it is wrong, the response is sent. Without a token, every request may proceed. */
export const bearerCheck = (
  token: string | undefined,
): ((request: IncomingMessage, response: ServerResponse) => boolean) => {
  if (token === undefined) return () => true;
  const expected = digest(`Bearer ${token}`);
  return ({ headers }, response) => {
    if (timingSafeEqual(digest(headers.authorization ?? ""), expected)) return true;
    response
      .writeHead(401, { "www-authenticate": "Bearer", "content-type": "text/plain" })
      .end("Expected the token of the server: Authorization: Bearer ….\n");
    return false;
  };
};
