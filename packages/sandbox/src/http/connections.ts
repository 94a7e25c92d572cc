import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** One request with the connection it came by. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Misbehaviours of a server in place of a response. Each resolves to the value by which Hono knows that nothing is left to send. */
export interface Connections {
  /** Never answers; waits until the client gives up. */
  leaveWaiting(exchange: Exchange): Promise<Response>;
  /** Ends the connection as a crashed machine does: with RST instead of an answer. */
  reset(exchange: Exchange): Response;
  /** Sends each byte as a chunk of its own, with a pause after it. */
  sendSlowly(exchange: Exchange, response: Response, pauseMs: number): Promise<Response>;
  /** Cuts the connections of all who still wait. */
  cut(): void;
}

export const createConnections = (): Connections => {
  const waiting = new Set<ServerResponse>();

  const whileWaiting = async (
    { outgoing }: Exchange,
    work: (gone: AbortSignal) => Promise<void>,
  ): Promise<Response> => {
    const gone = new AbortController();
    waiting.add(outgoing);
    const leave = (): void => {
      gone.abort();
    };
    outgoing.once("close", leave);
    if (outgoing.closed) leave();
    try {
      await work(gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    } finally {
      waiting.delete(outgoing);
      outgoing.off("close", leave);
    }
    return RESPONSE_ALREADY_SENT;
  };

  return {
    leaveWaiting: (exchange) =>
      whileWaiting(exchange, async (gone) => {
        // A request that is not read to its end would be answered by Node itself, minutes later.
        exchange.incoming.resume();
        if (gone.aborted) return;
        await new Promise((resolve) => {
          gone.addEventListener("abort", resolve, { once: true });
        });
      }),
    reset({ outgoing }) {
      outgoing.socket?.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    },
    sendSlowly: (exchange, response, pauseMs) =>
      whileWaiting(exchange, async (gone) => {
        const { outgoing } = exchange;
        const bytes = new Uint8Array(await response.arrayBuffer());
        // Without its length, the body goes in chunks.
        response.headers.delete("content-length");
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        for (const byte of bytes) {
          outgoing.write(Uint8Array.of(byte));
          await (pauseMs === 0 ? turn(undefined, { signal: gone }) : pause(pauseMs, undefined, { signal: gone }));
        }
        outgoing.end();
      }),
    cut() {
      for (const outgoing of waiting) outgoing.destroy();
    },
  };
};
