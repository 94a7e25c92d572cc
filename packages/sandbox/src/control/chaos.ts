import type { Context, Hono } from "hono";
import type { FaultName } from "../chaos/faults.ts";
import {
  type ChaosRules,
  type FaultScope,
  type FaultSetting,
  problemWithFault,
  problemWithRule,
} from "../chaos/rules.ts";
import { parseJsonObject } from "../http/input-reader.ts";
import { showBody } from "../show-value.ts";
import { refuseBodies } from "./request-rules.ts";

export const CHAOS_ENDPOINTS = [
  "GET /chaos",
  "PUT /chaos/{provider}/{fault} { probability or next, and the parameters of the fault }",
  "DELETE /chaos/{provider}/{fault}",
  "DELETE /chaos/{provider}",
  "DELETE /chaos",
] as const;

/** The rules over HTTP, of the providers that are started. */
export const mountChaos = (
  app: Hono,
  chaos: ChaosRules,
  { started, scopes }: { readonly started: readonly string[]; readonly scopes: readonly FaultScope[] },
): void => {
  app.get("/chaos", (context) => context.json(chaos.faults()));

  app.put("/chaos/:provider/:fault", async (context) => {
    const text = await context.req.text();
    const setting = parseJsonObject(text);
    if (setting === undefined) {
      return context.json({ error: `The body must be a JSON object. It is ${showBody(text)}.` }, 400);
    }
    const { provider, fault } = ruleIn(context);
    const error = problemWithRule(scopes, started, provider, fault, setting);
    if (error !== undefined) return context.json({ error }, 400);
    // Checked just now.
    chaos.set(provider, fault as FaultName, setting as unknown as FaultSetting);
    return context.json(chaos.faults());
  });

  app.on("DELETE", ["/chaos/:provider/:fault", "/chaos/:provider"], refuseBodies, (context) => {
    const { provider, fault } = ruleIn(context);
    const error = problemWithFault(scopes, started, provider, fault);
    if (error !== undefined) return context.json({ error }, 400);
    chaos.clear(provider, fault);
    return context.json(chaos.faults());
  });

  app.delete("/chaos", refuseBodies, (context) => {
    chaos.clear();
    return context.json(chaos.faults());
  });
};

/** Unchecked. */
const ruleIn = (context: Context): { readonly provider: string; readonly fault: FaultName | undefined } => ({
  provider: context.req.param("provider") as string,
  fault: context.req.param("fault") as FaultName | undefined,
});
