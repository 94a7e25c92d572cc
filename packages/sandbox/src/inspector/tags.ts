import { STATUS_CODES } from "node:http";
import { html } from "hono/html";
import type { FaultName } from "../chaos/faults.ts";
import type { Html } from "../pages/layout.ts";
import type { PayPageState } from "../pages/pay-page.ts";
import type { ProviderSet, Tone } from "../provider.ts";
import type { Payment, RecordedDelivery, RecordedRequest } from "../types.ts";
import { outcomeOf } from "./labels.ts";

/** A short text on a colour. The text alone has the meaning. */
export const tag = (text: string, tone: Tone | undefined): Html =>
  html`<span class="tag${tone === undefined ? "" : ` ${tone}`}">${text}</span>`;

const STATE_TONES: Readonly<Record<PayPageState, Tone | undefined>> = {
  open: undefined,
  held: "waiting",
  paid: "good",
  used_up: "good",
  expired: "bad",
  closed: "bad",
  failed: "bad",
};

/** The states of links, of every provider. */
export const LINK_STATES: readonly string[] = Object.keys(STATE_TONES);

const isState = (text: string): text is PayPageState => Object.hasOwn(STATE_TONES, text);

export const linkStateTag = (state: string): Html =>
  tag(state.replaceAll("_", " "), isState(state) ? STATE_TONES[state] : undefined);

const paymentTone = (
  providers: ProviderSet,
  { provider, status }: Pick<Payment, "provider" | "status">,
): Tone | undefined => {
  const { paymentStatuses } = providers.get(provider);
  return Object.hasOwn(paymentStatuses, status) ? paymentStatuses[status] : undefined;
};

export const paymentTag = (providers: ProviderSet, payment: Pick<Payment, "provider" | "status">): Html =>
  tag(payment.status, paymentTone(providers, payment));

const toneOfStatus = (status: number): Tone => {
  if (status >= 400) return "bad";
  return status >= 300 ? "waiting" : "good";
};

/** `404 Not Found` */
const statusText = (status: number): string => `${status} ${STATUS_CODES[status] ?? ""}`.trim();

export const callTone = ({ status }: Pick<RecordedRequest, "status">): Tone =>
  status === undefined ? "bad" : toneOfStatus(status);

export const callTag = (call: Pick<RecordedRequest, "status">): Html =>
  tag(call.status === undefined ? "no answer" : statusText(call.status), callTone(call));

export const deliveryTone = (delivery: RecordedDelivery): Tone | undefined => {
  if (delivery.status !== undefined) return delivery.status >= 300 ? "bad" : "good";
  return delivery.error === undefined ? undefined : "bad";
};

export const deliveryTag = (delivery: RecordedDelivery): Html =>
  tag(delivery.status === undefined ? outcomeOf(delivery) : statusText(delivery.status), deliveryTone(delivery));

/** The faults of an entry. */
export const faultTags = (faults: readonly FaultName[]): readonly Html[] =>
  faults.map((fault) => html` <span class="tag chaos">chaos: ${fault}</span>`);
