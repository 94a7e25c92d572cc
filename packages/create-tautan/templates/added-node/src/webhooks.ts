import { createWebhookHandler, type NodeHandler } from "@tautan/webhooks/node";
import { ledger } from "./links.ts";

/** Answers POST /webhooks/{gateway}. Call it before anything reads the request: signatures cover the bytes. */
export const receiveWebhook: NodeHandler = createWebhookHandler({ ledger });
