// A server whose replies no gateway should send, and the counts of what arrived.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { gzipSync } from "node:zlib";

export interface OddServer {
  readonly url: string;
  /** How often each path was requested in a run. */
  readonly counts: (run: string) => Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Compressed if the client asks for it. */
const compressed = (request: IncomingMessage, response: ServerResponse, text: string): unknown =>
  request.headers["accept-encoding"]?.includes("gzip")
    ? response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text))
    : response.end(text);

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

const ANSWERS: Readonly<Record<string, Answer>> = {
  echo: async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    response.end(`${request.method} ${request.headers["x-key"]} ${Buffer.concat(parts).toString("hex")}`);
  },
  redirect: (_request, response) => response.writeHead(302, { location: "./followed" }).end("elsewhere"),
  followed: (_request, response) => response.end("followed"),
  compressed: (request, response) => compressed(request, response, "small"),
  "compressed-large": (request, response) => compressed(request, response, "x".repeat(10_000_000)),
  "break-post": (request) => request.socket.destroy(),
  "break-get": (request) => request.socket.destroy(),
  "cut-short": (request, response) => {
    response.writeHead(200, { "content-length": 100 }).write("{", () => request.socket.destroy());
  },
  endless: (_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.writeHead(200).on("drain", more);
    more();
  },
  silent: () => {},
  slow: (_request, response) => void response.writeHead(200).write("{"),
  busy: (_request, response) => response.writeHead(503).end("busy"),
};

export const startOddServer = async (): Promise<OddServer> => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    void ANSWERS[request.url?.split("/")[2] ?? ""]?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: (run) => {
      const counts: Record<string, number> = {};
      for (const url of seen) {
        const [, first, path = ""] = url.split("/");
        if (first === run) counts[path] = (counts[path] ?? 0) + 1;
      }
      return counts;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};

/** An address on which nothing listens. */
export const closedUrl = async (): Promise<string> => {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${port}`;
};
