import { isSupported } from "@tautan/core";
import type { ReturnLinks } from "./types.ts";

/** A link that the URL may name. */
export interface NamedLink {
  readonly reference: string;
  /** The gateway's key, if only its links can be meant. */
  readonly gateway?: string;
  /** The provider's id of the payment, if the gateway named it. */
  readonly payment?: string;
}

/** No reference or id of a gateway is longer. A longer one is not looked up. */
const MAX_LENGTH = 255;

/** The links that a URL names: that of the gateway's payment first, because the merchant's parameter names no payment. */
export const namedLinks = (query: URLSearchParams, parameter: string, links: ReturnLinks): readonly NamedLink[] => {
  const named: NamedLink[] = links.gateways.flatMap((gateway) => namedByGateway(query, gateway, links));
  const reference = valueOf(query, parameter);
  if (reference === undefined) return named;
  // Both may be present, and of different links: then the merchant's own parameter is the one that he put there.
  const agreeing = named.filter((each) => each.reference === reference);
  return [...agreeing, { reference }];
};

const namedByGateway = (query: URLSearchParams, gateway: string, links: ReturnLinks): readonly NamedLink[] => {
  const { redirect } = links.gateway(gateway).capabilities;
  const naming = isSupported(redirect) ? redirect.namesPayment : undefined;
  const payment = naming && valueOf(query, naming.parameter);
  if (!naming || payment === undefined) return [];
  const reference = payment.replace(new RegExp(`${naming.suffix}$`), "");
  return reference === "" ? [] : [{ reference, gateway, payment }];
};

const valueOf = (query: URLSearchParams, parameter: string): string | undefined => {
  const value = query.get(parameter) ?? "";
  return value === "" || value.length > MAX_LENGTH ? undefined : value;
};
