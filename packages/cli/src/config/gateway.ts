import type { LoadedConfig } from "./load.ts";

/** A gateway of the configuration as it is written. Core checks it. */
export interface GatewayEntry {
  readonly key: string;
  readonly driver: string;
  readonly environment: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The gateways of a configuration that have a driver. */
export const gatewayEntries = ({ core }: Pick<LoadedConfig, "core">): readonly GatewayEntry[] => {
  const { gateways } = core;
  if (typeof gateways !== "object" || gateways === null) return [];
  return Object.entries(gateways).flatMap(([key, value]) => {
    const options = (typeof value === "object" && value !== null ? value : {}) as GatewayEntry["options"];
    const { driver, environment } = options;
    if (typeof driver !== "string") return [];
    return [{ key, driver, environment: typeof environment === "string" ? environment : undefined, options }];
  });
};

/** The values of an option: its own, or those of its list, as they are in the environment. */
export const secretsOf = (option: unknown, environment: NodeJS.ProcessEnv): readonly string[] =>
  [option].flat().flatMap((each) => {
    if (typeof each === "string") return [each];
    const name = (each as { readonly env?: unknown } | null | undefined)?.env;
    return typeof name === "string" ? (environment[name] ?? []) : [];
  });
