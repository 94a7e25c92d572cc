import { ok } from "neverthrow";
import type { HttpReply, HttpRequest, Transport } from "../http-types.ts";

/** Bodies of refusals that a proxy or firewall wrote, and not the gateway. */
const FOREIGN_BODIES: readonly (readonly [name: string, contentType: string, text: string])[] = [
  ["a page of a proxy", "text/html", "<!doctype html><html><body><h1>Request blocked</h1></body></html>"],
  ["no body", "application/json", ""],
  ["the JSON of an API gateway", "application/json", '{"message":"no Route matched with those values"}'],
  ["the JSON of a framework", "application/json", '{"error":"Unauthorized","statusCode":401,"timestamp":"2026-01-01"}'],
  ["a JSON list", "application/json", '[{"code":"005"}]'],
  ["JSON cut short", "application/json", '{"errors":[{"code":"005"'],
  ["a text", "text/plain", "upstream connect error or disconnect/reset before headers"],
];

const STATUSES = [
  400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 421, 422, 423, 425, 426, 428, 429, 431,
  451, 499,
];

/** Every 4xx status that could count as a refusal, with every foreign body. 408 never counts as one. */
export const FOREIGN_REFUSALS: readonly (readonly [name: string, reply: HttpReply])[] = STATUSES.flatMap((status) =>
  FOREIGN_BODIES.map(([name, contentType, text]): readonly [string, HttpReply] => [
    `${status} with ${name}`,
    { status, text, header: (header) => (header === "content-type" ? contentType : undefined) },
  ]),
);

/** The response of a scripted gateway to a request; `undefined` to try the next rule. */
type Rule = (request: HttpRequest) => HttpReply | undefined;

/** A transport that responds by the first matching rule, and records its requests. */
export const ruledTransport = (...rules: readonly Rule[]): Transport & { readonly sent: readonly HttpRequest[] } => {
  const sent: HttpRequest[] = [];
  return {
    sent,
    send: async (request) => {
      sent.push(request);
      for (const rule of rules) {
        const reply = rule(request);
        if (reply) return ok(reply);
      }
      throw new Error(`nothing answers ${request.method} ${request.url}`);
    },
  };
};

export const jsonReply = (status: number, body: object): HttpReply => ({
  status,
  text: JSON.stringify(body),
  header: (name) => (name === "content-type" ? "application/json" : undefined),
});
