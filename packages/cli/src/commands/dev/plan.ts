import { err, ok, type Result } from "neverthrow";
import type { LoadedConfig } from "../../config/load.ts";
import { configError, type Failure, usageError } from "../../failure.ts";
import { isSimulated, SIMULATED_NAMES, type Simulated } from "./simulated.ts";

/** A gateway that is started. */
export interface PlannedGateway {
  readonly name: Simulated;
  /** Its key in the configuration, which its webhook URL contains. */
  readonly key: string;
  /** Its entry in the configuration. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The gateways to start. */
export interface Plan {
  readonly gateways: readonly PlannedGateway[];
  /** Remarks for people. */
  readonly notices: readonly string[];
}

/** Chooses the gateways: those named, or those of the configuration, or all. Refuses a configuration for production. */
export const planOf = (config: LoadedConfig | undefined, named: string | undefined): Result<Plan, Failure> => {
  const chosen = named === undefined ? ok(undefined) : readNames(named);
  if (chosen.isErr()) return err(chosen.error);
  if (!config) {
    return ok({
      gateways: (chosen.value ?? SIMULATED_NAMES).map((name) => ({ name, key: name, entry: {} })),
      notices: ["No configuration was found: every gateway is started with its own name."],
    });
  }
  const entries = Object.entries(entriesOf(config));
  const production = entries.find(([, { environment }]) => environment === "production");
  if (production) {
    return err(
      configError(
        `${config.file}: gateways.${production[0]}.environment: expected "sandbox", got "production"`,
        "tautan dev simulates payments. Use a configuration for development, with --config.",
      ),
    );
  }
  const [gateways, notices]: [PlannedGateway[], string[]] = [[], []];
  for (const [key, entry] of entries) {
    const { driver } = entry;
    if (!isSimulated(driver)) {
      notices.push(
        `${key}: the sandbox does not simulate the driver ${JSON.stringify(driver)}, so it works as before.`,
      );
    } else if (chosen.value && !chosen.value.includes(driver)) {
      notices.push(`${key}: not named in --gateways, so its calls go to the provider as before.`);
    } else if (gateways.some(({ name }) => name === driver)) {
      notices.push(`${key}: the sandbox has one account of ${driver}, whose webhooks are sent to the first gateway.`);
    } else gateways.push({ name: driver, key, entry });
  }
  const missing = chosen.value?.filter((name) => gateways.every((each) => each.name !== name)) ?? [];
  gateways.push(...missing.map((name) => ({ name, key: name, entry: {} })));
  if (gateways.length > 0) return ok({ gateways, notices });
  return err(
    configError(
      `${config.file}: expected a gateway with one of the drivers ${SIMULATED_NAMES.join(", ")}, found none`,
      "Name what to start, such as --gateways midtrans.",
    ),
  );
};

const readNames = (named: string): Result<readonly Simulated[], Failure> => {
  const names = [...new Set(named.split(",").map((each) => each.trim()))];
  if (names.every(isSimulated)) return ok(names);
  return err(
    usageError(
      `--gateways: expected some of ${SIMULATED_NAMES.join(",")}, got ${JSON.stringify(named.slice(0, 60))}`,
      "Separate them with commas.",
    ),
  );
};

const entriesOf = ({ core }: LoadedConfig): Readonly<Record<string, Readonly<Record<string, unknown>>>> => {
  const { gateways } = core;
  const isObject = (each: unknown): each is object => typeof each === "object" && each !== null;
  return isObject(gateways) ? Object.fromEntries(Object.entries(gateways).filter(([, entry]) => isObject(entry))) : {};
};
