import { mergeHistories } from "@tautan/core";
import { deriveHistory, historyRecord, mergeRecords, parseHistoryRecord, withIdentity } from "@tautan/core/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laterRecords, records } from "./support/arbitraries.ts";

const derive = (record: Parameters<typeof deriveHistory>[1]) => deriveHistory("gw", record);

describe("the record of a report", () => {
  const of = (amount: string) => ({
    providerId: "P1",
    trust: "read" as const,
    amount: { amount, currency: "IDR" },
    refundedTotal: { amount, currency: "IDR" },
    refunds: [{ id: "R1", phase: "succeeded" as const, amount: { amount, currency: "IDR" } }],
  });

  test("has canonical amounts, however the provider writes them", () => {
    for (const amount of ["190000.00", "0190000"])
      expect(historyRecord(of(amount))).toEqual(historyRecord(of("190000")));
    expect(parseHistoryRecord(historyRecord(of("190000.00"))).isOk()).toBe(true);
  });

  test("guesses no amount that has two meanings", () => {
    for (const amount of ["190.000", "1e5", "Rp190000"]) {
      expect(historyRecord(of(amount)).amounts.map(({ value }) => value.amount)).toEqual([amount]);
      expect(parseHistoryRecord(historyRecord(of(amount))).isErr()).toBe(true);
    }
  });
});

