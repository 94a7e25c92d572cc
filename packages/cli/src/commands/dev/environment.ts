import type { PlannedGateway } from "./plan.ts";
import { SIMULATED } from "./simulated.ts";

/** A gateway that was started. */
export interface StartedGateway extends PlannedGateway {
  readonly url: string;
  /** For the option `baseUrl` of the driver. */
  readonly baseUrl: string;
  readonly webhookUrl: string;
  /** Public keys for tests. */
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * The environment variables that point the user's program at the sandbox:
 *
 * - the keys, under the names that the configuration has, and under those of the documentation;
 * - `MIDTRANS_BASE_URL` and so on, for drivers that are created in code;
 * - `TAUTAN_SANDBOX`, by which `createPaymentLinksFromConfig` replaces base URLs and keys.
 */
export const environmentOf = (gateways: readonly StartedGateway[]): Readonly<Record<string, string>> => {
  const variables: Record<string, string> = {};
  const sandbox: Record<string, Record<string, unknown>> = {};
  for (const { name, entry, baseUrl, credentials } of gateways) {
    const options: Record<string, unknown> = { baseUrl };
    for (const [option, { credential, variable, isList }] of Object.entries(SIMULATED[name].keys)) {
      const key = credentials[credential] ?? "";
      for (const each of [variable, ...namesIn(entry[option])]) variables[each] = key;
      options[option] = isList ? [{ env: variable }] : { env: variable };
    }
    variables[`${name.toUpperCase().replaceAll("-", "_")}_BASE_URL`] = baseUrl;
    sandbox[name] = options;
  }
  return { ...variables, TAUTAN_SANDBOX: JSON.stringify(sandbox) };
};

/** The names in `{ env: "NAME" }` and in a list of these. */
const namesIn = (value: unknown): readonly string[] =>
  [value].flat().flatMap((each: unknown) => {
    const { env } = (each ?? {}) as { readonly env?: unknown };
    return typeof env === "string" ? [env] : [];
  });
