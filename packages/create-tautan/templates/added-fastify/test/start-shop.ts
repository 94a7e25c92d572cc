import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { mountWebhooks } from "../src/webhooks.ts";

/** The endpoint alone on a socket; with 0, on a free port. */
export const startShop = async (port: number): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const app = fastify();
  await mountWebhooks(app);
  await app.listen({ port });
  return {
    url: `http://localhost:${(app.server.address() as AddressInfo).port}`,
    close: () => app.close(),
  };
};
