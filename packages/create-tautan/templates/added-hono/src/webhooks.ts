import { createWebhookHandler } from "@tautan/webhooks/hono";
import type { Hono } from "hono";
import { ledger } from "./links.ts";

/** Call it above everything that reads bodies: signatures cover the bytes. */
export const mountWebhooks = (app: Hono): void => {
  app.post("/webhooks/:gateway", createWebhookHandler({ ledger }));
};
