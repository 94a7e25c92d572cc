// The webhook route on a socket, without the rest of Next.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { POST } from "../app/webhooks/[gateway]/route.ts";

/** Starts it; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer(async (incoming, outgoing) => {
    const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    );
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const body = new Uint8Array(await buffer(incoming));
    const params = Promise.resolve({ gateway: url.pathname.split("/").at(-1) });
    const response = await POST(new Request(url, { method: "POST", headers, body }), { params });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  });
  server.listen(port);
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
