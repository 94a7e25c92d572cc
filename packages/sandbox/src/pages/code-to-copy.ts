import { html } from "hono/html";
import { groupCode } from "./grouping.ts";
import type { Html } from "./layout.ts";
import type { View } from "./view.ts";

/** A number to type elsewhere: in groups to be read, and whole to be copied. `id` is its own within the page. */
export const codeToCopy = (id: string, label: string, code: string, { texts }: Pick<View, "texts">): Html => {
  const grouped = groupCode(code);
  return html`<div class="code-box"><p class="quiet">${label}</p>
    <div class="code-line"><p class="code-to-copy">${grouped}</p>
      <button type="button" class="second small" data-copy="${id}" aria-label="${texts.copy(label)}" hidden>${texts.copyShort}</button>
      <span class="copied" data-copied="${texts.copied}" aria-live="polite"></span></div>
    <label class="quiet">${texts.withoutSpaces(label)}<input id="${id}" class="code" value="${code}" autocomplete="off" readonly></label></div>`;
};

/** Puts the buttons in the place of the fields. If a browser refuses to copy, the field comes back for its user to do so. */
export const COPY_SCRIPT: string = `for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = field.closest("label");
  const note = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  label.hidden = true;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      note.textContent = note.dataset.copied;
      setTimeout(() => (note.textContent = ""), 3000);
    } catch {
      label.hidden = false;
      field.select();
    }
  });
}`;
