import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import type { ProviderSet, Tone } from "../provider.ts";
import type { RecordedAction } from "../state/recorded-actions.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";
import { lengthInWords } from "./durations.ts";
import { time } from "./frame.ts";
import { adviceFor, eventOf } from "./labels.ts";
import type { LinkTimeline, TimelineEntry } from "./link-timeline.ts";
import type { Numbered } from "./parts.ts";
import { linkPath, took } from "./tables.ts";
import { callTag, callTone, deliveryTag, deliveryTone, faultTags, tag } from "./tags.ts";

/** The events of a link, newest first. Each entry links to its own page. */
export const renderTimeline = (providers: ProviderSet, link: string, { entries, left }: LinkTimeline): Html => {
  if (entries.length === 0) return html`<p>Nothing is recorded about this link.</p>`;
  return html`<ol class="timeline" reversed aria-label="Timeline">${entries.map((entry) => item(providers, link, entry))}</ol>
    ${left === 0 ? "" : html`<p class="quiet">${left} older entries are not shown.</p>`}`;
};

const item = (providers: ProviderSet, link: string, entry: TimelineEntry): Html => {
  switch (entry.kind) {
    case "call":
      return callItem(entry.call);
    case "webhook":
      return webhookItem(providers, entry.webhook, entry.gapMs);
    case "action":
      return entry.action.link === undefined ? clockItem(entry.action) : payerItem(entry.action, link);
    case "due":
      return line({
        kind: "Webhook",
        className: "due",
        title: html`Sending ${entry.sending} of webhook ${entry.webhook} is due`,
        atMs: entry.atMs,
      });
  }
};

const callItem = ({ number, entry }: Numbered<RecordedRequest>): Html =>
  line({
    kind: "API call",
    className: callTone(entry),
    title: html`<a href="/inspector/requests/${number}"><span class="method">${entry.method} </span>${entry.path}</a>`,
    tags: html`${callTag(entry)} <span class="quiet">${took(entry.durationMs)}</span>${faultTags(entry.faults)}`,
    more: excerptLine("Answer", entry.answer),
    atMs: entry.atMs,
  });

const webhookItem = (
  providers: ProviderSet,
  { number, entry }: Numbered<RecordedDelivery>,
  gapMs: number | undefined,
): Html =>
  line({
    kind: "Webhook",
    className: deliveryTone(entry),
    title: html`<a href="/inspector/deliveries/${number}">${eventOf(providers, entry)}</a>`,
    tags: html`${deliveryTag(entry)}${entry.durationMs === undefined ? "" : html` <span class="quiet">${took(entry.durationMs)}</span>`}${faultTags(entry.faults)}`,
    more: html`${sendingLine(entry, gapMs)} ${excerptLine("Your server answered", entry.answer, adviceFor(entry))}`,
    atMs: entry.atMs,
  });

/** Which sending of a webhook this was, and how long after the one before. */
const sendingLine = ({ sending, webhook, note }: RecordedDelivery, gapMs: number | undefined): Html | "" => {
  const which = gapMs === undefined ? [] : [`Sending ${sending} of webhook ${webhook}, ${lengthInWords(gapMs)} later`];
  const words = [...which, ...(note === undefined ? [] : [note])];
  return words.length === 0 ? "" : html`<p class="more">${words.join("; ")}</p>`;
};

const EXCERPT_LENGTH = 160;

const excerptLine = (label: string, body: string | undefined, instead?: string): Html | "" => {
  if (body === undefined) return instead === undefined ? "" : html`<p class="more">${instead}</p>`;
  if (body === "") return html`<p class="more">${label} with an empty body.</p>`;
  const text = body.replaceAll(/\s+/g, " ").trim();
  return html`<p class="more">${label}: <code>${text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text}</code></p>`;
};

/** The label of each action; others have their name. */
const ACTION_LABELS: Readonly<Record<string, string>> = {
  open: "Payer chose a method",
  pay: "Payer paid",
  fail: "Payment was refused",
  challenge: "Payment is under review",
  decline: "Payer declined",
  abandon: "Payer abandoned the payment",
  pay_other_amount: "Payer paid another amount",
  pay_twice: "Payer paid twice",
  pay_late: "Payer paid after the link had expired",
  settle: "Payment was settled",
  expire: "Time ran out",
  approve: "Merchant approved the payment",
  deny: "Merchant denied the payment",
  reverse: "Bank reversed the payment",
  refund: "Payment was refunded",
  chargeback: "Payment was charged back",
};

const payerItem = ({ action, by, payment, refusal, atMs }: RecordedAction, link: string): Html => {
  const label = ACTION_LABELS[action] ?? action.replaceAll("_", " ");
  const place = payment === undefined ? link : `${linkPath(link)}#payment-${encodeURIComponent(payment)}`;
  return line({
    kind: by === "pay page" ? "Pay page" : "Simulation",
    className: refusal === undefined ? undefined : "bad",
    title: html`<a href="${place}">${label}</a>`,
    tags: refusal === undefined ? undefined : tag("refused", "bad"),
    more: refusal === undefined ? undefined : html`<p class="more">${refusal}</p>`,
    atMs,
  });
};

const clockItem = ({ action, atMs, toMs }: RecordedAction): Html =>
  line({
    kind: "Clock",
    title: html`<a href="/inspector/clock">${clockLabel(action, (toMs ?? atMs) - atMs)}</a>`,
    more: toMs === undefined ? undefined : html`<p class="more">to ${time(toMs)}</p>`,
    atMs,
  });

const clockLabel = (action: string, ms: number): string => {
  if (action === "freeze") return "Clock frozen";
  if (action === "resume") return "Clock resumed";
  return `Clock moved ${ms < 0 ? "back" : "forward"} by ${lengthInWords(ms)}`;
};

const line = (shown: {
  readonly kind: string;
  readonly className?: Tone | "due" | undefined;
  readonly title: Html;
  readonly tags?: Html | undefined;
  readonly more?: Html | "" | undefined;
  readonly atMs: number;
}): Html => html`<li class="${shown.className ?? ""}"><p class="line"><span class="kind">${shown.kind}</span>
    <span>${shown.title}</span> ${shown.tags ?? ""} <span class="when">${time(shown.atMs)}</span></p> ${shown.more ?? ""}</li>`;
