// Deliveries and configurations that are wrong in one thing, each with the cause that must be named: for tests of whatever explains
// refused webhooks. Each driver has its own, in test/webhook-faults.ts.
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { WebhookCause } from "@tautan/core";
import type { DriverDefinition } from "@tautan/core/config";

/** A webhook in parts, as a test can write it to a file or send it. */
export interface FaultyRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body; an object if a parser has run. */
  readonly body: string | object;
}

/** One fault. */
export interface WebhookFault {
  readonly name: string;
  readonly cause: WebhookCause;
  /** More fields that the explanation must have. */
  readonly shows?: Readonly<Record<string, unknown>>;
  /** A configuration for `createPaymentLinksFromConfig`. */
  readonly config: { readonly default: string; readonly gateways: Readonly<Record<string, object>> };
  /** The environment variables that the configuration names. */
  readonly env: Readonly<Record<string, string>>;
  /** The key under which the request arrives. */
  readonly gateway: string;
  readonly request: FaultyRequest;
  readonly publicUrl?: string;
  /** The time of the receiving machine, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** When the deliveries were signed, in milliseconds since 1970. */
export const NOW_MS: number = Date.parse("2026-03-15T03:00:00Z");

/** The faults of one driver. */
export interface DriverFaults {
  // oxlint-disable-next-line typescript/no-explicit-any -- the options of each driver are its own
  readonly definition: DriverDefinition<any>;
  /** All secrets of the table, under the names by which configurations find them. */
  readonly env: Readonly<Record<string, string>>;
  /** A gateway with the secret of the genuine delivery. */
  readonly entry: object;
  /** The same with another secret. */
  readonly entryOfOtherSecret: object;
  readonly genuine: FaultyRequest;
  readonly faults: readonly WebhookFault[];
}

type DefineFault = (
  name: string,
  gateways: WebhookFault["config"]["gateways"],
  request: FaultyRequest,
  cause: WebhookCause,
  more?: Partial<Pick<WebhookFault, "shows" | "env" | "publicUrl" | "nowMs">>,
) => WebhookFault;

/** Defines faults of a driver. The first gateway of each receives the request. */
export const faultTable =
  (driver: string, env: Readonly<Record<string, string>>): DefineFault =>
  (name, gateways, request, cause, more = {}) => {
    const [gateway = ""] = Object.keys(gateways);
    const config = { default: gateway, gateways };
    return {
      name: `${driver}: ${name}`,
      cause,
      config,
      gateway,
      request,
      nowMs: NOW_MS,
      ...more,
      env: { ...env, ...more.env },
    };
  };

const ROOT = resolve(import.meta.dirname, "../../..");

/** The tables of all drivers that have one, in the order of their folders. */
export const loadDriverFaults = async (): Promise<readonly DriverFaults[]> => {
  const files = globSync("packages/driver-*/test/webhook-faults.ts", { cwd: ROOT }).sort();
  if (files.length === 0) throw new Error(`expected packages/driver-*/test/webhook-faults.ts in ${ROOT}, found none`);
  return Promise.all(
    files.map(async (file) => {
      const { faults }: { readonly faults: DriverFaults } = await import(pathToFileURL(join(ROOT, file)).href);
      return faults;
    }),
  );
};

/** A genuine delivery at the address of another gateway, whose secret is configured or is not. */
const misdirected = (receiver: DriverFaults, sender: DriverFaults): readonly WebhookFault[] => {
  const { name } = sender.definition;
  const fault = faultTable(receiver.definition.name, { ...receiver.env, ...sender.env });
  const at = (entry: object) => ({ [receiver.definition.name]: receiver.entry, [name]: entry });
  const shows = (proven: boolean) => ({ shows: { otherGateway: name, proven } });
  return [
    fault(`a delivery of ${name}`, at(sender.entry), sender.genuine, "delivered_to_another_gateway", shows(true)),
    fault(
      `a delivery of ${name} with a secret that is not configured`,
      at(sender.entryOfOtherSecret),
      sender.genuine,
      "delivered_to_another_gateway",
      shows(false),
    ),
  ];
};

/** The faults of these drivers, and each pair of two whose deliveries are mixed up. */
export const allWebhookFaults = (drivers: readonly DriverFaults[]): readonly WebhookFault[] => [
  ...drivers.flatMap(({ faults }) => faults),
  ...drivers.flatMap((receiver) =>
    drivers.filter((sender) => sender !== receiver).flatMap((sender) => misdirected(receiver, sender)),
  ),
];
