import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostHeaderValidation, originValidation, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { serverFor } from "../create-mcp-server.ts";
import { checkOptions, type McpOptions } from "../options.ts";
import { bearerCheck } from "./bearer.ts";
import { createRunningCalls } from "./running-calls.ts";

/** Where a server listens, and who may call it. */
export interface HttpOptions {
  /** Default 0: a free one. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`. Any other than of this machine needs `token`. */
  readonly host?: string | undefined;
  /** Clients must send it as `Authorization: Bearer …`. At least 32 characters. */
  readonly token?: string | undefined;
  /** The names under which clients call the server, without ports. Default: `localhost`, `127.0.0.1`, `[::1]`. */
  readonly allowedHosts?: readonly string[] | undefined;
}

/** A server that listens. */
export interface RunningHttpServer {
  readonly url: string;
  /** Ends the connections, listens no longer, and resolves when the calls that were under way have ended. */
  close(): Promise<void>;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const LOOPBACK_ADDRESSES: ReadonlySet<string | undefined> = new Set([...LOOPBACK, "::1"]);
const PATH = "/mcp";
const SHORTEST_TOKEN = 32;
/** Many times the largest request. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Serves any number of clients over streamable HTTP, at the path `/mcp`. Requests whose `Host` or `Origin` is not one of `allowedHosts`
 * are refused, because a page in a browser can reach a server of this machine under a name of its own (DNS rebinding).
 *
 * Rejects with a `TypeError` if an option is not valid, and with the system's error if it cannot listen.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { serveOverHttp } from "@tautan/mcp/node";
 *
 * const serve = (ledger: Ledger<unknown, unknown>) => serveOverHttp({ ledger }, { port: 7790 });
 * ```
 */
export const serveOverHttp = async (options: McpOptions, http: HttpOptions = {}): Promise<RunningHttpServer> => {
  const checked = checkOptions(options);
  const calls = createRunningCalls();
  const { port = 0, host = "127.0.0.1", token, allowedHosts = LOOPBACK } = http;
  checkHttpOptions({ host, token, allowedHosts });
  const handler = createMcpHandler(() => serverFor(checked, calls.add), { maxRequestBodySize: MAX_BODY_BYTES });
  const handle = toNodeHandler(handler, { maxRequestBodySize: MAX_BODY_BYTES });
  const hasHost = hostHeaderValidation([...allowedHosts]);
  const hasOrigin = originValidation([...allowedHosts]);
  const hasToken = bearerCheck(token);
  const server = createServer((request, response) => {
    if (!hasHost(request, response) || !hasOrigin(request, response) || !hasToken(request, response)) return;
    if (request.url?.split("?", 1)[0] !== PATH) {
      response.writeHead(404, { "content-type": "text/plain" }).end(`The server is at ${PATH}.\n`);
      return;
    }
    // Node declares fields as `undefined` that the adapter declares as absent.
    void handle(request as Parameters<typeof handle>[0], response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}${PATH}`,
    close: async () => {
      await handler.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await calls.ended();
    },
  };
};

const checkHttpOptions = ({
  host,
  token,
  allowedHosts,
}: Required<Omit<HttpOptions, "port" | "token">> & HttpOptions) => {
  if (token !== undefined && (typeof token !== "string" || token.length < SHORTEST_TOKEN)) {
    throw new TypeError(`serveOverHttp: token: expected at least ${SHORTEST_TOKEN} characters`);
  }
  if (token === undefined && !LOOPBACK_ADDRESSES.has(host)) {
    throw new TypeError(
      `serveOverHttp: token: expected one, because ${host} can be reached from other machines. Listen on 127.0.0.1, or pass a token`,
    );
  }
  if (allowedHosts === undefined || allowedHosts.length === 0) {
    throw new TypeError("serveOverHttp: allowedHosts: expected at least one name");
  }
};
