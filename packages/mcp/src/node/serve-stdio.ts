import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { serverFor } from "../create-mcp-server.ts";
import { checkOptions, type McpOptions } from "../options.ts";
import { createRunningCalls } from "./running-calls.ts";

/** The streams of a connection, instead of those of this process. */
export interface StdioOptions {
  readonly input?: Readable | undefined;
  readonly output?: Writable | undefined;
}

/** A server that reads its standard input. */
export interface RunningStdioServer {
  /** Resolves when the client has closed the connection, or `close` has, and the calls that were under way have ended. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** The longest message, in bytes: many times that of the largest request. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * Serves one client over standard input and output, until the client closes it. Nothing else may write to standard output.
 *
 * @throws `TypeError` if an option is not valid.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { serveOverStdio } from "@tautan/mcp/node";
 *
 * const serve = async (ledger: Ledger<unknown, unknown>): Promise<void> => {
 *   const { closed } = serveOverStdio({ ledger });
 *   await closed;
 *   await ledger.end();
 * };
 * ```
 */
export const serveOverStdio = (options: McpOptions, streams: StdioOptions = {}): RunningStdioServer => {
  // Before the first message: a mistake in the options must not show only then.
  const checked = checkOptions(options);
  const calls = createRunningCalls();
  const { input = process.stdin, output = process.stdout } = streams;
  const transport = new StdioServerTransport(input, output, { maxBufferSize: MAX_MESSAGE_BYTES });
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const handle = serveStdio(() => serverFor(checked, calls.add), { transport });
  // The entry has set its own: both are called. A transport has no other way.
  const { onclose } = transport;
  Object.assign(transport, {
    onclose: () => {
      onclose?.();
      void calls.ended().then(resolve);
    },
  });
  return {
    closed,
    close: async () => {
      await handle.close();
      await calls.ended();
      resolve();
    },
  };
};
