import { html } from "hono/html";
import type { FaultName } from "../chaos/faults.ts";
import type { Html } from "../pages/layout.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";
import type { SignatureCheck } from "../webhooks/signing.ts";
import { curlOfDelivery, curlOfRequest } from "./curl-view.ts";
import { frame, time } from "./frame.ts";
import { adviceFor, eventOf } from "./labels.ts";
import type { InspectorParts, Numbered } from "./parts.ts";
import { bodyBlock, headerList, took } from "./tables.ts";
import { callTag, deliveryTag } from "./tags.ts";

/** One webhook: what was sent, how it was signed, what came back, and ways to send it again. */
export const renderDelivery = (
  parts: InspectorParts,
  found: Numbered<RecordedDelivery>,
  problem: { readonly refusal?: string; readonly body?: string } = {},
): Html => {
  const { number, entry } = found;
  const { providers } = parts;
  const advice = adviceFor(entry);
  return frame({
    title: `Webhook ${number}: ${eventOf(providers, entry)}`,
    place: "/inspector/deliveries",
    refusal: problem.refusal,
    body: html`
    ${advice === undefined ? "" : html`<p class="notice bad">${advice}</p>`}
    <dl class="facts"><div><dt>Gateway</dt><dd>${providers.get(entry.provider).label}</dd></div>
      <div><dt>Answer</dt><dd>${deliveryTag(entry)}</dd></div>
      <div><dt>Took</dt><dd>${took(entry.durationMs)}</dd></div><div><dt>Sent</dt><dd>${time(entry.atMs)}</dd></div>
      <div><dt>Sending</dt><dd>${entry.sending} of webhook ${entry.webhook}</dd></div>
      ${entry.retryAtMs === undefined ? "" : html`<div><dt>Sent again</dt><dd>${time(entry.retryAtMs)}</dd></div>`}
      <div><dt>URL</dt><dd>${entry.url ?? "none was set: recorded, not sent"}</dd></div>
      ${(entry.redirects ?? []).map((url) => html`<div><dt>Redirected to</dt><dd>${url}</dd></div>`)}
      ${triggeredFaults(entry.faults)}
      ${entry.note === undefined ? "" : html`<div><dt>Note</dt><dd>${entry.note}</dd></div>`}</dl>
    <form method="post" action="/inspector/deliveries/${number}/resend"><button class="small">Resend</button></form>
    <div class="columns"><div><h2>Request</h2>${headerList(entry.headers)}${bodyBlock(entry.body)}</div>
    <div><h2>Answer</h2>${entry.answer === undefined ? html`<p class="quiet">None.</p>` : bodyBlock(entry.answer)}
    ${signatureSection(providers.get(entry.provider).explainSignature(entry))}</div></div>
    ${curlOfDelivery(parts, found)}
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
    <p class="notice ${holds ? "good" : "bad"}">${holds ? "The signature is valid." : "The signature is not valid: your code must refuse this webhook."}</p>
    <dl><dt>Algorithm</dt><dd>${algorithm}</dd><dt>Sent in</dt><dd>${carrier}</dd><dt>Value</dt><dd class="code">${sent ?? "none"}</dd></dl>
    <p>Base string</p><pre>${baseString ?? "none: the body is not of the form that is signed"}</pre>`;

/** The faults of an entry. */
const triggeredFaults = (faults: readonly FaultName[]): Html | "" =>
  faults.length === 0 ? "" : html`<div><dt>Chaos</dt><dd class="bad">${faults.join(", ")}</dd></div>`;

export const renderRequest = (parts: InspectorParts, found: Numbered<RecordedRequest>): Html => {
  const { number, entry } = found;
  return frame({
    title: `API call ${number}: ${entry.method} ${entry.path}`,
    place: "/inspector/requests",
    body: html`<dl class="facts"><div><dt>Gateway</dt><dd>${parts.providers.get(entry.provider).label}</dd></div>
      <div><dt>Answer</dt><dd>${callTag(entry)}</dd></div>
      <div><dt>Took</dt><dd>${took(entry.durationMs)}</dd></div><div><dt>Answered</dt><dd>${time(entry.atMs)}</dd></div>
      ${triggeredFaults(entry.faults)}</dl>
    <div class="columns"><div><h2>Request</h2>${headerList(entry.headers)}${bodyBlock(entry.body)}</div>
    <div><h2>Answer</h2>${entry.answer === undefined ? html`<p class="quiet">None.</p>` : bodyBlock(entry.answer)}</div></div>
    ${curlOfRequest(parts, found)}`,
  });
};
