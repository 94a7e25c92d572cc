import type { Context } from "hono";
import { html } from "hono/html";
import type { Provider } from "../types.ts";
import { frame } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";

export type Answer = Response | Promise<Response>;

export function missing(context: Context): Answer {
  const sentence = html`<p role="status">There is no such page, or what it showed is no longer kept.</p>`;
  return context.html(frame({ title: "Not here", place: "/inspector", body: sentence }), 404);
}

export async function formIn(context: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await context.req.text());
}

export function providerIn({ gateways }: InspectorParts, text: string | undefined | null): Provider | undefined {
  return gateways.find((provider) => provider === text);
}
