import type { CreatePaymentLink, PaymentLinks } from "@tautan/core";

/** The gateways that would refuse one of these links, each with the reason: none if only "default" must be changed. */
export const refusalsOf = async (links: PaymentLinks, requests: readonly CreatePaymentLink[]): Promise<string[]> => {
  const checks = await Promise.all(requests.map(async (request) => (await links.check(request))._unsafeUnwrap()));
  return checks.flat().flatMap((check) => (check.accepted ? [] : [`${check.gateway}: ${check.error.message}`]));
};
