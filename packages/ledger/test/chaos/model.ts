// What must be true at the end, computed from what was sent and acknowledged alone. It knows nothing of the ledger's code.

/** What a handler wrote, in the order of its commits. */
export interface Effect {
  readonly eventId: string;
  readonly link: string;
  /** The payment's id; absent for events of links. */
  readonly history: string | undefined;
  /** The part of the event's id behind `#`. */
  readonly name: string;
}

export interface Violation {
  readonly kind: "lost" | "doubled" | "out of order" | "wrong";
  readonly text: string;
}

/** When something was first sent, and when it was first certain that the ledger had it. */
interface Times {
  readonly sent: number;
  readonly sure: number;
}

const NEVER: Times = { sent: Number.POSITIVE_INFINITY, sure: Number.POSITIVE_INFINITY };
const VERDICTS: ReadonlySet<string> = new Set(["paid", "excess", "late", "mismatched"]);
const isVerdict = (name: string): boolean => VERDICTS.has(name);

/**
 * A report is the set of facts of one payment: `paid settled failed refunded:<id> reversed`, and `gone` once nothing of the money is
 * left. What was paid and is not gone must give one verdict, unless it was gone before the ledger could know it.
 */
export class Model {
  readonly #times = new Map<string, Times>();
  readonly #facts = new Map<string, Set<string>>();
  now = 0;

  send(history: string, report: readonly string[]): void {
    this.#note(history, report, (before) => ({ sent: Math.min(before.sent, this.now), sure: before.sure }));
  }

  know(history: string, report: readonly string[]): void {
    this.#note(history, report, ({ sent, sure }) => ({ sent, sure: Math.min(sure, this.now) }));
  }

  /** `paid` of a payment that was not gone is another fact than `paid` of one that was. */
  #note(history: string, report: readonly string[], change: (before: Times) => Times): void {
    const isGone = report.includes("gone");
    const names = report.flatMap((name) => {
      if ((name === "paid" || name === "settled") && !isGone) return [name, `kept ${name}`];
      return name === "failed" && !report.includes("paid") ? [name, "unpaid failed"] : [name];
    });
    const facts = this.#facts.get(history) ?? new Set();
    this.#facts.set(history, facts);
    for (const name of names) {
      facts.add(name);
      const key = `${history} ${name}`;
      this.#times.set(key, change(this.#times.get(key) ?? NEVER));
    }
  }

  #of(history: string, name: string): Times {
    return this.#times.get(`${history} ${name}`) ?? NEVER;
  }

  /** The fact from which an effect follows. */
  #cause(history: string, name: string): Times {
    if (isVerdict(name)) return this.#of(history, "kept paid");
    if (name === "settled") return this.#of(history, "kept settled");
    return name === "failed" ? this.#of(history, "unpaid failed") : this.#of(history, name);
  }

  /** What rules an effect out if the ledger knows it first. */
  #obstacle(history: string, name: string): Times {
    if (isVerdict(name) || name === "settled") return this.#of(history, "gone");
    return name === "failed" ? this.#of(history, "paid") : NEVER;
  }

  check(
    effects: readonly Effect[],
    limits: ReadonlyMap<string, number | undefined>,
    faultOf: (history: string) => "mismatched" | "late" | undefined,
  ): readonly Violation[] {
    const ofHistories = effects.filter((each): each is Effect & { history: string } => each.history !== undefined);
    return [
      ...this.#lost(ofHistories),
      ...doubled(effects),
      ...ofHistories.flatMap((each) => this.#impossible(each)),
      ...[...Map.groupBy(ofHistories, ({ link }) => link).values()].flatMap((each) => this.#disordered(each)),
      ...[...limits].flatMap(([link, limit]) =>
        misjudged(
          ofHistories.filter((each) => each.link === link),
          limit,
          faultOf,
        ),
      ),
    ];
  }

  /** How many payments take a use at the end. */
  uses(histories: readonly string[]): number {
    const has = (history: string, name: string): boolean => this.#facts.get(history)?.has(name) ?? false;
    return histories.filter((each) => has(each, "paid") && !has(each, "reversed")).length;
  }

  #lost(effects: readonly Effect[]): readonly Violation[] {
    return [...this.#facts].flatMap(([history, facts]) => {
      const had = effects.filter((each) => each.history === history).map(({ name }) => name);
      const owed = [
        "paid",
        "settled",
        "failed",
        "reversed",
        ...[...facts].filter((name) => name.startsWith("refunded:")),
      ];
      return owed.flatMap((name): readonly Violation[] => {
        const isDue = this.#cause(history, name).sure < this.#obstacle(history, name).sent;
        const isThere = name === "paid" ? had.some(isVerdict) : had.includes(name);
        return isDue && !isThere ? [{ kind: "lost", text: `${history} ${name}` }] : [];
      });
    });
  }

  #impossible({ history, name }: Effect & { readonly history: string }): readonly Violation[] {
    const cause = this.#cause(history, name);
    const isPossible = cause !== NEVER && cause.sent <= this.#obstacle(history, name).sure;
    return isPossible ? [] : [{ kind: "wrong", text: `${history} ${name} cannot have followed` }];
  }

  /** Whatever was certain before another thing was sent is handled before it, and a payment's own events have their order. */
  #disordered(effects: readonly (Effect & { readonly history: string })[]): readonly Violation[] {
    return effects.flatMap((later, index) =>
      effects.slice(0, index).flatMap((earlier): readonly Violation[] => {
        const isLate = this.#cause(later.history, later.name).sure < this.#cause(earlier.history, earlier.name).sent;
        const isOfOne = later.history === earlier.history && rank(later.name) < rank(earlier.name);
        const text = `${later.history} ${later.name} came after ${earlier.history} ${earlier.name}`;
        return isLate || isOfOne ? [{ kind: "out of order", text }] : [];
      }),
    );
  }
}

const rank = (name: string): number => (name === "failed" ? 0 : isVerdict(name) ? 1 : 2);

const doubled = (effects: readonly Effect[]): readonly Violation[] => {
  const keyOf = ({ history, name, eventId }: Effect): string =>
    history !== undefined && isVerdict(name) ? `${history} verdict` : eventId;
  return [...Map.groupBy(effects, keyOf)].flatMap(([key, { length }]): readonly Violation[] =>
    length > 1 ? [{ kind: "doubled", text: `${key} ${length} times` }] : [],
  );
};

/** The payments of a link that are delivered on and not taken back: after each effect, and whatever else happened to them. */
export const grantsOf = (effects: readonly Effect[]): ReadonlySet<string | undefined> => {
  const granted = new Set<string | undefined>();
  for (const { history, name } of effects) {
    if (name === "paid") granted.add(history);
    if (name === "reversed") granted.delete(history);
  }
  return granted;
};

/** The verdicts of a link again, in order: `excess` exactly if the limit was taken by others that are delivered on. */
const misjudged = (
  effects: readonly (Effect & { readonly history: string })[],
  limit = Number.POSITIVE_INFINITY,
  faultOf: (history: string) => "mismatched" | "late" | undefined,
): readonly Violation[] =>
  effects.flatMap(({ history, name }, index): readonly Violation[] => {
    const fault = faultOf(history);
    const others = grantsOf(effects.slice(0, index)).size;
    const expected = fault === "mismatched" ? fault : others >= limit ? "excess" : (fault ?? "paid");
    return isVerdict(name) && name !== expected
      ? [{ kind: "wrong", text: `${history} was ${name}, expected ${expected}: ${others} of ${limit} were taken` }]
      : [];
  });
