import { html } from "hono/html";
import type { FaultName } from "../chaos/faults.ts";
import type { Html } from "../pages/layout.ts";
import type { ProviderSet } from "../provider.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";
import type { SignatureCheck } from "../webhooks/signing.ts";
import { frame, time } from "./frame.ts";
import { adviceFor, eventOf, isRefused, outcomeOf } from "./labels.ts";
import type { Numbered } from "./parts.ts";
import { bodyBlock, headerList, took } from "./tables.ts";

/** One webhook: what was sent, how it was signed, what came back, and ways to send it again. */
export const renderDelivery = (
  providers: ProviderSet,
  { number, entry }: Numbered<RecordedDelivery>,
  problem: { readonly refusal?: string; readonly body?: string } = {},
): Html => {
  const { text, isGood } = outcomeOf(entry);
  const advice = adviceFor(entry);
  return frame({
    title: `Webhook ${number}: ${eventOf(providers, entry)}`,
    place: "/inspector/deliveries",
    refusal: problem.refusal,
    body: html`
    ${advice === undefined ? "" : html`<p class="notice bad">${advice}</p>`}
    <dl><dt>Gateway</dt><dd>${providers.get(entry.provider).label}</dd>
      <dt>URL</dt><dd>${entry.url ?? "none was set: recorded, not sent"}</dd>
      <dt>Answer</dt><dd class="${isGood ? "" : "bad"}">${text}</dd>
      <dt>Took</dt><dd>${took(entry.durationMs)}</dd><dt>Sent</dt><dd>${time(entry.atMs)}</dd>
      <dt>Sending</dt><dd>${entry.sending} of webhook ${entry.webhook}</dd>
      ${entry.retryAtMs === undefined ? "" : html`<dt>Sent again</dt><dd>${time(entry.retryAtMs)}</dd>`}
      ${(entry.redirects ?? []).map((url) => html`<dt>Redirected to</dt><dd>${url}</dd>`)}
      ${triggeredFaults(entry.faults)}
      ${entry.note === undefined ? "" : html`<dt>Note</dt><dd>${entry.note}</dd>`}</dl>
    <form method="post" action="/inspector/deliveries/${number}/resend"><button>Resend</button></form>
    <h2>Request</h2>${headerList(entry.headers)}${bodyBlock(entry.body)}
    ${signatureSection(providers.get(entry.provider).explainSignature(entry))}
    <h2>Answer</h2>${entry.answer === undefined ? html`<p class="quiet">None.</p>` : bodyBlock(entry.answer)}
    <h2>Edit and send</h2>
    <form method="post" action="/inspector/deliveries/${number}/edited">
      <p><label for="body">Body</label><textarea id="body" name="body" rows="10" spellcheck="false">${problem.body ?? entry.body}</textarea></p>
      <fieldset><legend>Signature</legend>
        <label class="choice"><input type="radio" name="signature" value="new" checked> Sign the edited body, as the gateway would</label>
        <label class="choice"><input type="radio" name="signature" value="old"> Keep the old signature, as a forger would</label></fieldset>
      <button>Send the edited webhook</button>
    </form>`,
  });
};

const signatureSection = ({
  algorithm,
  carrier,
  sent,
  baseString,
  holds,
}: SignatureCheck): Html => html`<h2>Signature</h2>
    <p class="notice ${holds ? "good" : "bad"}">${holds ? "The signature holds." : "The signature does not hold: your code must refuse this webhook."}</p>
    <dl><dt>Made by</dt><dd>${algorithm}</dd><dt>Carried by</dt><dd>${carrier}</dd><dt>Sent</dt><dd class="code">${sent ?? "none"}</dd></dl>
    <p>Base string</p><pre>${baseString ?? "none: the body is not of the form that is signed"}</pre>`;

/** What chaos did. */
const triggeredFaults = (faults: readonly FaultName[]): Html | "" =>
  faults.length === 0 ? "" : html`<dt>Chaos</dt><dd class="bad">${faults.join(", ")}</dd>`;

export const renderRequest = (providers: ProviderSet, { number, entry }: Numbered<RecordedRequest>): Html =>
  frame({
    title: `API call ${number}: ${entry.method} ${entry.path}`,
    place: "/inspector/requests",
    body: html`<dl><dt>Gateway</dt><dd>${providers.get(entry.provider).label}</dd>
      <dt>Answer</dt><dd class="${isRefused(entry) ? "bad" : ""}">${entry.status ?? "none"}</dd>
      <dt>Took</dt><dd>${took(entry.durationMs)}</dd><dt>Answered</dt><dd>${time(entry.atMs)}</dd>
      ${triggeredFaults(entry.faults)}</dl>
    <h2>Request</h2>${headerList(entry.headers)}${bodyBlock(entry.body)}
    <h2>Answer</h2>${entry.answer === undefined ? html`<p class="quiet">None.</p>` : bodyBlock(entry.answer)}`,
  });

/** A form for a webhook of one's own, which is signed like any other. */
export const renderSendForm = (filled: {
  readonly providers: ProviderSet;
  readonly gateways: readonly string[];
  readonly provider?: string | undefined;
  readonly body?: string;
  readonly refusal?: string;
}): Html =>
  frame({
    title: "Send a webhook",
    place: "/inspector/send",
    refusal: filled.refusal,
    body: html`<p>Any body, signed as the gateway would sign it, goes to the gateway's webhook URL.</p>
    <form method="post" action="/inspector/send">
      <p><label for="provider">Gateway</label><select id="provider" name="provider">${filled.gateways.map(
        (provider) =>
          html`<option value="${provider}"${provider === filled.provider ? html` selected` : ""}>${filled.providers.get(provider).label}</option>`,
      )}</select></p>
      <p><label for="body">Body</label><textarea id="body" name="body" rows="12" spellcheck="false" required>${filled.body ?? ""}</textarea></p>
      <button>Sign and send</button>
    </form>`,
  });
