import { html } from "hono/html";
import { type Html, layout } from "../pages/layout.ts";
import { INSPECTOR_STYLE } from "./style.ts";

const PLACES = [
  ["/inspector", "Overview"],
  ["/inspector/links", "Links"],
  ["/inspector/deliveries", "Webhooks"],
  ["/inspector/requests", "API calls"],
  ["/inspector/send", "Send a webhook"],
  ["/inspector/chaos", "Chaos"],
  ["/inspector/replay", "Replay"],
  ["/inspector/clock", "Clock"],
  ["/inspector/reset", "Reset"],
] as const;

/** A page of the inspector. `place`: the entry of the navigation it belongs to. */
export const frame = (page: {
  readonly title: string;
  readonly place: (typeof PLACES)[number][0];
  readonly body: Html;
  readonly refusal?: string | undefined;
}): Html =>
  layout({
    title: `${page.title} – Tautan sandbox`,
    scriptPath: "/inspector/live.js",
    style: INSPECTOR_STYLE,
    header: html`<header class="bar"><div><a class="brand" href="/inspector">Tautan sandbox <span>inspector</span></a>
    <nav aria-label="Inspector"><ul>${PLACES.map(
      ([path, name]) =>
        html`<li><a href="${path}"${path === page.place ? html` aria-current="page"` : ""}>${name}</a></li>`,
    )}</ul></nav></div></header>`,
    body: html`
    <h1>${page.title}</h1>
    ${page.refusal === undefined ? "" : html`<p role="alert" class="notice bad">${page.refusal}</p>`}
    ${page.body}
    <noscript><p class="quiet">Reload the page to see what is new.</p></noscript>`,
  });

/** A part of a page that follows what happens. `name` is its own within the page. */
export const live = (name: string, content: Html): Html => html`<div data-live="${name}">${content}</div>`;

/** `2026-03-15 03:00:00 UTC` */
export const time = (atMs: number): Html => {
  const instant = new Date(atMs).toISOString();
  return html`<time datetime="${instant}">${instant.slice(0, 19).replace("T", " ")} UTC</time>`;
};
