import { html } from "hono/html";
import type { FaultState } from "../chaos/rules.ts";
import type { Html } from "../pages/layout.ts";
import { EVERY_GATEWAY, faultForm, type Gateways, possibleAt, type RefusedForm } from "./fault-form.ts";
import { settingInWords } from "./fault-labels.ts";
import { frame, live } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";

/** The rules, and for each fault its description and form. `fault`: the one whose form is open. */
export const renderChaos = (
  { sandbox, providers, gateways }: InspectorParts,
  visit: { readonly fault?: string | null | undefined; readonly refused?: RefusedForm } = {},
): Html => {
  const faults = sandbox.chaos.faults().filter((fault) => possibleAt(fault, gateways).length > 0);
  const { fault: opened, refused } = visit;
  const forms = (hits: FaultState["hits"]): readonly Html[] =>
    faults
      .filter((fault) => fault.hits === hits)
      .map((fault) => {
        const isOpen = fault.name === opened;
        return faultForm(fault, { providers, gateways }, { isOpen, refused: isOpen ? refused : undefined });
      });
  const hasOwnPlace = faults.some(({ name }) => name === opened);
  return frame({
    title: "Chaos",
    place: "/inspector/chaos",
    refusal: hasOwnPlace ? undefined : refused?.refusal,
    body: html`<p>Faults that the sandbox causes on purpose. Open one, choose how often it happens, and run your code.
      Pay pages, these pages and webhooks sent by hand are not affected.</p>
    ${live("rules", ruleTable(faults, { providers, gateways }))}
    <h2>Faults of webhooks</h2>${forms("webhook")}
    <h2>Faults of API calls</h2>${forms("api")}`,
  });
};

const ruleTable = (faults: readonly FaultState[], { providers, gateways }: Gateways): Html => {
  const rows = faults.flatMap(({ name, settings }) =>
    gateways.flatMap((gateway) => {
      const setting = settings[gateway];
      return setting === undefined ? [] : [{ fault: name, gateway, setting }];
    }),
  );
  if (rows.length === 0) return html`<h2>Set now</h2><p>No fault is set.</p>`;
  const withSome = gateways.filter((gateway) => rows.some((row) => row.gateway === gateway));
  return html`<h2>Set now</h2><div class="scroll"><table>
    <thead><tr><th scope="col">Fault</th><th scope="col">Gateway</th><th scope="col">How often</th><th scope="col">Clear</th></tr></thead>
    <tbody>${rows.map(
      ({ fault, gateway, setting }) => html`<tr><td><a href="/inspector/chaos?fault=${fault}#${fault}">${fault}</a></td>
      <td>${providers.get(gateway).label}</td><td>${settingInWords(setting)}</td>
      <td>${clearForm({ provider: gateway, fault }, "Clear", `Clear ${fault} of ${providers.get(gateway).label}`)}</td></tr>`,
    )}</tbody></table></div>
    <div class="row">${withSome.map((gateway) => clearForm({ provider: gateway }, `Clear all of ${providers.get(gateway).label}`))}
    ${clearForm({ provider: EVERY_GATEWAY }, "Clear everything")}</div>`;
};

const clearForm = (fields: { readonly provider: string; readonly fault?: string }, text: string, name = text): Html =>
  html`<form method="post" action="/inspector/chaos/clear">${Object.entries(fields).map(
    ([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`,
  )}<button class="second small" aria-label="${name}">${text}</button></form>`;
