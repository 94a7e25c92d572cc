import type { Context, Hono } from "hono";
import { faultsInResend } from "./actions.ts";
import { isWebhookUrl, webhookUrlRule } from "./options.ts";
import { parseJsonObject } from "./reading.ts";
import { quoted } from "./spelled.ts";
import type { Provider, SandboxActions } from "./types.ts";

export function webhookEndpoints(started: readonly string[]): readonly string[] {
  return [
    "GET /webhooks",
    ...started.map((provider) => `PUT /webhooks/${provider} { url }`),
    "POST /resend { webhook, attempt? }",
  ];
}

type UrlOf = (provider: Provider) => string | undefined;

export function webhookUrlsOf(started: readonly Provider[], urlOf: UrlOf): object {
  return Object.fromEntries(started.map((provider) => [provider, urlOf(provider) ?? null]));
}

/** Where webhooks go, and what was sent once more, over HTTP. */
export function mountWebhooks(app: Hono, sandbox: SandboxActions, started: readonly Provider[], urlOf: UrlOf): void {
  app.get("/webhooks", (context) => context.json(webhookUrlsOf(started, urlOf)));
  app.put("/webhooks/:provider", (context) => setWebhookUrl(context, sandbox, started));
  app.post("/resend", (context) => resend(context, sandbox));
}

async function setWebhookUrl(
  context: Context,
  sandbox: SandboxActions,
  started: readonly Provider[],
): Promise<Response> {
  const provider = started.find((name) => name === context.req.param("provider"));
  if (provider === undefined) {
    const error = `There is no provider ${context.req.param("provider")}; there are ${started.join(", ")}.`;
    return context.json({ error }, 404);
  }
  const body = parseJsonObject(await context.req.text());
  const { url, ...others } = body ?? {};
  if ((url !== null && !isWebhookUrl(url)) || Object.keys(others).length > 0) {
    return context.json({ error: `The body must be { "url": … } and nothing else: ${webhookUrlRule}, or null.` }, 400);
  }
  sandbox.setWebhookUrl(provider, url ?? undefined);
  return context.json({ provider, url });
}

async function resend(context: Context, sandbox: SandboxActions): Promise<Response> {
  const text = await context.req.text();
  const body = parseJsonObject(text);
  if (body === undefined) return context.json({ error: `The body must be a JSON object. It is ${quoted(text)}.` }, 400);
  // Where JSON has no "undefined", null says that something is left out.
  const { webhook, ...options } = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const faults = faultsInResend(webhook, options);
  if (faults.length > 0) return context.json({ error: faults.join("; ") }, 400);
  return context.json(await sandbox.resend(webhook as number, options));
}
