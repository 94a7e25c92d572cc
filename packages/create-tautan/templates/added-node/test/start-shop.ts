import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { receiveWebhook } from "../src/webhooks.ts";

/** The endpoint alone on a socket; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => void receiveWebhook(request, response));
  server.listen(port);
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
