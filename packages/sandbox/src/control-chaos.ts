import type { Context, Hono } from "hono";
import { type ChaosDials, type FaultSetting, problemWithDial, problemWithFault } from "./chaos.ts";
import { refuseBodies } from "./control-rules.ts";
import type { FaultName } from "./faults.ts";
import { parseJsonObject } from "./reading.ts";
import { quoted } from "./spelled.ts";
import type { Provider } from "./types.ts";

export const chaosEndpoints = [
  "GET /chaos",
  "PUT /chaos/{provider}/{fault} { probability or next, and the parameters of the fault }",
  "DELETE /chaos/{provider}/{fault}",
  "DELETE /chaos/{provider}",
  "DELETE /chaos",
] as const;

/** The dials over HTTP, of the providers that are started. */
export function mountChaos(app: Hono, chaos: ChaosDials, started: readonly Provider[]): void {
  app.get("/chaos", (context) => context.json(chaos.faults()));

  app.put("/chaos/:provider/:fault", async (context) => {
    const text = await context.req.text();
    const setting = parseJsonObject(text);
    if (setting === undefined) {
      return context.json({ error: `The body must be a JSON object. It is ${quoted(text)}.` }, 400);
    }
    const { provider, fault } = dialIn(context);
    const error = problemWithDial(started, provider, fault, setting);
    if (error !== undefined) return context.json({ error }, 400);
    // Checked just now.
    chaos.set(provider, fault as FaultName, setting as unknown as FaultSetting);
    return context.json(chaos.faults());
  });

  app.on("DELETE", ["/chaos/:provider/:fault", "/chaos/:provider"], refuseBodies, (context) => {
    const { provider, fault } = dialIn(context);
    const error = problemWithFault(started, provider, fault);
    if (error !== undefined) return context.json({ error }, 400);
    chaos.clear(provider, fault);
    return context.json(chaos.faults());
  });

  app.delete("/chaos", refuseBodies, (context) => {
    chaos.clear();
    return context.json(chaos.faults());
  });
}

/** Unchecked. */
function dialIn(context: Context): { readonly provider: Provider; readonly fault: FaultName | undefined } {
  return {
    provider: context.req.param("provider") as Provider,
    fault: context.req.param("fault") as FaultName | undefined,
  };
}
