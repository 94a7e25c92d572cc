import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface RawServer {
  readonly url: string;
  /** The received text of each connection. */
  readonly received: readonly string[];
}

/**
 * A TCP server with the test's responses, for replies that no HTTP server would send. It responds after the head of a
 * request, or at its first byte. Closed with the test.
 */
export const rawServer = async (
  answer: (socket: Socket, request: string) => void,
  when: "head" | "first byte" = "head",
): Promise<RawServer> => {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const at = received.push("") - 1;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      received[at] += chunk.toString("latin1");
      if (when === "first byte" || received[at]?.includes("\r\n\r\n")) answer(socket, received[at] ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
};

/** A port on which nothing listens. */
export const closedPort = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${port}`;
};
