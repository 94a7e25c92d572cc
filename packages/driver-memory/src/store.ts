import type { Instant, LinkItem, LinkStatus, LinkUsage, Money, PaymentMethod } from "@tautan/core";
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
  readonly state: "open" | "closed";
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
  #count = 0;

  /** `link-000001` and so on, one sequence for everything. */
  nextId(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${String(this.#count).padStart(6, "0")}`;
  }

  get(id: string | undefined): StoredLink | undefined {
    return id === undefined ? undefined : this.#links.get(id);
  }

  findBy(field: "reference" | "slug" | "payment", name: string): StoredLink | undefined {
    return this.get(this.#ids.get(`${field} ${name}`));
  }

  all(): readonly StoredLink[] {
    return [...this.#links.values()];
  }

  put(link: StoredLink): StoredLink {
    for (const each of [link.input, link.mutable, link.payments, ...link.payments, link]) Object.freeze(each);
    this.#links.set(link.id, link);
    for (const name of namesOf(link)) this.#ids.set(name, link.id);
    return link;
  }

  remove(link: StoredLink): void {
    this.#links.delete(link.id);
    for (const name of namesOf(link)) this.#ids.delete(name);
  }
}

const namesOf = ({ input: { reference, slug }, payments }: StoredLink): readonly string[] => [
  `reference ${reference}`,
  `slug ${slug}`,
  ...payments.map(({ id }) => `payment ${id}`),
];

/** The number of an id: ids grow with time, whatever their prefix. */
export const sequenceOf = (id: string): number => Number(id.slice(id.lastIndexOf("-") + 1));

export const isPaid = ({ paidAt, reversedAt }: Payment): boolean => paidAt !== undefined && reversedAt === undefined;

/** Whether the payer may still pay: not yet paid, failed or past its time. */
export const isOpen = ({ paidAt, failedAt, expiresAt }: Payment, nowMs: number): boolean =>
  paidAt === undefined && failedAt === undefined && epochMsOf(expiresAt) > nowMs;

/** The uses of a link: allowed, used by payments that were made, and held by open payments. */
export const usageOf = ({ mutable, payments }: StoredLink, nowMs: number): LinkUsage => ({
  ...(mutable.usage.limit !== "unlimited" && { limit: mutable.usage.limit }),
  used: payments.filter(isPaid).length,
  held: payments.filter((payment) => isOpen(payment, nowMs)).length,
});

/** The link's status at a time. */
export const statusOf = (link: StoredLink, nowMs: number): LinkStatus =>
  linkStatus({
    state: link.state,
    usage: usageOf(link, nowMs),
    startsAt: link.input.startsAt,
    expiresAt: link.mutable.expiresAt ?? undefined,
    nowMs,
  });

export const now = (clock: { now(): number }): Instant => instantAt(clock.now());
