import type { HistoryStatus, LinkAmount, LinkStatus } from "@tautan/core";
import { historyStatus } from "@tautan/core/driver";
import { toDriverHistory } from "./history.ts";
import type { CheckedOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { isPaid, type MemoryStore, type StoredLink, statusOf } from "./store.ts";

/** A link as the gateway keeps it, whatever it reports. */
export interface MemoryLink {
  /** The id at the gateway, as in `link.providerId`. */
  readonly id: string;
  readonly reference: string;
  readonly status: LinkStatus;
  readonly amount: LinkAmount;
  /** How many payments were made and not taken back. */
  readonly paid: number;
  /** The status of each payment, in the order in which they were opened. */
  readonly payments: readonly HistoryStatus[];
}

/** What is expected of a link: the fields that are given. */
export interface ExpectedLink extends Partial<Pick<MemoryLink, "status" | "paid" | "payments">> {
  /** How many links were created under the reference. Default 1. */
  readonly links?: number;
}

export const memoryLinkOf = (link: StoredLink, { clock, capabilities }: CheckedOptions): MemoryLink => {
  const nowMs = clock.now();
  return Object.freeze({
    id: link.id,
    reference: link.input.reference,
    status: statusOf(link, nowMs, capabilities),
    amount: link.input.amount,
    paid: link.payments.filter(isPaid).length,
    payments: Object.freeze(
      link.payments.map((each) => historyStatus(toDriverHistory(reportOf(link, each, nowMs), "read").record)),
    ),
  });
};

/** The newest link of a reference. Throws an `Error` that names the first difference. */
export const expectLinkIn = (
  store: MemoryStore,
  options: CheckedOptions,
  reference: string,
  { links = 1, ...expected }: ExpectedLink,
): MemoryLink => {
  const all = store.all().filter(({ input }) => input.reference === reference);
  const newest = all.at(-1);
  if (all.length !== links) throw different(reference, "links", links, all.length);
  if (!newest) throw different(reference, "links", "at least one", 0);
  const link = memoryLinkOf(newest, options);
  for (const [name, wanted] of Object.entries(expected)) {
    const got = link[name as keyof typeof expected];
    if (wanted !== undefined && JSON.stringify(got) !== JSON.stringify(wanted))
      throw different(reference, name, wanted, got);
  }
  return link;
};

const different = (reference: string, what: string, wanted: unknown, got: unknown): Error =>
  new Error(`expectLink ${reference}: ${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
