import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { Merchant } from "../src/merchant.ts";
import { startWebServer } from "../src/web-server.ts";

const connectTo = async (
  url: string,
  said: string,
): Promise<{ readonly socket: Socket; readonly closed: Promise<void> }> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
  });
  socket.write(said);
  return { socket, closed };
};

test("stopping ends idle connections, silent ones and requests under way", async () => {
  const received = Promise.withResolvers<void>();
  const merchant = {
    receive: () => {
      received.resolve();
      return new Promise(() => {});
    },
  } as unknown as Merchant;
  const server = await startWebServer(merchant, 0);
  const silent = await connectTo(server.url, "");
  const idle = await connectTo(server.url, "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  await once(idle.socket, "data");
  const waiting = await connectTo(server.url, "POST /webhooks/x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  await received.promise;
  await server.close();
  await Promise.all([silent.closed, idle.closed, waiting.closed]);
  await expect(fetch(server.url)).rejects.toThrow("fetch failed");
});

test("a port that is taken is an error, not a server", async () => {
  const server = await startWebServer({} as Merchant, 0);
  await expect(startWebServer({} as Merchant, Number(new URL(server.url).port))).rejects.toThrow("EADDRINUSE");
  await server.close();
});
