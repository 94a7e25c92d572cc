import { html } from "hono/html";
import type { FaultSetting, FaultState } from "../chaos.ts";
import type { Html } from "../pages/layout.ts";
import type { Provider } from "../types.ts";
import { frame, live } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";
import { providerNames } from "./words.ts";

/** What can go wrong, what is set and has struck, and a form that sets it. */
export function renderChaos({ sandbox, gateways }: InspectorParts, refusal?: string): Html {
  const faults = sandbox.chaos.faults();
  return frame({
    title: "Chaos",
    place: "/inspector/chaos",
    refusal,
    body: html`<form method="post" action="/inspector/chaos">
      <div class="row">
        <div><label for="provider">Gateway</label><select id="provider" name="provider">${gateways.map(
          (provider) => html`<option value="${provider}">${providerNames[provider]}</option>`,
        )}</select></div>
        <div><label for="fault">Fault</label><select id="fault" name="fault">${faults.map(
          ({ name }) => html`<option>${name}</option>`,
        )}</select></div>
        <div><label for="next">The next times</label><input id="next" name="next" inputmode="numeric" placeholder="1"></div>
        <div><label for="probability">Or with a probability</label><input id="probability" name="probability" inputmode="decimal" placeholder="0.2"></div>
        <button>Set</button></div></form>
    ${live("dials", html`<div class="scroll">${table(faults, gateways)}</div>`)}`,
  });
}

function table(faults: readonly FaultState[], gateways: readonly Provider[]): Html {
  return html`<table>
    <thead><tr><th scope="col">Fault</th><th scope="col">What it does</th><th scope="col">Struck</th><th scope="col">Set</th></tr></thead>
    <tbody>${faults.map(
      ({ name, does, settings, struck }) => html`<tr><td><code>${name}</code></td><td>${does}</td>
      <td>${gateways.map((provider) => (struck[provider] === undefined ? "" : html`<div>${providerNames[provider]}: ${struck[provider]}</div>`))}</td>
      <td>${gateways.map((provider) => clearForm(provider, name, settings[provider]))}</td></tr>`,
    )}</tbody></table>`;
}

function clearForm(provider: Provider, fault: string, setting: FaultSetting | undefined): Html | "" {
  if (setting === undefined) return "";
  const values = Object.entries(setting).map(([name, value]) => `${name} ${value}`);
  return html`<form method="post" action="/inspector/chaos/clear" class="row">
    <input type="hidden" name="provider" value="${provider}"><input type="hidden" name="fault" value="${fault}">
    <div>${providerNames[provider]}: ${values.join(", ")}</div>
    <button class="second small" aria-label="Clear ${fault} of ${providerNames[provider]}">Clear</button></form>`;
}
