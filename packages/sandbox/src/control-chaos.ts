import type { Context, Hono } from "hono";
import type { ChaosDials, FaultSetting } from "./chaos.ts";
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

/** The dials over HTTP. */
export function mountChaos(app: Hono, chaos: ChaosDials): void {
  app.get("/chaos", (context) => context.json(chaos.faults()));

  app.put("/chaos/:provider/:fault", async (context) => {
    const text = await context.req.text();
    const setting = parseJsonObject(text);
    if (setting === undefined) {
      return context.json({ error: `The body must be a JSON object. It is ${quoted(text)}.` }, 400);
    }
    return changed(context, chaos, (provider, fault) => {
      // Unchecked: it refuses what it does not know.
      chaos.set(provider, fault as FaultName, setting as unknown as FaultSetting);
    });
  });

  app.on("DELETE", ["/chaos/:provider/:fault", "/chaos/:provider"], refuseBodies, (context) =>
    changed(context, chaos, (provider, fault) => {
      chaos.clear(provider, fault);
    }),
  );

  app.delete("/chaos", refuseBodies, (context) => {
    chaos.clear();
    return context.json(chaos.faults());
  });
}

function changed(
  context: Context,
  chaos: ChaosDials,
  change: (provider: Provider, fault: FaultName | undefined) => void,
): Response {
  try {
    change(context.req.param("provider") as Provider, context.req.param("fault") as FaultName | undefined);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return context.json({ error: error.message }, 400);
  }
  return context.json(chaos.faults());
}
