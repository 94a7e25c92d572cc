import type { RecordedDelivery, RecordedRequest, SandboxRecord } from "@tautan/sandbox";
import type { StartedGateway } from "./environment.ts";
import { isNobodyThere } from "./lines.ts";
import { SIMULATED } from "./simulated.ts";

/** How much of the answer of the user's server is shown. */
const LONGEST_ANSWER = 200;

/** Explains failures, each once until something succeeds in between. */
export interface Hints {
  of(record: SandboxRecord): string | undefined;
}

/** `hasCommand`: whether the user's program has the environment of the sandbox. */
export const createHints = (gateways: readonly StartedGateway[], hasCommand: boolean): Hints => {
  const given = new Map<string, string>();
  return {
    of(record) {
      const { provider } = record.kind === "request" ? record.request : record.delivery;
      const gateway = gateways.find(({ name }) => name === provider);
      if (!gateway) return undefined;
      const hint =
        record.kind === "request"
          ? adviceOnCall(record.request, gateway, hasCommand)
          : adviceOnWebhook(record.delivery, gateway, hasCommand);
      const about = `${record.kind} ${provider}`;
      const isRepeated = given.get(about) === hint;
      given.set(about, hint ?? "");
      return isRepeated ? undefined : hint;
    },
  };
};

const adviceOnCall = (call: RecordedRequest, gateway: StartedGateway, hasCommand: boolean): string | undefined => {
  if (call.status !== 401 || call.faults.length > 0) return undefined;
  return `Your program does not use the sandbox's keys for ${gateway.name}. ${keysFor(gateway, hasCommand)}`;
};

const adviceOnWebhook = (
  { status, error, answer = "", faults }: RecordedDelivery,
  gateway: StartedGateway,
  hasCommand: boolean,
): string | undefined => {
  const { name, webhookUrl } = gateway;
  if (faults.some((fault) => fault === "drop_webhook" || fault === "wrong_key" || fault === "truncate_webhook"))
    return undefined;
  if (isNobodyThere(error)) {
    return `Is your server running at ${new URL(webhookUrl).origin}? The webhook is for ${webhookUrl}; --webhook-url changes that. Press w to send it again.`;
  }
  if (error !== undefined) return `There was no answer from ${webhookUrl}: ${error}.`;
  if (status === undefined || status < 300) return undefined;
  if (status < 400)
    return `${webhookUrl} redirects with ${status}. Gateways need the address of the endpoint itself: --webhook-url.`;
  const said = reasonIn(answer);
  const answered = `Your server refused a webhook of ${name} with ${status}${said && `: ${said}`}.`;
  if (status === 404 || status === 405)
    return `${answered} Does it have POST ${new URL(webhookUrl).pathname}? --webhook-url names another.`;
  if (status === 429 || status >= 500) return `${answered} See the output of your server.`;
  return `${answered} If it reports a wrong signature: ${keysFor(gateway, hasCommand)}`;
};

const keysFor = ({ name, credentials }: StartedGateway, hasCommand: boolean): string => {
  const values = Object.values(SIMULATED[name].keys).map(
    ({ credential, variable }) => `${variable}=${credentials[credential]}`,
  );
  const set = `set ${[...new Set(values)].join(" ")}`;
  return hasCommand
    ? `It got them in environment variables; ${set} if it has other names for them.`
    : `Start it with tautan dev -- <command>, or ${set}.`;
};

/** The reason in an answer: a text, or a field of JSON. */
const reasonIn = (answer: string): string => {
  const text = textIn(parse(answer)) ?? (answer.trimStart().startsWith("<") ? "" : answer);
  const [line = ""] = text.trim().split("\n");
  return line.slice(0, LONGEST_ANSWER).replace(/\.$/, "");
};

const textIn = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const { message, error, hint } = value as {
    readonly message?: unknown;
    readonly error?: unknown;
    readonly hint?: unknown;
  };
  const found = textIn(message) ?? textIn(error);
  return typeof hint === "string" && found ? `${found} ${hint}` : found;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