describe("merging is a law-abiding union", () => {
  test("commutative", () => {
    fc.assert(
      fc.property(records, records, (a, b) => {
        expect(mergeRecords(a, b)).toEqual(mergeRecords(b, a));
      }),
      { numRuns: 2000 },
    );
  });

  test("associative", () => {
    fc.assert(
      fc.property(records, records, records, (a, b, c) => {
        expect(mergeRecords(mergeRecords(a, b), c)).toEqual(mergeRecords(a, mergeRecords(b, c)));
      }),
      { numRuns: 2000 },
    );
  });

  test("idempotent, and the same object back when nothing is new", () => {
    fc.assert(
      fc.property(records, records, (a, b) => {
        expect(mergeRecords(a, a)).toBe(a);
        const merged = mergeRecords(a, b);
        expect(mergeRecords(merged, b)).toBe(merged);
        expect(mergeRecords(merged, a)).toBe(merged);
        const history = derive(merged);
        expect(mergeHistories(history, derive(b))).toBe(history);
      }),
      { numRuns: 2000 },
    );
  });

  test("any shuffle of any multiset of deliveries ends in the same history", () => {
    const deliveries = fc.array(records, { minLength: 1, maxLength: 6 }).chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.array(fc.nat(list.length - 1), { maxLength: 8 }).chain((again) =>
          fc.shuffledSubarray([...list, ...again.map((index) => list[index] as (typeof list)[number])], {
            minLength: list.length + again.length,
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(deliveries, ([once, shuffled]) => {
        const merged = (list: typeof once) => derive(list.reduce(mergeRecords));
        expect(merged(shuffled)).toEqual(merged(once));
      }),
      { numRuns: 1000 },
    );
  });

  test("record only grows: facts never vanish, times only get earlier, phases only advance", () => {
    const refundOrder = ["requested", "succeeded", "failed"];
    fc.assert(
      fc.property(records, records, (a, b) => {
        const merged = mergeRecords(a, b);
        for (const each of a.attempts) {
          const after = merged.attempts.find((other) => other.id === each.id);
          for (const [name, fact] of Object.entries(each.facts)) {
            const now = after?.facts[name as keyof typeof each.facts];
            expect(now).toBeDefined();
            if (fact.at !== undefined) expect((now?.at ?? "~") <= fact.at).toBe(true);
          }
        }
        for (const refund of a.refunds) {
          const after = merged.refunds.find((other) => other.id === refund.id);
          expect(refundOrder.indexOf(after?.phase ?? "")).toBeGreaterThanOrEqual(refundOrder.indexOf(refund.phase));
        }
      }),
    );
  });

  test("everything is frozen and survives JSON", () => {
    fc.assert(
      fc.property(records, records, (a, b) => {
        const history = derive(mergeRecords(a, b));
        expect(
          Object.isFrozen(history) && Object.isFrozen(history.record) && Object.isFrozen(history.record.attempts),
        ).toBe(true);
        const revived = JSON.parse(JSON.stringify(history)) as typeof history;
        expect(revived).toEqual(history);
        // What a store read back merges like what it wrote.
        expect(mergeHistories(revived, derive(b))).toBe(revived);
      }),
    );
  });

  test("two histories are never joined", () => {
    const one = historyRecord({ providerId: "one", trust: "read" });
    const two = historyRecord({ providerId: "two", trust: "read" });
    expect(() => mergeRecords(one, two)).toThrow(TypeError);
    expect(() => mergeHistories(derive(one), derive(two))).toThrow(/two histories/);
  });
});

describe("plain fields", () => {
  const report = (trust: "read" | "signed" | "unsigned", rest: object) =>
    historyRecord({ providerId: "h", trust, ...rest });

  test("a read outranks a signed webhook, whichever came first", () => {
    const read = report("read", { method: { kind: "qris" } });
    const signed = report("signed", { method: { kind: "card" } });
    expect(derive(mergeRecords(read, signed)).method).toEqual({ kind: "qris" });
    expect(derive(mergeRecords(signed, read)).method).toEqual({ kind: "qris" });
  });

  test("null never overwrites: a channel stays when a better source leaves it out", () => {
    const read = report("read", { method: { kind: "virtual_account" } });
    const signed = report("signed", { method: { kind: "virtual_account", channel: "bca", raw: "bca_va" } });
    expect(derive(mergeRecords(read, signed)).method).toEqual({
      kind: "virtual_account",
      channel: "bca",
      raw: "bca_va",
    });
  });

  test("a method that is known beats one that is only `other`, whoever says so", () => {
    const read = report("read", { method: { kind: "other", raw: "PL" } });
    const unsigned = report("unsigned", { method: { kind: "ewallet", channel: "ovo" } });
    expect(derive(mergeRecords(read, unsigned)).method).toEqual({ kind: "ewallet", channel: "ovo" });
  });

  test("differing amounts are a conflict, never a silent change", () => {
    const amount = (value: string) => ({ amount: { amount: value, currency: "IDR" } });
    const history = derive(mergeRecords(report("signed", amount("1")), report("read", amount("190000"))));
    expect(history.amount?.amount).toBe("190000");
    expect(history.conflicts).toEqual([{ field: "amount", values: [amount("190000").amount, amount("1").amount] }]);
    expect(derive(report("read", amount("190000"))).conflicts).toEqual([]);
  });

  test("a note is cut and stripped of anything odd", () => {
    const [note] = report("read", { notes: [`<b>${"x".repeat(200)}`] }).notes;
    expect(note).toHaveLength(80);
    expect(note).not.toMatch(/[<>]/);
  });

  test.each([
    ["status=partially_refunded", "status=partially_refunded"],
    ["a.status=Disputed with status_code=201", "a.status=Disputed with status_code=201"],
    ["refund with refund_amount=150000000.00", "refund with refund_amount=150000000.00"],
    ["paid with amount=-0.5", "paid with amount=-0.5"],
    ["payment_status=REFUND without an amount", "payment_status=REFUND without an amount"],
    ["status=<b>odd</b>", "status=(not a word)"],
    ["status=Sari Dewi", "status=(not a word)"],
    ["status=Sari Dewi with status_code=sari@surel.example", "status=(not a word) with status_code=(not a word)"],
    ["status=081122334455", "status=(not a word)"],
    ["status=", "status=(not a word)"],
    ["status=Sari%20Dewi", "status=(not a word)"],
    ["status=U2FyaSBEZXdp U2FyaQ==", "status=(not a word)"],
    [`status=${"x".repeat(65)}`, "status=(not a word)"],
    ["status=(not a word)", "status=(not a word)"],
  ])("a provider's word in a note is a word: %s", (note, shown) => {
    expect(report("read", { notes: [note] }).notes).toEqual([shown]);
  });
});

describe("what a later version wrote", () => {
  const record = historyRecord({
    providerId: "h",
    trust: "signed",
    attemptId: "t",
    facts: { paid: {} },
    amount: { amount: "1", currency: "IDR" },
    refunds: [{ id: "r", phase: "requested" }],
    disputes: [{ id: "d", phase: "opened" }],
  });
  const [attempt] = record.attempts;
  const more = <T extends object>(each: T): T => ({ ...each, mood: "good" });
  const later = {
    ...more(record),
    amounts: record.amounts.map(more),
    attempts: [
      { ...more(attempt as object), facts: { paid: more({}), escrowed: {} } } as unknown as typeof attempt & object,
    ],
    refunds: record.refunds.map(more),
    disputes: record.disputes.map(more),
  };

  test("nothing new: the very same object, so that nothing is written", () => {
    expect(mergeRecords(later, record)).toBe(later);
    const asStored = JSON.parse(JSON.stringify(later)) as typeof later;
    expect(mergeRecords(later, asStored)).toBe(later);
  });

  test("something new: every field that this version does not know survives, in either order", () => {
    const news = historyRecord({
      providerId: "h",
      trust: "read",
      attemptId: "t",
      facts: { paid: { at: "2026-01-01T00:00:00.000Z" }, settled: {} },
      amount: { amount: "1", currency: "IDR" },
      refunds: [{ id: "r", phase: "succeeded" }],
      disputes: [{ id: "d", phase: "won" }],
    });
    for (const merged of [mergeRecords(later, news), mergeRecords(news, later)]) {
      expect(merged).toMatchObject({
        mood: "good",
        amounts: [{ trust: "read", mood: "good" }],
        attempts: [
          {
            mood: "good",
            facts: { paid: { at: "2026-01-01T00:00:00.000Z", mood: "good" }, settled: {}, escrowed: {} },
          },
        ],
        refunds: [{ phase: "succeeded", mood: "good" }],
        disputes: [{ phase: "won", mood: "good" }],
      });
    }
  });

  test("merging stays commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(laterRecords, laterRecords, laterRecords, (a, b, c) => {
        const merged = mergeRecords(a, b);
        expect(merged).toEqual(mergeRecords(b, a));
        expect(mergeRecords(merged, c)).toEqual(mergeRecords(a, mergeRecords(b, c)));
        expect(mergeRecords(merged, a)).toBe(merged);
        expect(mergeRecords(merged, b)).toBe(merged);
      }),
      { numRuns: 1000 },
    );
  });

  test("no field is lost on the way through a store and a merge", () => {
    fc.assert(
      fc.property(laterRecords, records, (record, news) => {
        const revived = parseHistoryRecord(JSON.parse(JSON.stringify(record)))._unsafeUnwrap();
        expect(revived).toEqual(record);
        expect(mergeRecords(mergeRecords(revived, news), record)).toEqual(mergeRecords(revived, news));
      }),
    );
  });
});

