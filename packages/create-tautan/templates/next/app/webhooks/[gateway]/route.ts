import { createWebhookHandler, type RouteHandler } from "@tautan/webhooks/next";
import { ledger } from "../../../src/links.ts";

export const POST: RouteHandler = createWebhookHandler({ ledger });
