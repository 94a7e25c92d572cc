import type { Result } from "@tautan/core";
import { createTransport, type HttpFailure, type HttpReply, type HttpRequest } from "@tautan/driver-kit";
import { takesDispatcher } from "./gateways.ts";
import type { Input } from "./input.ts";

const described = (sent: Result<HttpReply, HttpFailure>): unknown =>
  sent.match(
    ({ status, text }) => ({ status, text: text.slice(0, 200) }),
    ({ reason, sent }) => ({ reason, sent }),
  );

const transport = createTransport({ retryDelayMs: 0, maxReplyBytes: 100_000 });

const requestTo = (method: "GET" | "POST", url: string, timeoutMs: number): HttpRequest => ({
  purpose: method === "GET" ? "read" : "create",
  method,
  url,
  headers: { "content-type": "application/json", "x-key": "k" },
  signal: AbortSignal.timeout(timeoutMs),
  ...(method === "POST" && { body: '{"amount": 10000.00, "é": 1}' }),
});

type Send = (method: "GET" | "POST", path: string, timeoutMs?: number) => Promise<unknown>;

const senderOf =
  ({ run, oddServerUrl }: Input): Send =>
  async (method, path, timeoutMs = 20_000) =>
    described(await transport.send(requestTo(method, `${oddServerUrl}/${run}/${path}`, timeoutMs)));

/** The same on every runtime. The test counts the requests that arrive. */
export const requests = async (input: Input): Promise<unknown> => {
  const send = senderOf(input);
  return {
    post: await send("POST", "echo"),
    redirect: await send("POST", "redirect"),
    get: await send("GET", "echo"),
    // On the connection that the request before has left open, if the runtime uses it.
    brokenPost: await send("POST", "break-post"),
    brokenGet: await send("GET", "break-get"),
    cutShort: await send("POST", "cut-short"),
    tooLarge: await send("GET", "endless"),
    silent: await send("POST", "silent", 300),
    slow: await send("POST", "slow", 300),
    busy: await send("POST", "busy"),
  };
};

/** What depends on the client: what it knows about a connection that could not be opened, and compression, which fetch asks for. */
export const ofTheClient = async (input: Input): Promise<unknown> => {
  const send = senderOf(input);
  return {
    refused: described(await transport.send(requestTo("POST", input.closedUrl, 20_000))),
    noAddress: described(await transport.send(requestTo("POST", "http://does-not-exist.invalid", 20_000))),
    compressed: await send("GET", "compressed"),
    tooLargeCompressed: await send("GET", "compressed-large"),
    takesDispatcher: takesDispatcher(input),
  };
};
