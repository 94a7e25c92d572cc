import type { Instant, PaymentLink, PaymentLinks } from "@tautan/core";
import { isSupported } from "@tautan/core";
import type { LedgerContext } from "../context.ts";
import { type LookCircumstances, nextLookAt } from "../plan/look-times.ts";

/** The parts that decide when the links of a gateway are looked at. */
export const lookTraitsOf = (
  links: PaymentLinks,
  gateway: string,
): Pick<LookCircumstances, "windowMs" | "isShared"> => {
  const { webhooks, operations } = links.gateway(gateway).capabilities;
  return { windowMs: webhooks.delivery.windowMs, isShared: isSupported(operations.listRecentHistories) };
};

/** When the gateway is first asked about a link; `undefined` if never. */
export const firstLookAt = (
  { links, lateAfterMs }: Pick<LedgerContext, "links" | "lateAfterMs">,
  { gateway, status, expiresAt }: PaymentLink,
  nowMs: number,
): Instant | undefined => nextLookAt({ status, expiresAt }, 0, { nowMs, lateAfterMs, ...lookTraitsOf(links, gateway) });
