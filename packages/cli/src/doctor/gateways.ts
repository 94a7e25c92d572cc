import { randomBytes } from "node:crypto";
import type { LinkId, PaymentLinkError, PaymentLinks, WebhookCause } from "@tautan/core";
import { type GatewayEntry, gatewayEntries, secretsOf } from "../config/gateway.ts";
import { loadLinks } from "../config/links.ts";
import type { LoadedConfig } from "../config/load.ts";
import { networkFailure } from "../webhooks/post.ts";
import { loadSamples } from "../webhooks/samples.ts";
import { type Check, failing, good, skipped, warning } from "./check.ts";
import { checkClock } from "./clock.ts";
import type { DoctorContext } from "./context.ts";
import { forgedWebhook } from "./forged-webhook.ts";

/** Each gateway alone, so that one that cannot be used hides nothing of the others. */
export const checkGateways = async (
  config: LoadedConfig,
  context: DoctorContext,
): Promise<{ readonly checks: readonly Check[]; readonly links: PaymentLinks | undefined }> => {
  const checks: Check[] = [];
  for (const entry of gatewayEntries(config)) {
    const alone = { default: entry.key, gateways: { [entry.key]: entry.options } };
    const links = await loadLinks({ ...config, core: alone }, context.environment);
    if (links.isErr()) {
      const { message, hint } = links.error;
      const cause = hint.startsWith("Install it") ? "driver_missing" : "gateway_invalid";
      checks.push(failing(subjectOf(entry), cause, message, hint));
    } else
      checks.push(
        ...(await checkKeys(entry, links.value, config)),
        ...(await checkReach(entry, links.value, config, context)),
      );
  }
  if (checks.some(({ cause }) => cause === "driver_missing" || cause === "gateway_invalid"))
    return { checks, links: undefined };
  // What is about several of them: the default, the route.
  const links = await loadLinks(config, context.environment);
  if (links.isOk()) return { checks, links: links.value };
  const { message, hint } = links.error;
  return { checks: [...checks, failing("config", "config_invalid", message, hint)], links: undefined };
};

const subjectOf = ({ key }: Pick<GatewayEntry, "key">): string => `gateways.${key}`;

const FAULTS_OF_KEYS: ReadonlySet<WebhookCause> = new Set([
  "sandbox_key_at_production",
  "production_key_at_sandbox",
  "wrong_kind_of_key",
  "whitespace_in_secret",
]);

/** A driver knows the forms of its keys, and reports them when it explains a forged delivery. Nothing is sent. */
const checkKeys = async (entry: GatewayEntry, links: PaymentLinks, config: LoadedConfig): Promise<readonly Check[]> => {
  const subject = subjectOf(entry);
  const environment = entry.environment ?? "no environment";
  const forged = await forgedWebhook(entry, `/webhooks/${entry.key}`, config);
  if (forged === undefined) return [good(subject, "driver", `driver ${entry.driver}, ${environment}`)];
  const { cause, message, hint } = await links.explainWebhook(entry.key, {
    method: "POST",
    url: `/webhooks/${entry.key}`,
    ...forged,
  });
  if (FAULTS_OF_KEYS.has(cause)) return [failing(subject, cause, message, hint)];
  return [good(subject, "driver", `driver ${entry.driver}, ${environment}`)];
};

const TIMEOUT_MS = 10_000;

const checkReach = async (
  entry: GatewayEntry,
  links: PaymentLinks,
  config: LoadedConfig,
  context: DoctorContext,
): Promise<readonly Check[]> => {
  const subject = subjectOf(entry);
  if (context.offline) return [skipped(subject, "offline", "not called: --offline")];
  const samples = (await loadSamples(entry.driver, config.file)).unwrapOr(undefined);
  const [ownUrl] = secretsOf(entry.options["baseUrl"], context.environment);
  const url = ownUrl ?? samples?.apiUrls[entry.environment === "production" ? "production" : "sandbox"];
  const checks: Check[] = [];
  if (url !== undefined) {
    const called = await callApi(url, context.signal);
    if ("failure" in called)
      return [failing(subject, "gateway_unreachable", called.failure.message, called.failure.hint)];
    checks.push(...checkClock(subject, called.dateMs));
  }
  return [...checks, await checkCredentials(entry, links, samples?.madeUpLinkId("tautan-doctor"), context.signal)];
};

/** Any answer proves that it can be reached. */
const callApi = async (url: string, signal: AbortSignal) => {
  try {
    const { headers, body } = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await body?.cancel();
    const dateMs = Date.parse(headers.get("date") ?? "");
    return { dateMs: Number.isNaN(dateMs) ? undefined : dateMs };
  } catch (thrown) {
    return { failure: networkFailure(thrown, new URL(url).host, signal.aborted, TIMEOUT_MS) };
  }
};

const CAUSES: Partial<Record<PaymentLinkError["kind"], string>> = {
  unauthenticated: "keys_refused",
  forbidden: "keys_refused",
  network: "gateway_unreachable",
  timeout: "gateway_unreachable",
  unavailable: "gateway_failing",
  malformed_response: "gateway_failing",
};

/** A read of a link that does not exist: the answer shows whether the keys are accepted. */
const checkCredentials = async (
  entry: GatewayEntry,
  links: PaymentLinks,
  linkId: string | undefined,
  signal: AbortSignal,
): Promise<Check> => {
  const subject = subjectOf(entry);
  const id = `${entry.key}:${linkId ?? `tautan-doctor-${randomBytes(4).toString("hex")}`}`;
  const read = await links.get(id as LinkId, { signal, timeoutMs: TIMEOUT_MS });
  if (read.isOk() || read.error.kind === "not_found")
    return good(subject, "keys_accepted", "it answers, and accepts the keys");
  const { kind, message, hint } = read.error;
  if (kind === "rate_limited") return warning(subject, kind, message, hint);
  const cause = CAUSES[kind];
  if (cause !== undefined) return failing(subject, cause, message, hint);
  return skipped(subject, "keys_not_tried", `its keys were not tried: ${message}`);
};
