import type { Context, Hono } from "hono";
import type { FaultSetting } from "../chaos.ts";
import { type FaultName, faultNamed } from "../faults.ts";
import type { Provider } from "../types.ts";
import { renderChaos } from "./chaos-view.ts";
import { everyGateway, possibleAt } from "./fault-form.ts";
import type { InspectorParts } from "./parts.ts";
import { formIn, missing, providerIn } from "./visits.ts";

/** The page of the dials. They say themselves what they do not take. */
export function mountChaosPages(app: Hono, parts: InspectorParts): void {
  const { chaos } = parts.sandbox;

  app.get("/chaos", (context) => context.html(renderChaos(parts, { fault: context.req.query("fault") })));

  app.post("/chaos", async (context) => {
    const form = await formIn(context);
    const fault = faultNamed(form.get("fault"))?.name;
    return turned(context, parts, form, (gateways) => {
      // What one gateway takes the others take, too, so that a refusal leaves all as they were.
      for (const gateway of gateways) chaos.set(gateway, (form.get("fault") ?? "") as FaultName, settingIn(form));
      return fault === undefined ? "" : `?fault=${fault}#${fault}`;
    });
  });

  app.post("/chaos/clear", async (context) => {
    const form = await formIn(context);
    const fault = form.get("fault");
    return turned(context, parts, form, (gateways) => {
      for (const gateway of gateways) {
        if (fault === null) chaos.clear(gateway);
        else chaos.clear(gateway, fault as FaultName);
      }
      return "";
    });
  });
}

/** `turn` tells where on the page it goes on. */
async function turned(
  context: Context,
  parts: InspectorParts,
  form: URLSearchParams,
  turn: (gateways: readonly Provider[]) => string,
): Promise<Response> {
  const gateways = gatewaysIn(parts, form);
  if (gateways === undefined) return missing(context);
  let place: string;
  try {
    place = turn(gateways);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const refused = { refusal: error.message, entered: form };
    return context.html(renderChaos(parts, { fault: form.get("fault"), refused }), 400);
  }
  return context.redirect(`/inspector/chaos${place}`, 303);
}

/** Of all gateways those where the fault is possible; all of them where it is nowhere, so that somebody refuses it. */
function gatewaysIn(parts: InspectorParts, form: URLSearchParams): readonly Provider[] | undefined {
  const chosen = form.get("provider");
  if (chosen !== everyGateway) {
    const provider = providerIn(parts, chosen);
    return provider === undefined ? undefined : [provider];
  }
  const fault = faultNamed(form.get("fault"));
  const possible = fault === undefined ? [] : possibleAt(fault, parts.gateways);
  return possible.length === 0 ? parts.gateways : possible;
}

/** All that was typed in, known or not; a field that was left empty is not set. */
function settingIn(form: URLSearchParams): FaultSetting {
  const typed = [...form].filter(([name, text]) => name !== "provider" && name !== "fault" && text.trim() !== "");
  // Unchecked: chaos.set refuses what is no setting.
  return Object.fromEntries(
    typed.map(([name, text]) => [name, numberIn(text.trim(), name === "probability")]),
  ) as unknown as FaultSetting;
}

/** Only a probability has a fraction: elsewhere 60.000 may be meant for sixty thousand, and is refused. */
function numberIn(text: string, mayHaveFraction: boolean): number {
  const form = mayHaveFraction ? /^-?(?:\d+\.?\d*|\.\d+)$/ : /^-?\d+$/;
  return form.test(text) ? Number(text) : Number.NaN;
}
