import type { SampleEvent, WebhookSamples } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { isOwnName } from "../config/links.ts";
import { importFromProject } from "../config/project.ts";
import { type Failure, refusedError } from "../failure.ts";

/** The events of all drivers. */
export const SAMPLE_EVENTS: readonly [SampleEvent, ...SampleEvent[]] = [
  "paid",
  "settled",
  "pending",
  "expired",
  "failed",
  "cancelled",
  "refunded",
];

/** The entry point of a driver's package that has its samples; `undefined` for a driver that is a file. */
const testingOf = (driver: string): string | undefined => {
  if (isOwnName(driver)) return `@tautan/driver-${driver}/testing`;
  return driver.startsWith(".") ? undefined : `${driver}/testing`;
};

/** The samples that the package of a driver exports, as the user's project has it. */
export const loadSamples = async (driver: string, configFile: string): Promise<Result<WebhookSamples, Failure>> => {
  const specifier = testingOf(driver);
  const testing = specifier === undefined ? undefined : await importFromProject(specifier, configFile);
  const { webhookSamples } = (testing?.unwrapOr({}) ?? {}) as { readonly webhookSamples?: WebhookSamples };
  if (webhookSamples !== undefined) return ok(webhookSamples);
  return err(
    refusedError(
      `there is no signer for webhooks of the driver ${driver}: expected webhookSamples in ${specifier ?? "a package"}, found none`,
      "Let its gateway send the webhook.",
    ),
  );
};
