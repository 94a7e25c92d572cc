// Signs webhooks as a gateway of the configuration would.
import type { SampleWebhook, WebhookSamples } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { type GatewayEntry, gatewayEntries, secretsOf } from "../../config/gateway.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { configError, type Failure } from "../../failure.ts";
import { loadSamples } from "../../webhooks/samples.ts";

type Read<T> = Result<T, Failure>;

/** The gateway of a key, as it is configured. */
export const entryOf = (config: LoadedConfig, key: string): Read<GatewayEntry> => {
  const entries = gatewayEntries(config);
  const entry = entries.find((each) => each.key === key);
  if (entry) return ok(entry);
  const keys = entries.map((each) => each.key).join(", ");
  return err(configError(`expected one of the gateways ${keys}, got ${JSON.stringify(key)}`, "Correct --gateway."));
};

/** The samples of a gateway's driver. */
export const samplesOf = ({ driver }: GatewayEntry, { file }: LoadedConfig): Promise<Read<WebhookSamples>> =>
  loadSamples(driver, file);

interface SigningContext {
  readonly entry: GatewayEntry;
  readonly samples: WebhookSamples;
  readonly url: URL;
  readonly env: NodeJS.ProcessEnv;
}

/** Signs a body with the first secret of the gateway, by the signer that its driver publishes. */
export const signWebhook = async (
  { entry, samples, url, env }: SigningContext,
  body: string,
): Promise<Read<SampleWebhook>> => {
  const [secret] = samples.secretOptions.flatMap((option) => secretsOf(entry.options[option], env));
  if (secret === undefined) {
    const wanted = samples.secretOptions.join(" or ");
    return err(configError(`gateways.${entry.key}: expected a secret in ${wanted}, found none`, "Set it."));
  }
  return ok(await samples.sign(body, { secret, target: url.pathname + url.search, atMs: Date.now() }));
};
