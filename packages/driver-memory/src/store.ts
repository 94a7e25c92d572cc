import type { DriverCapabilities, Instant, LinkItem, LinkStatus, LinkUsage, Money, PaymentMethod } from "@tautan/core";
import type { ChangeInput, CreateInput } from "@tautan/core/driver";
import { epochMsOf, instantAt, linkStatus } from "@tautan/core/driver";

/** One payment, as the memory keeps it. */
export interface Payment {
  readonly id: string;
  readonly method: PaymentMethod;
  readonly amount: Money;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
  readonly paidAt?: Instant;
  readonly settledAt?: Instant;
  readonly failedAt?: Instant;
  readonly reversedAt?: Instant;
  readonly dispute?: { readonly id: string; readonly phase: "opened" | "won" | "lost"; readonly at: Instant };
  readonly refunds: readonly { readonly id: string; readonly amount: Money; readonly at: Instant }[];
}

/** One link, as the memory keeps it. */
export interface StoredLink {
  readonly id: string;
  readonly input: Omit<
    CreateInput,
    "usage" | "title" | "expiresAt" | "methods" | "collect" | "redirect" | "metadata" | "items"
  > & {
    readonly items?: readonly LinkItem[];
    readonly slug: string;
  };
  /** The fields that `update` can change; `null` for no value. */
  readonly mutable: Required<ChangeInput>;
  /** `gone`: closed at a gateway where a closed link cannot be read. */
  readonly state: "open" | "closed" | "gone";
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Oldest first. */
  readonly payments: readonly Payment[];
}

/** Links by the order of their creation. Every change replaces the record, which nobody can change then. */
export class MemoryStore {
  readonly #links = new Map<string, StoredLink>();
  /** Ids of links by what else names them. */
  readonly #ids = new Map<string, string>();
  /** Payments of the account's other business, without a link. */
  readonly elsewhere: Set<string> = new Set();
  #count = 0;

  /** `link-000001` and so on, one sequence for everything. */
  nextId(prefix: string): string {
    this.#count += 1;
    return idAt(prefix, this.#count);
  }

  get(id: string | undefined): StoredLink | undefined {
    return id === undefined ? undefined : this.#links.get(id);
  }

  /** A link that the gateway still reports. */
  reported(link: StoredLink | undefined): StoredLink | undefined {
    return link?.state === "gone" ? undefined : link;
  }

  /** Of several links under a reference, the newest. */
  findBy(field: "reference" | "slug" | "payment", name: string): StoredLink | undefined {
    return this.get(this.#ids.get(`${field} ${name}`));
  }

  all(): readonly StoredLink[] {
    return [...this.#links.values()];
  }

  /** The links that the gateway still reports and that were made before a place in the sequence, newest first. */
  *linksOlderThan(sequence: number): Generator<StoredLink> {
    for (let each = Math.min(sequence - 1, this.#count); each > 0; each -= 1) {
      const link = this.reported(this.#links.get(idAt("link", each)));
      if (link !== undefined) yield link;
    }
  }

  put(link: StoredLink): StoredLink {
    for (const each of [link.input, link.mutable, link.payments, ...link.payments, link]) Object.freeze(each);
    this.#links.set(link.id, link);
    for (const name of namesOf(link)) {
      const other = this.#ids.get(name);
      if (other === undefined || sequenceOf(other) < sequenceOf(link.id)) this.#ids.set(name, link.id);
    }
    return link;
  }

  remove(link: StoredLink): void {
    this.#links.delete(link.id);
    for (const name of namesOf(link)) if (this.#ids.get(name) === link.id) this.#ids.delete(name);
  }
}

const namesOf = ({ input: { reference, slug }, payments }: StoredLink): readonly string[] => [
  `reference ${reference}`,
  `slug ${slug}`,
  ...payments.map(({ id }) => `payment ${id}`),
];

const idAt = (prefix: string, sequence: number): string => `${prefix}-${String(sequence).padStart(6, "0")}`;

/** The number of an id: ids grow with time, whatever their prefix. */
export const sequenceOf = (id: string): number => Number(id.slice(id.lastIndexOf("-") + 1));

/** Whether the merchant was paid, and nobody has taken the payment back. A refund is another payment. */
export const isPaid = ({ paidAt, reversedAt, dispute }: Payment): boolean =>
  paidAt !== undefined && reversedAt === undefined && dispute?.phase !== "lost";

/** Whether the payer may still pay: not yet paid, failed or past its time. */
export const isOpen = ({ paidAt, failedAt, expiresAt }: Payment, nowMs: number): boolean =>
  paidAt === undefined && failedAt === undefined && epochMsOf(expiresAt) > nowMs;

/** The uses of a link: allowed, used by payments that were made, and held by open payments. */
const usageOf = ({ mutable, payments }: StoredLink, nowMs: number): LinkUsage => ({
  ...(mutable.usage.limit !== "unlimited" && { limit: mutable.usage.limit }),
  used: payments.filter(isPaid).length,
  held: payments.filter((payment) => isOpen(payment, nowMs)).length,
});

type UsageRules = Pick<DriverCapabilities, "usage">;

/** The uses as the gateway counts them: an open payment may hold none. */
export const countedUsageOf = (link: StoredLink, nowMs: number, { usage: rules }: UsageRules): LinkUsage => {
  const usage = usageOf(link, nowMs);
  return rules.openPaymentsHoldUses ? usage : { ...usage, held: 0 };
};

/** The uses as the gateway reports them. */
export const reportedUsageOf = (link: StoredLink, nowMs: number, capabilities: UsageRules): LinkUsage => {
  const usage = countedUsageOf(link, nowMs, capabilities);
  return capabilities.usage.counted === false ? { ...usage, used: 0, held: 0, counted: false } : usage;
};

/** The link's status at a time, for payers. */
export const statusOf = (link: StoredLink, nowMs: number, capabilities: UsageRules): LinkStatus =>
  linkStatus({
    state: link.state === "gone" ? "deleted" : link.state,
    usage: countedUsageOf(link, nowMs, capabilities),
    startsAt: link.input.startsAt,
    expiresAt: link.mutable.expiresAt ?? undefined,
    nowMs,
  });

export const now = (clock: { now(): number }): Instant => instantAt(clock.now());
