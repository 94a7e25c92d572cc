import { randomBytes } from "node:crypto";
import type { GatewayEntry } from "../config/gateway.ts";
import type { LoadedConfig } from "../config/load.ts";
import { importFromProject } from "../config/project.ts";
import { loadSamples } from "../webhooks/samples/index.ts";
import type { SignedWebhook } from "../webhooks/samples/sample.ts";

/** A delivery of the right form with a signature of nobody's secret; `undefined` if the driver has no samples. */
export const forgedWebhook = async (
  { driver }: GatewayEntry,
  target: string,
  { file }: Pick<LoadedConfig, "file">,
): Promise<SignedWebhook | undefined> => {
  const samples = await loadSamples(driver);
  const testing = samples && (await importFromProject(`@tautan/driver-${driver}/testing`, file));
  if (!samples || !testing?.isOk()) return undefined;
  const atMs = Date.now();
  const reference = "tautan-doctor";
  const linkId = samples.madeUpLinkId(reference);
  const body = samples.events["paid"]?.({ reference, linkId, linkUrl: "https://example.test/", amount: "1", atMs });
  const secret = randomBytes(16).toString("hex");
  return samples.sign(JSON.stringify(body), { secret, target, atMs }, testing.value);
};
