import { html } from "hono/html";
import type { Html } from "./layout.ts";

/** Makes up the id of a form. */
export type NewFormId = () => string;

/** Sent twice, it is known by its id. Browsers that fill it in again would bring back the id of an earlier one. */
export const form = (
  newFormId: NewFormId,
  content: Html,
  id?: string,
): Html => html`<form method="post" autocomplete="off"${id === undefined ? "" : html` id="${id}"`}><input type="hidden" name="form" value="${newFormId()}">
    ${content}
  </form>`;

/** Which payment a form is about. */
export const paymentField = (id: string): Html => html`<input type="hidden" name="payment" value="${id}">`;
