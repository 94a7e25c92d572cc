import { randomBytes } from "node:crypto";
import type { SampleWebhook } from "@tautan/core/driver";
import type { GatewayEntry } from "../config/gateway.ts";
import type { LoadedConfig } from "../config/load.ts";
import { loadSamples } from "../webhooks/samples.ts";

/** A delivery of the right form with a signature of nobody's secret; `undefined` if the driver has no samples. */
export const forgedWebhook = async (
  { driver }: GatewayEntry,
  target: string,
  { file }: Pick<LoadedConfig, "file">,
): Promise<SampleWebhook | undefined> => {
  const loaded = await loadSamples(driver, file);
  if (loaded.isErr()) return undefined;
  const samples = loaded.value;
  const atMs = Date.now();
  const reference = "tautan-doctor";
  const linkId = samples.madeUpLinkId(reference);
  const body = samples.events["paid"]?.({ reference, linkId, linkUrl: "https://example.test/", amount: "1", atMs });
  const secret = randomBytes(16).toString("hex");
  return samples.sign(JSON.stringify(body), { secret, target, atMs });
};
