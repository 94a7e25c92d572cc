import type { DriverCapabilities } from "@tautan/core";
import {
  type CreateInput,
  type DriverError,
  type DriverHistory,
  type DriverLink,
  driverError,
  historyRecord,
  instantAt,
} from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { createStub, linkOf, NOW, type Stub } from "./stub-driver.ts";

export const KEPT_MS = 24 * 60 * 60_000;

const LOST: DriverError = driverError("network", { message: "broken" });
const NOT_FOUND: DriverError = driverError("not_found", { message: "no such link" });

/** How the made-up provider behaves beside keeping its answers. */
export interface KeyedTraits {
  /** Whether a header of the answer reports that it was kept. */
  readonly reports?: boolean;
  /** Whether the error of a key with other parameters names the first link. */
  readonly namesExisting?: boolean;
  /** Whether it refuses a key with other parameters. Otherwise it returns the first answer. */
  readonly comparesParameters?: boolean;
  /** Whether it counts the payments of a link. */
  readonly counts?: boolean;
}

/** What happens to the next requests that create, one after the other. */
type Fault = "lose_request" | "lose_answer" | DriverError;

/** A provider that keeps its first answer to each key, byte by byte, whatever happens to the link afterwards. */
export class KeyedProvider {
  readonly links: DriverLink[] = [];
  readonly histories: DriverHistory[] = [];
  readonly faults: Fault[] = [];
  readonly stub: Stub;
  nowMs = NOW;
  /** What reads of links answer instead of the link. */
  readFault: DriverError | undefined;
  /** If set, a create ends only when this is called; the key is then in flight. */
  release: (() => void) | undefined;
  isSlow = false;
  readonly #kept = new Map<string, { readonly atMs: number; readonly bytes: string; readonly answer: DriverLink }>();
  readonly #running = new Set<string>();
  readonly #traits: KeyedTraits;

  constructor(traits: KeyedTraits = {}, changes: Partial<DriverCapabilities> = {}) {
    this.#traits = { reports: true, comparesParameters: true, counts: true, ...traits };
    this.stub = createStub(
      {
        create: (input) => this.#create(input),
        get: async (id) => {
          if (this.readFault) return err(this.readFault);
          const link = this.links.find((each) => each.providerId === id);
          return link ? ok(link) : err(NOT_FOUND);
        },
        listHistories: async (id, { cursor }) => {
          if (this.readFault) return err(this.readFault);
          const ofLink = this.histories.filter(({ record }) =>
            record.linkProviderIds.some(({ value }) => value === id),
          );
          const at = Number(cursor ?? 0);
          const next = at + 1 < ofLink.length ? { nextCursor: `${at + 1}` } : {};
          return ok({ items: ofLink.slice(at, at + 1), ...next });
        },
      },
      { createRecovery: "keyed", createKeyKeptMs: KEPT_MS, ...NO_FIND, ...changes },
    );
  }

  /** The number of requests that could create. */
  get requests(): number {
    return this.stub.calls.filter(([name]) => name === "create").length;
  }

  get reads(): number {
    return this.stub.calls.filter(([name]) => name !== "create").length;
  }

  /** What happens to the first link. */
  change(changes: Partial<DriverLink>): void {
    this.links[0] = { ...(this.links[0] as DriverLink), ...changes };
  }

  pay(facts: object = { paid: {} }): void {
    const link = this.links[0] as DriverLink;
    if (this.#traits.counts) this.change({ usage: { ...link.usage, used: link.usage.used + 1 } });
    const providerId = `pay-${this.histories.length}`;
    const record = historyRecord({ providerId, trust: "read", linkProviderId: link.providerId, facts });
    this.histories.push({ record, raw: {} });
  }

  async #create(input: CreateInput): Promise<Result<DriverLink, DriverError>> {
    const fault = this.faults.shift();
    if (typeof fault === "object") return err(fault);
    if (fault === "lose_request") return err(LOST);
    const key = input.reference;
    if (this.#running.has(key)) return err(driverError("unavailable", { message: "HTTP 409: this key is in flight" }));
    const kept = this.#keptUnder(key);
    const bytes = JSON.stringify(input);
    const { comparesParameters, namesExisting, reports } = this.#traits;
    if (kept && comparesParameters && kept.bytes !== bytes) {
      const existing = namesExisting && { existingProviderId: kept.answer.providerId };
      return err(driverError("duplicate_reference", { message: "HTTP 400: another request", ...existing }));
    }
    if (this.isSlow) {
      this.#running.add(key);
      await new Promise<void>((resolve) => {
        this.release = resolve;
      });
      this.#running.delete(key);
    }
    const answer = kept?.answer ?? this.#make(input);
    if (!kept) this.#kept.set(key, { atMs: this.nowMs, bytes, answer });
    if (fault === "lose_answer") return err(LOST);
    return ok({ ...answer, ...(reports && { isKeptAnswer: kept !== undefined }) });
  }

  #keptUnder(key: string) {
    const kept = this.#kept.get(key);
    return kept && this.nowMs < kept.atMs + KEPT_MS ? kept : undefined;
  }

  #make(input: CreateInput): DriverLink {
    const { startsAt } = input;
    const link = linkOf(input, { providerId: `id-${this.links.length}`, createdAt: instantAt(this.nowMs), startsAt });
    const made = this.#traits.counts ? link : { ...link, usage: { ...link.usage, counted: false } };
    this.links.push(made);
    return made;
  }
}

/** It cannot look for a reference, and chooses the slugs. */
const NO_FIND: Partial<DriverCapabilities> = {
  slug: { unsupported: "it chooses them" },
};
