import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request with its whole body. */
export interface Served {
  readonly method: string;
  /** The path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A URL of this machine at which nobody listens. */
export const closedUrl = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}`;
};

/** A server on this machine until the test ends, and its URL. */
export const serve = async (answer: (request: Served) => Reply | Promise<Reply>): Promise<string> => {
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    void buffer(request)
      .then((body) => answer({ method, url, headers, body }))
      .then(
        (reply) => response.writeHead(reply.status, reply.headers).end(reply.body),
        () => response.destroy(),
      );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
