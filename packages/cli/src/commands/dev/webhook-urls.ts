import { err, ok, type Result } from "neverthrow";
import type { LoadedConfig } from "../../config/load.ts";
import { DEFAULT_WEBHOOK_PATH, withKey } from "../../config/webhooks.ts";
import { type Failure, usageError } from "../../failure.ts";
import type { PlannedGateway } from "./plan.ts";

const DEFAULT_PORT = "3000";

interface Sources {
  /** `--webhook-url`. */
  readonly named: string | undefined;
  readonly config: Pick<LoadedConfig, "dev" | "webhooks"> | undefined;
  /** `PORT`. */
  readonly port: string | undefined;
}

/** Where each gateway sends its webhooks. `{gateway}` is its key; a URL without a path gets that of the configuration. */
export const webhookUrlsOf = (
  gateways: readonly PlannedGateway[],
  { named, config, port }: Sources,
): Result<Readonly<Record<string, string>>, Failure> => {
  const path = config?.webhooks?.path ?? DEFAULT_WEBHOOK_PATH;
  const given = named ?? config?.dev?.webhookUrl ?? `http://localhost:${port || DEFAULT_PORT}`;
  const where = named === undefined && config?.dev?.webhookUrl !== undefined ? "dev.webhookUrl" : "--webhook-url";
  const url = URL.parse(given);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    return err(
      usageError(
        `${where}: expected a URL such as http://localhost:3000/webhooks/{gateway}, got ${JSON.stringify(given.slice(0, 80))}`,
        "Write the address of your webhook endpoint.",
      ),
    );
  }
  const whole = url.pathname === "/" && !given.endsWith("/") ? given + path : given;
  return ok(Object.fromEntries(gateways.map(({ name, key }) => [name, new URL(withKey(whole, key)).href])));
};
