import type { Context, Hono } from "hono";
import { type FaultName, faultNamed } from "../chaos/faults.ts";
import { type FaultSetting, problemWithFault, problemWithRule, providersWith } from "../chaos/rules.ts";
import type { JsonObject } from "../http/input-reader.ts";
import { renderChaos } from "./chaos-view.ts";
import { EVERY_GATEWAY, possibleAt } from "./fault-form.ts";
import type { InspectorParts } from "./parts.ts";
import { type Answer, formIn, missing, providerIn } from "./responses.ts";

/** The page of the rules. They check their own values. */
export const mountChaosPages = (app: Hono, parts: InspectorParts): void => {
  const { chaos } = parts.sandbox;

  app.get("/chaos", (context) => context.html(renderChaos(parts, { fault: context.req.query("fault") })));

  app.post("/chaos", async (context) => {
    const form = await formIn(context);
    const fault = form.get("fault") ?? "";
    const setting = settingIn(form);
    return turned(context, parts, form, {
      problem: (gateway) => problemWithRule(parts.providers.all, parts.gateways, gateway, fault, setting),
      turn: (gateway) => {
        // Checked before.
        chaos.set(gateway, fault as FaultName, setting as unknown as FaultSetting);
      },
      place: `?fault=${fault}#${fault}`,
    });
  });

  app.post("/chaos/clear", async (context) => {
    const form = await formIn(context);
    const fault = form.get("fault") ?? undefined;
    return turned(context, parts, form, {
      problem: (gateway) => problemWithFault(parts.providers.all, parts.gateways, gateway, fault),
      turn: (gateway) => {
        // Checked before.
        chaos.clear(gateway, fault as FaultName | undefined);
      },
      place: "",
    });
  });
};

/** The action at one gateway after the other, and the place on the page that follows. */
interface Turn {
  readonly problem: (gateway: string) => string | undefined;
  readonly turn: (gateway: string) => void;
  readonly place: string;
}

/** At all of the gateways, or if one of them refuses, at none. */
const turned = (
  context: Context,
  parts: InspectorParts,
  form: URLSearchParams,
  { problem, turn, place }: Turn,
): Answer => {
  const gateways = gatewaysIn(parts, form);
  if (gateways === undefined) return missing(context);
  const refusal = gateways.map(problem).find((sentence) => sentence !== undefined);
  if (refusal !== undefined) {
    const refused = { refusal, entered: form };
    return context.html(renderChaos(parts, { fault: form.get("fault"), refused }), 400);
  }
  for (const gateway of gateways) turn(gateway);
  return context.redirect(`/inspector/chaos${place}`, 303);
};

/** Of all gateways those where the fault is possible; all of them if it is possible nowhere, so that somebody refuses it. */
const gatewaysIn = (parts: InspectorParts, form: URLSearchParams): readonly string[] | undefined => {
  const chosen = form.get("provider");
  if (chosen !== EVERY_GATEWAY) {
    const provider = providerIn(parts, chosen);
    return provider === undefined ? undefined : [provider];
  }
  const fault = faultNamed(form.get("fault"));
  const possible =
    fault === undefined
      ? []
      : possibleAt({ providers: providersWith(parts.providers.all, fault.name) }, parts.gateways);
  return possible.length === 0 ? parts.gateways : possible;
};

/** All that was typed in, known or not; a field that was left empty is not set. */
const settingIn = (form: URLSearchParams): JsonObject => {
  const typed = [...form].filter(([name, text]) => name !== "provider" && name !== "fault" && text.trim() !== "");
  return Object.fromEntries(typed.map(([name, text]) => [name, valueIn(text.trim(), name === "probability")]));
};

/** Only a probability has a fraction: elsewhere 60.000 may be meant for sixty thousand, and is refused. */
const valueIn = (text: string, mayHaveFraction: boolean): number | string => {
  const form = mayHaveFraction ? /^-?(?:\d+\.?\d*|\.\d+)$/ : /^-?\d+$/;
  return form.test(text) ? Number(text) : text;
};
