// What the sandbox simulates, in the words of the drivers: the sandbox itself knows only the providers.
import { SIMULATED_GATEWAYS } from "./simulated-gateways.ts";

/** A gateway of the sandbox. */
export type Simulated = keyof typeof SIMULATED_GATEWAYS;

/** An option of the driver that holds a key. */
interface KeyOption {
  /** The credential of the sandbox. */
  readonly credential: string;
  /** The environment variable that the documentation of the driver uses. */
  readonly variable: string;
  /** Whether the option is a list. */
  readonly isList?: true;
}

interface SimulatedGateway {
  /** Behind the URL of the sandbox, for the option `baseUrl` of the driver. */
  readonly basePath: string;
  /** By the name of the option. */
  readonly keys: Readonly<Record<string, KeyOption>>;
}

/** In the order of their ports. The data is in package.json of each driver. */
export const SIMULATED: Readonly<Record<Simulated, SimulatedGateway>> = SIMULATED_GATEWAYS;

/** Their names, in the order of their ports. */
export const SIMULATED_NAMES: readonly Simulated[] = Object.keys(SIMULATED) as Simulated[];

/** Whether the sandbox simulates the gateway of this driver. */
export const isSimulated = (driver: unknown): driver is Simulated => SIMULATED_NAMES.some((name) => name === driver);
