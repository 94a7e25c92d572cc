// Signs webhooks as a gateway of the configuration would.
import { err, ok, type Result } from "neverthrow";
import { type GatewayEntry, gatewayEntries, secretsOf } from "../../config/gateway.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { importFromProject } from "../../config/project.ts";
import { configError, type Failure, refusedError } from "../../failure.ts";
import { loadSamples, SAMPLED_DRIVERS } from "../../webhooks/samples/index.ts";
import type { Samples, SignedWebhook } from "../../webhooks/samples/sample.ts";

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
export const samplesOf = async ({ driver }: GatewayEntry): Promise<Read<Samples>> => {
  const samples = await loadSamples(driver);
  if (samples) return ok(samples);
  return err(
    refusedError(
      `there is no signer for webhooks of the driver ${driver}, only for ${SAMPLED_DRIVERS.join(", ")}`,
      "Let its gateway send the webhook.",
    ),
  );
};

interface SigningContext {
  readonly entry: GatewayEntry;
  readonly samples: Samples;
  readonly url: URL;
  readonly config: LoadedConfig;
  readonly env: NodeJS.ProcessEnv;
}

/** Signs a body with the first secret of the gateway, by the signer that its driver publishes. */
export const signWebhook = async (
  { entry, samples, url, config, env }: SigningContext,
  body: string,
): Promise<Read<SignedWebhook>> => {
  const [secret] = samples.secretOptions.flatMap((option) => secretsOf(entry.options[option], env));
  if (secret === undefined) {
    const wanted = samples.secretOptions.join(" or ");
    return err(configError(`gateways.${entry.key}: expected a secret in ${wanted}, found none`, "Set it."));
  }
  const testing = await importFromProject(`@tautan/driver-${entry.driver}/testing`, config.file);
  if (testing.isErr()) return err(testing.error);
  return ok(await samples.sign(body, { secret, target: url.pathname + url.search, atMs: Date.now() }, testing.value));
};
