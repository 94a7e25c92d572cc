import { html } from "hono/html";
import type { FaultParameter } from "../chaos/faults.ts";
import type { Html } from "../pages/layout.ts";
import { PARAMETER_WORDS, rangeOf } from "./fault-labels.ts";

interface Field {
  readonly name: string;
  readonly label: Html;
  readonly hint: string;
  readonly inputMode: "numeric" | "decimal";
  readonly value: string;
  /** Present if the form was refused because of its value. */
  readonly refusalId?: string | undefined;
}

export const labelOf = ({ name }: FaultParameter): Html => html`${PARAMETER_WORDS[name].label}, <code>${name}</code>`;

// A number field would send nothing if no number was typed, and nobody would notice.
export const textField = (fault: string, { name, label, hint, inputMode, value, refusalId }: Field): Html => {
  const id = `${fault}-${name}`;
  const blame = refusalId === undefined ? "" : html` aria-invalid="true" autofocus`;
  return html`<div><label for="${id}">${label}</label>
    <input id="${id}" name="${name}" inputmode="${inputMode}" value="${value}" aria-describedby="${[refusalId, `${id}-hint`].filter(Boolean).join(" ")}"${blame}>
    <span id="${id}-hint" class="hint">${hint}</span></div>`;
};

export const choiceField = (
  fault: string,
  parameter: FaultParameter,
  values: readonly number[],
  chosen: string | null | undefined,
): Html => {
  const id = `${fault}-${parameter.name}`;
  return html`<div><label for="${id}">${labelOf(parameter)}</label>
    <select id="${id}" name="${parameter.name}" aria-describedby="${id}-hint">${values.map(
      (value) => html`<option${String(value) === chosen ? html` selected` : ""}>${value}</option>`,
    )}</select>
    <span id="${id}-hint" class="hint">${rangeOf(parameter)}</span></div>`;
};
