import { createWebhookPlugin } from "@tautan/webhooks/fastify";
import type { FastifyInstance } from "fastify";
import { ledger } from "./links.ts";

/** Its scope has no body parsers: signatures cover the bytes. */
export const mountWebhooks = async (app: FastifyInstance): Promise<void> => {
  await app.register(createWebhookPlugin({ ledger }), { prefix: "/webhooks" });
};
