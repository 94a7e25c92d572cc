import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Changes } from "../state/changes.ts";

/** Takes the parts of the page that may have changed from a fresh copy, and leaves alone where somebody is at work. */
export const LIVE_SCRIPT = `let isLoading = false;
let isStale = false;
async function refresh() {
  isStale = true;
  if (isLoading) return;
  isLoading = true;
  try {
    while (isStale) {
      isStale = false;
      const answer = await fetch(location.href);
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const next = fresh.querySelector('[data-live="' + part.dataset.live + '"]');
        if (next !== null && !part.contains(document.activeElement)) part.replaceWith(next);
      }
    }
  } finally {
    isLoading = false;
  }
}
const changes = new EventSource("/inspector/changes");
changes.onmessage = refresh;
async function tick() {
  if (document.hidden || changes.readyState !== EventSource.OPEN) return;
  if (document.querySelector("[data-ticks]") === null) return;
  const answer = await fetch("/inspector/clock");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.querySelector('[data-live="clock"]');
  if (next !== null) document.querySelector('[data-live="clock"]').replaceWith(next);
}
setInterval(tick, 1000);
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea") !== null) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = rel === undefined ? null : document.querySelector('a[rel="' + rel + '"]');
  if (link !== null) link.click();
});
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}
`;

/** One event at first and one after each change; changes while one is being sent make one more. */
export const streamChanges = (context: Context, changes: Changes): Response =>
  streamSSE(context, async (stream) => {
    let isStale = true;
    let wake = (): void => {};
    const unwatch = changes.watch(() => {
      isStale = true;
      wake();
    });
    stream.onAbort(() => {
      wake();
    });
    while (!stream.aborted) {
      if (isStale) {
        isStale = false;
        await stream.writeSSE({ data: "changed" });
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    unwatch();
  });
