import { randomUUID } from "node:crypto";
import { html } from "hono/html";
import type { Html } from "./layout.ts";

/** Sent twice, it is known by its id. Browsers that fill it in again would bring back the id of an earlier one. */
export function form(content: Html): Html {
  return html`<form method="post" autocomplete="off"><input type="hidden" name="form" value="${randomUUID()}">
    ${content}
  </form>`;
}
