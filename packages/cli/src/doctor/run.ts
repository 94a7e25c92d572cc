import { findConfig } from "../config/find.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Context } from "../frame/command.ts";
import { type Check, failing, good } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { checkDatabase } from "./database.ts";
import { checkEndpoints } from "./endpoint.ts";
import { checkGateways } from "./gateways.ts";
import { checkNode } from "./program.ts";
import { checkSecrets } from "./secrets.ts";

/** Makes all checks, in the order in which their faults cause others. */
export const runChecks = async (
  context: DoctorContext & Pick<Context, "config" | "folder">,
  configFile: string | undefined,
): Promise<readonly Check[]> => {
  const node = checkNode(process.versions.node);
  const config = await context.config();
  if (config.isErr()) {
    const { message, hint } = config.error;
    const isFound = findConfig(context.folder, configFile).isOk();
    return [node, failing("config", isFound ? "config_invalid" : "config_missing", message, hint)];
  }
  const loaded: LoadedConfig = config.value;
  const { checks, links } = await checkGateways(loaded, context);
  const isInvalid = checks.some(({ cause }) => cause === "config_invalid");
  return [
    node,
    ...(isInvalid ? [] : [good("config", "config", loaded.file)]),
    ...(await checkSecrets(loaded, context.environment)),
    ...checks,
    ...(await checkEndpoints(loaded, context)),
    ...(await checkDatabase(loaded, links, context)),
  ];
};
