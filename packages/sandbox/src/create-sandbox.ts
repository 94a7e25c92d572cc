import { providers } from "./providers.ts";
import type { Provider, Sandbox, SandboxOptions } from "./public-types.ts";
import { startSandbox } from "./sandbox.ts";

/** Starts the APIs of the providers and the control API, each on a port of its own. */
export const createSandbox = <const Started extends Provider = Provider>(
  options: SandboxOptions<Started> = {},
): Promise<Sandbox<Started>> => startSandbox<(typeof providers)[number], Started>(providers, options);
