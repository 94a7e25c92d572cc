import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import { isoJakarta, spelledOutJakarta } from "../time/times.ts";
import type { SandboxClock } from "../types.ts";
import { amountOf, UNITS_MS } from "./durations.ts";
import { frame, live, time } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";

const STEPS = [
  [1, "minutes"],
  [1, "hours"],
  [1, "days"],
  [30, "days"],
] as const;

/** The sandbox's time. Updated every second while the clock runs. */
export const clockNow = (clock: SandboxClock): Html => {
  const nowMs = clock.now();
  return live(
    "clock",
    html`<p${clock.isFrozen ? "" : html` data-ticks`}>Sandbox time: <strong>${time(nowMs)}</strong>
    <span class="quiet">(in Jakarta ${spelledOutJakarta(nowMs)}, UTC+7)</span>
    <span class="tag">${clock.isFrozen ? "frozen" : "running"}</span></p>`,
  );
};

/** The time, and forms that stop and move it. */
export const renderClock = (
  { sandbox: { clock } }: InspectorParts,
  problem: { readonly refusal?: string; readonly entered?: URLSearchParams } = {},
): Html => {
  const { refusal, entered } = problem;
  const nowMs = clock.now();
  return frame({
    title: "Clock",
    place: "/inspector/clock",
    refusal,
    body: html`${clockNow(clock)}
    <p>This clock decides when links, payments and tokens expire, and the time of settlement, the bank's confirmation of refunds,
      delayed webhooks and webhooks that are sent again.</p>
    <h2>Go forward</h2>
    <p>Everything that is due on the way happens in order, at its own time. The page returns when the webhooks have been answered.</p>
    <div class="row">${STEPS.map(stepForm)}</div>
    ${amountForm(entered)}
    <h2>Freeze and resume</h2>
    ${live("is-frozen", freezeForm(clock))}
    <h2>Set</h2>
    <form method="post" action="/inspector/clock/set" class="stack short" autocomplete="off">
      <label for="at">Date and time</label>
      <div class="row"><div><input id="at" name="at" value="${entered?.get("at") ?? isoJakarta(nowMs)}" spellcheck="false" aria-describedby="at-hint" required></div>
      <button class="second" aria-label="Set the clock">Set</button></div>
      <span id="at-hint" class="hint">ISO 8601 with an offset: <span class="whole">+07:00</span> is Jakarta, <span class="whole">Z</span> is UTC.
      A later time is like going forward. An earlier time undoes nothing.</span></form>`,
  });
};

const stepForm = ([
  amount,
  unit,
]: (typeof STEPS)[number]): Html => html`<form method="post" action="/inspector/clock/advance"><input type="hidden" name="amount" value="${amount}">
    <input type="hidden" name="unit" value="${unit}"><button class="second">+${amountOf(amount, unit)}</button></form>`;

const amountForm = (entered: URLSearchParams | undefined): Html => {
  const chosen = entered?.get("unit") ?? "minutes";
  return html`<form method="post" action="/inspector/clock/advance" class="row short" autocomplete="off">
      <div><label for="amount">Or by</label><input id="amount" name="amount" inputmode="numeric" value="${entered?.get("amount") ?? ""}" required></div>
      <div><label for="unit">Unit</label><select id="unit" name="unit">${[...UNITS_MS.keys()].map(
        (unit) => html`<option${unit === chosen ? html` selected` : ""}>${unit}</option>`,
      )}</select></div>
      <button class="second">Go forward</button></form>`;
};

const freezeForm = ({ isFrozen }: SandboxClock): Html =>
  isFrozen
    ? html`<form method="post" action="/inspector/clock/resume" class="row"><button class="second">Resume</button>
      <p>The clock stands still. When resumed, it continues from this time.</p></form>`
    : html`<form method="post" action="/inspector/clock/freeze" class="row"><button class="second">Freeze</button>
      <p>The clock is running. Once frozen, it stands still until you move or resume it.</p></form>`;
