import { html } from "hono/html";
import { durationText, momentText } from "./duration.ts";
import type { Html } from "./layout.ts";
import type { View } from "./view.ts";

/** The time that is left to pay, and the exact end. */
export const deadline = (untilMs: number | undefined, { language, texts, nowMs }: View): Html | "" => {
  if (untilMs === undefined || untilMs <= nowMs) return "";
  const duration = durationText(untilMs - nowMs, language);
  const { iso, text } = momentText(untilMs, language);
  return html`<p class="deadline"><strong>${duration === undefined ? texts.payWithinAMinute : texts.payWithin(duration)}</strong>
    <span class="quiet">${texts.payBefore(html`<time datetime="${iso}">${text}</time>`)}</span></p>`;
};
