import type { Context, Hono } from "hono";
import { type JsonObject, parseJsonObject } from "../http/input-reader.ts";
import type { ProviderSet } from "../provider.ts";
import { showBody } from "../show-value.ts";
import type { OtherPayment, SandboxActions } from "../types.ts";
import { isWebhookUrl, WEBHOOK_URL_RULE } from "../webhooks/urls.ts";
import { faultsInResend } from "./actions.ts";

export const webhookEndpoints = (providers: ProviderSet, started: readonly string[]): readonly string[] => [
  "GET /webhooks",
  ...started.map((provider) => `PUT /webhooks/${provider} { url }`),
  "POST /resend { webhook, sending? }",
  ...(started.some((name) => providers.get(name).problemsWithOtherPayment !== undefined)
    ? ["POST /pay-elsewhere { orderId, amount, method?, outcome?, customField1? }"]
    : []),
];

type UrlOf = (provider: string) => string | undefined;

export const webhookUrlsOf = (started: readonly string[], urlOf: UrlOf): object =>
  Object.fromEntries(started.map((provider) => [provider, urlOf(provider) ?? null]));

/** Where webhooks go, and what was sent once more, over HTTP. */
export const mountWebhooks = (
  app: Hono,
  parts: {
    readonly sandbox: SandboxActions;
    readonly started: readonly string[];
    readonly webhookUrlOf: UrlOf;
    readonly problemsWithOtherPayment: (payment: unknown) => readonly string[];
  },
): void => {
  const { sandbox, started, webhookUrlOf: urlOf } = parts;
  app.get("/webhooks", (context) => context.json(webhookUrlsOf(started, urlOf)));
  app.put("/webhooks/:provider", (context) => setWebhookUrl(context, sandbox, started));
  app.post("/resend", (context) => resend(context, sandbox));
  app.post("/pay-elsewhere", (context) => payElsewhere(context, sandbox, parts.problemsWithOtherPayment));
};

const setWebhookUrl = async (
  context: Context,
  sandbox: SandboxActions,
  started: readonly string[],
): Promise<Response> => {
  const provider = started.find((name) => name === context.req.param("provider"));
  if (provider === undefined) {
    const error = `There is no provider ${context.req.param("provider")}; there are ${started.join(", ")}.`;
    return context.json({ error }, 404);
  }
  const body = parseJsonObject(await context.req.text());
  const { url, ...others } = body ?? {};
  if ((url !== null && !isWebhookUrl(url)) || Object.keys(others).length > 0) {
    return context.json(
      { error: `The body must be { "url": … } and nothing else: ${WEBHOOK_URL_RULE}, or null.` },
      400,
    );
  }
  sandbox.setWebhookUrl(provider, url ?? undefined);
  return context.json({ provider, url });
};

const payElsewhere = async (
  context: Context,
  sandbox: SandboxActions,
  problemsWith: (payment: unknown) => readonly string[],
): Promise<Response> => {
  const text = await context.req.text();
  const payment = givenIn(text);
  if (payment === undefined) return context.json({ error: notAnObject(text) }, 400);
  const faults = problemsWith(payment);
  if (faults.length > 0) return context.json({ error: faults.join("; ") }, 400);
  return context.json(await sandbox.payElsewhere(payment as unknown as OtherPayment));
};

const resend = async (context: Context, sandbox: SandboxActions): Promise<Response> => {
  const text = await context.req.text();
  const body = givenIn(text);
  if (body === undefined) return context.json({ error: notAnObject(text) }, 400);
  const { webhook, ...options } = body;
  const faults = faultsInResend(webhook, options);
  if (faults.length > 0) return context.json({ error: faults.join("; ") }, 400);
  return context.json(await sandbox.resend(webhook as number, options));
};

/** JSON has no "undefined": null means an option that is left out. */
const givenIn = (text: string): JsonObject | undefined => {
  const body = parseJsonObject(text);
  return body && Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
};

const notAnObject = (text: string): string => `The body must be a JSON object. It is ${showBody(text)}.`;
