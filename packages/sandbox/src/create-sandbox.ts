import { type Definition, LOADERS } from "./providers.ts";
import type { DefaultProvider, Provider, Sandbox, SandboxOptions } from "./public-types.ts";
import { startSandbox } from "./sandbox.ts";

/** Starts the APIs of the providers and the control API, each on a port of its own. */
export const createSandbox = async <const Started extends Provider = DefaultProvider>(
  options: SandboxOptions<Started> = {},
): Promise<Sandbox<Started>> => startSandbox<Definition, Started>(await loadDefinitions(), options);

/** All: messages and the records of an earlier process are also about providers that are not started. */
const loadDefinitions = async (): Promise<readonly Definition[]> =>
  Promise.all(Object.values(LOADERS).map((load) => load()));
