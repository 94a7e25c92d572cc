import type { DriverLink } from "@tautan/core/driver";
import { type StoredLink, usageOf } from "./store.ts";

/** The address of the pay pages, which do not exist. */
const PAGES = "https://pay.memory.example/";

export const toDriverLink = (link: StoredLink, nowMs: number): DriverLink => {
  const { input, mutable } = link;
  return {
    providerId: link.id,
    reference: input.reference,
    url: PAGES + input.slug,
    state: link.state,
    title: mutable.title ?? undefined,
    amount: input.amount,
    items: input.items,
    usage: usageOf(link, nowMs),
    startsAt: input.startsAt,
    expiresAt: mutable.expiresAt ?? undefined,
    methods: mutable.methods ?? undefined,
    customer: input.customer,
    collect: mutable.collect ?? undefined,
    redirect: mutable.redirect ?? undefined,
    metadata: mutable.metadata ?? undefined,
    slug: input.slug,
    createdAt: link.createdAt,
    updatedAt: link.updatedAt,
    raw: link,
  };
};
