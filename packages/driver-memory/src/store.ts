import type { LinkItem, LinkStatus, LinkUsage, Money, PaymentMethod } from "@tautan/core";
import type { ChangeInput, CreateInput } from "@tautan/core/driver";
import { epochMsOf, type Instant, instantAt, linkStatus } from "@tautan/core/driver";

/** One attempt to pay, as the memory keeps it. */
export interface Attempt {
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
  /** What `update` can change; `null` where there is none. */
  readonly mutable: Required<ChangeInput>;
  readonly state: "open" | "closed";
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

/** Links by the order of their creation. Every change replaces the record, which nobody can change then. */
export class MemoryStore {
  readonly #links = new Map<string, StoredLink>();
  readonly #idByReference = new Map<string, string>();
  readonly #idBySlug = new Map<string, string>();
  readonly #idByAttempt = new Map<string, string>();
  #count = 0;

  /** `link-000001` and so on, one sequence for everything. */
  nextId(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${String(this.#count).padStart(6, "0")}`;
  }

  get(id: string | undefined): StoredLink | undefined {
    return id === undefined ? undefined : this.#links.get(id);
  }

  findByReference(reference: string): StoredLink | undefined {
    return this.get(this.#idByReference.get(reference));
  }

  findBySlug(slug: string): StoredLink | undefined {
    return this.get(this.#idBySlug.get(slug));
  }

  findByAttempt(attemptId: string): StoredLink | undefined {
    return this.get(this.#idByAttempt.get(attemptId));
  }

  all(): readonly StoredLink[] {
    return [...this.#links.values()];
  }

  put(link: StoredLink): StoredLink {
    for (const each of [link.input, link.mutable, link.attempts, ...link.attempts, link]) Object.freeze(each);
    this.#links.set(link.id, link);
    this.#idByReference.set(link.input.reference, link.id);
    this.#idBySlug.set(link.input.slug, link.id);
    for (const attempt of link.attempts) this.#idByAttempt.set(attempt.id, link.id);
    return link;
  }

  /** Only links that nobody tried to pay are removed. */
  remove({ id, input }: StoredLink): void {
    this.#links.delete(id);
    this.#idByReference.delete(input.reference);
    this.#idBySlug.delete(input.slug);
  }
}

/** What an id's number is: ids grow with time, whatever their prefix. */
export const sequenceOf = (id: string): number => Number(id.slice(id.lastIndexOf("-") + 1));

export const isPaid = ({ paidAt, reversedAt }: Attempt): boolean => paidAt !== undefined && reversedAt === undefined;

/** Whether the payer may still pay: not yet paid, failed or past its time. */
export const isOpen = ({ paidAt, failedAt, expiresAt }: Attempt, nowMs: number): boolean =>
  paidAt === undefined && failedAt === undefined && epochMsOf(expiresAt) > nowMs;

/** Payments allowed, made, and held by attempts that are still open. */
export const usageOf = ({ mutable, attempts }: StoredLink, nowMs: number): LinkUsage => ({
  ...(mutable.usage.limit !== "unlimited" && { limit: mutable.usage.limit }),
  used: attempts.filter(isPaid).length,
  held: attempts.filter((attempt) => isOpen(attempt, nowMs)).length,
});

/** What the link's status is now. */
export const statusOf = (link: StoredLink, nowMs: number): LinkStatus =>
  linkStatus({
    state: link.state,
    usage: usageOf(link, nowMs),
    startsAt: link.input.startsAt,
    expiresAt: link.mutable.expiresAt ?? undefined,
    nowMs,
  });

export const now = (clock: { now(): number }): Instant => instantAt(clock.now());
