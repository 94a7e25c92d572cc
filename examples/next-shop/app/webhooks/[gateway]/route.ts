import type { RouteHandler } from "@tautan/webhooks/next";
import { shop } from "../../../src/shop.ts";

export const POST: RouteHandler = (request, context) => shop().receiveWebhook(request, context);
