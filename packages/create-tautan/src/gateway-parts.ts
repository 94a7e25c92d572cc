import type { Gateway } from "./choices.ts";
import { GATEWAY_FACTS } from "./gateways.ts";

/** All that a project has for one gateway. The data is in package.json of its driver. */
export interface GatewayParts {
  /** The name in texts. */
  readonly title: string;
  /** Behind the URL of the sandbox, for the option `baseUrl` of the driver. */
  readonly basePath: string;
  /** Whether a link needs the name, e-mail address and telephone number of the customer. */
  readonly needsCustomer: boolean;
  /** The secrets: variable, entry of the configuration, field of the sandbox's credentials. */
  readonly secrets: readonly Secret[];
}

interface Secret {
  readonly variable: string;
  readonly option: string;
  readonly credential: string;
  /** Whether the option is a list. */
  readonly isList?: true;
}

/** The gateways, in the terms of their configuration. */
export const GATEWAY_PARTS: Readonly<Record<Gateway, GatewayParts>> = GATEWAY_FACTS;

/** A name as it is written in code: `acme-pay` is `acmePay`. */
export const identifierOf = (gateway: Gateway): string =>
  gateway.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** A gateway as a key or a property of an object. */
export const keyOf = (gateway: Gateway): string => (identifierOf(gateway) === gateway ? gateway : `"${gateway}"`);

/** The server of a gateway in the sandbox, as an expression. */
export const serverOf = (gateway: Gateway): string =>
  identifierOf(gateway) === gateway ? `sandbox.${gateway}` : `sandbox["${gateway}"]`;

/** The variable of its address, which only the sandbox sets. */
export const urlVariableOf = (gateway: Gateway): string => `${gateway.toUpperCase().replaceAll("-", "_")}_URL`;
