import { type DriverCapabilities, isSupported } from "@tautan/core";
import type { DriverLink } from "@tautan/core/driver";
import { reportedUsageOf, type StoredLink } from "./store.ts";

/** The address of the pay pages, which do not exist. */
const PAGES = "https://pay.memory.example/";

export const toDriverLink = (link: StoredLink, nowMs: number, capabilities: DriverCapabilities): DriverLink => {
  const { input, mutable } = link;
  return {
    providerId: link.id,
    reference: input.reference,
    url: PAGES + input.slug,
    state: link.state === "gone" ? "deleted" : link.state,
    title: mutable.title ?? undefined,
    amount: input.amount,
    items: input.items,
    usage: reportedUsageOf(link, nowMs, capabilities),
    startsAt: input.startsAt,
    expiresAt: mutable.expiresAt ?? undefined,
    methods: mutable.methods ?? undefined,
    customer: input.customer,
    collect: mutable.collect ?? undefined,
    redirect: mutable.redirect ?? undefined,
    metadata: mutable.metadata ?? undefined,
    slug: isSupported(capabilities.slug) ? input.slug : undefined,
    createdAt: link.createdAt,
    updatedAt: link.updatedAt,
    raw: link,
  };
};
