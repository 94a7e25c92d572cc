import type { Context } from "hono";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { RefusedAction } from "../simulator.ts";
import { UnsavedState } from "../state/store.ts";
import type { LinkSummary } from "../types.ts";
import { frame } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";

export type Answer = Response | Promise<Response>;

export const missing = (context: Context): Answer => {
  const sentence = html`<p role="status">There is no such page, or the entry that it showed is no longer kept.</p>`;
  return context.html(frame({ title: "Page not found", place: "/inspector", body: sentence }), 404);
};

/** Whatever is refused in here is a page, also where it was not foreseen. */
export const failed = (error: Error, context: Context): Answer => {
  if (error instanceof RefusedAction) return refusal(context, error.status, error.message);
  if (error instanceof UnsavedState) return refusal(context, 500, error.message);
  if (!(error instanceof HTTPException)) return refusal(context, 500, `The sandbox has a defect: ${error.message}`);
  return refusal(context, error.status, error.status === 403 ? "Forms of other sites are refused." : error.message);
};

export const tooLarge = (context: Context): Answer => refusal(context, 413, "A form of more than 1 MiB is refused.");

/** A page with the reason why nothing was done. */
const refusal = (context: Context, status: ContentfulStatusCode, sentence: string): Answer =>
  context.html(frame({ title: "Not done", place: "/inspector", refusal: sentence, body: html`` }), status);

export const formIn = async (context: Context): Promise<URLSearchParams> =>
  new URLSearchParams(await context.req.text());

export const providerIn = ({ gateways }: InspectorParts, text: string | undefined | null): string | undefined =>
  gateways.find((provider) => provider === text);

export const linkIn = ({ listLinks }: InspectorParts, url: string | undefined): LinkSummary | undefined =>
  listLinks().find(({ link }) => link === url);
