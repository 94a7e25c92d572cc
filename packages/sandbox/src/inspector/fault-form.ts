import { html } from "hono/html";
import type { FaultState } from "../chaos/rules.ts";
import type { Html } from "../pages/layout.ts";
import type { ProviderSet } from "../provider.ts";
import { choiceField, labelOf, textField } from "./fault-fields.ts";
import { rangeOf, settingInWords } from "./fault-labels.ts";

/** In a form: each of the gateways where the fault is possible. */
export const EVERY_GATEWAY = "all";

/** Those that were started, and what is known of them. */
export interface Gateways {
  readonly providers: ProviderSet;
  readonly gateways: readonly string[];
}

/** A form that was not taken. */
export interface RefusedForm {
  readonly refusal: string;
  readonly entered: URLSearchParams;
}

/** One fault, with a form of its own that is folded away until it is asked for. */
export const faultForm = (
  fault: FaultState,
  known: Gateways,
  shown: { readonly isOpen: boolean; readonly refused?: RefusedForm | undefined },
): Html => {
  const { name, does, parameters } = fault;
  const { isOpen, refused } = shown;
  const refusalId = `${name}-refusal`;
  const blamed = refused === undefined ? undefined : fieldBlamedIn(refused.refusal, fault);
  const field = (fieldName: string, label: Html, hint: string, byDefault: string): Html =>
    textField(name, {
      name: fieldName,
      label,
      hint,
      inputMode: fieldName === "probability" ? "decimal" : "numeric",
      value: refused?.entered.get(fieldName) ?? byDefault,
      refusalId: fieldName === blamed ? refusalId : undefined,
    });
  return html`<details class="fault" id="${name}"${isOpen ? html` open` : ""}>
    <summary><code>${name}</code> <span class="quiet">${limitsOf(fault, known)}</span>
      <span data-live="state-${name}">${stateOf(fault, known)}</span><br>${does}</summary>
    <div data-live="set-${name}">${setNow(fault, known)}</div>
    ${refused === undefined ? "" : html`<p role="alert" id="${refusalId}" class="notice bad">${refused.refusal}</p>`}
    <form method="post" action="/inspector/chaos" autocomplete="off"><input type="hidden" name="fault" value="${name}">
      <div class="fields">
        ${gatewayField(fault, known, refused?.entered.get("provider"))}
        ${field("next", html`The next times`, "How many: 1, 2, 3 …", "")}
        ${field("probability", html`Or with a probability`, "Each time, from 0 to 1: 0.2 is about every fifth time.", "")}
        ${parameters.map((parameter) =>
          parameter.oneOf === undefined
            ? field(parameter.name, labelOf(parameter), rangeOf(parameter), String(parameter.default))
            : choiceField(name, parameter, parameter.oneOf, refused?.entered.get(parameter.name)),
        )}
      </div>
      <button aria-label="Set ${name}">Set</button></form></details>`;
};

/** The gateways where a fault is possible, of those that there are. */
export const possibleAt = (
  { providers }: Pick<FaultState, "providers">,
  gateways: readonly string[],
): readonly string[] => gateways.filter((gateway) => providers.includes(gateway));

/** Where it is possible if not everywhere, and what it takes besides how often. */
const limitsOf = (fault: FaultState, { providers, gateways }: Gateways): string => {
  const possible = possibleAt(fault, gateways);
  const place =
    possible.length < gateways.length ? [`${possible.map((name) => providers.get(name).label).join(", ")} only`] : [];
  const names = fault.parameters.map(({ name }) => name);
  return [...place, ...(names.length === 0 ? [] : [`takes ${names.join(", ")}`])].join("; ");
};

const stateOf = ({ settings, triggered }: FaultState, { providers, gateways }: Gateways): Html => {
  const tags = gateways.flatMap((gateway) => {
    const count = triggered[gateway];
    const words = [
      ...(settings[gateway] === undefined ? [] : ["set"]),
      ...(count === undefined ? [] : [`happened ${count === 1 ? "once" : `${count} times`}`]),
    ];
    return words.length === 0
      ? []
      : [html`<span class="tag">${providers.get(gateway).label}: ${words.join(", ")}</span> `];
  });
  return html`${tags}`;
};

const setNow = ({ settings }: FaultState, { providers, gateways }: Gateways): Html => {
  const sentences = gateways.flatMap((gateway) => {
    const setting = settings[gateway];
    return setting === undefined ? [] : [`Set for ${providers.get(gateway).label}: ${settingInWords(setting)}.`];
  });
  return html`${sentences.map((sentence) => html`<p role="status" class="notice">${sentence}</p>`)}`;
};

const gatewayField = (
  fault: FaultState,
  { providers, gateways }: Gateways,
  chosen: string | null | undefined,
): Html => {
  const possible = possibleAt(fault, gateways);
  const id = `${fault.name}-provider`;
  const option = (value: string, text: string): Html =>
    html`<option value="${value}"${value === chosen ? html` selected` : ""}>${text}</option>`;
  return html`<div><label for="${id}">Gateway</label><select id="${id}" name="provider">
    ${possible.map((gateway) => option(gateway, providers.get(gateway).label))}
    ${possible.length > 1 ? option(EVERY_GATEWAY, "All gateways, each separately") : ""}</select></div>`;
};

/** Refusals of a value begin with the fault and its name; all others are about how often. */
const fieldBlamedIn = (refusal: string, { name: fault, parameters }: FaultState): string => {
  const names = ["probability", ...parameters.map(({ name }) => name)];
  return names.find((name) => refusal.startsWith(`${fault}: ${name} must be`)) ?? "next";
};
