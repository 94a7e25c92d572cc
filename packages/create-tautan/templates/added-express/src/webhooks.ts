import { createWebhookHandler } from "@tautan/webhooks/express";
import type { Express } from "express";
import { ledger } from "./links.ts";

/** Call it above app.use(express.json()): signatures cover the bytes. */
export const mountWebhooks = (app: Express): void => {
  app.post("/webhooks/:gateway", createWebhookHandler({ ledger }));
};