describe("a record under another id of its history", () => {
  const known = historyRecord({ providerId: "order-1", otherIds: ["tx-9"], trust: "signed", facts: { pending: {} } });
  const told = historyRecord({ providerId: "tx-9", otherIds: ["ref-5"], trust: "read", facts: { paid: {} } });

  test("can be merged with what is known under that id", () => {
    const merged = mergeRecords(known, withIdentity(told, "order-1"));
    expect(merged).toMatchObject({ providerId: "order-1", otherIds: ["ref-5", "tx-9"] });
    expect(derive(merged).status).toBe("paid");
    expect(mergeRecords(withIdentity(told, "order-1"), known)).toEqual(merged);
  });

  test("is the record itself where it has the id, and there and back again is the same", () => {
    expect(withIdentity(told, "tx-9")).toBe(told);
    const back = withIdentity(withIdentity(told, "order-1"), "tx-9");
    expect(back).toEqual({ ...told, otherIds: ["order-1", "ref-5"] });
  });

  test("is frozen, and keeps what a later version wrote", () => {
    const later = withIdentity({ ...told, mood: "good" } as typeof told, "order-1");
    expect(later).toMatchObject({ mood: "good" });
    expect(Object.isFrozen(later) && Object.isFrozen(later.otherIds)).toBe(true);
  });
});

describe("a history cannot be changed from outside", () => {
  test("every part of it is frozen", () => {
    const [first, second] = ["10000", "20000"].map((amount) =>
      historyRecord({
        providerId: "h",
        trust: "read",
        amount: { amount, currency: "IDR" },
        method: { kind: "card" },
        refunds: [{ id: "r", phase: "succeeded", amount: { amount, currency: "IDR" } }],
        notes: ["status=odd"],
      }),
    ) as [Parameters<typeof derive>[0], Parameters<typeof derive>[0]];
    const thawed: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Object.isFrozen(value)) thawed.push(path);
      for (const [name, each] of Object.entries(value)) visit(each, `${path}.${name}`);
    };
    visit(derive(mergeRecords(first, second)), "history");
    expect(thawed).toEqual([]);
  });
});
