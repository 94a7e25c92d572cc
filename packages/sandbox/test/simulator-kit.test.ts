import {
  COMMON_RETRIES,
  createRecords,
  dueTask,
  encodeForm,
  type JsonObject,
  pageByCursor,
  parseForm,
  type Random,
  RUPIAH_CURRENCY,
  refuseUnlessLeft,
  replayByKey,
  retryPolicyOf,
  runByClock,
  type StoredReply,
  wholeNumberIn,
} from "@tautan/sandbox/simulator-kit";
import fc from "fast-check";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { Collection } from "../src/state/store.ts";

/** A collection whose next process finds what was put. */
const createCollection = <Value>(): Collection<Value> & { readonly stored: Map<string, Value> } => {
  const stored = new Map<string, Value>();
  return {
    stored,
    put: (key, value) => {
      stored.set(key, value);
    },
    remove: (key) => {
      stored.delete(key);
    },
  };
};

describe("form bodies with paths", () => {
  test.each<[string, string, JsonObject]>([
    ["plain names", "a=1&b=x+y", { a: "1", b: "x y" }],
    ["paths", "line_items[0][price_data][currency]=eur", { line_items: [{ price_data: { currency: "eur" } }] }],
    ["escaped brackets", "a%5B0%5D%5Bb%5D=1", { a: [{ b: "1" }] }],
    ["lists in any order", "a[1]=y&a[0]=x", { a: ["x", "y"] }],
    ["one more of a list", "expand[]=x&expand[]=y", { expand: ["x", "y"] }],
    ["numbers that are not those of a list", "a[1]=y&a[7]=z", { a: { "1": "y", "7": "z" } }],
    ["numbers beside names", "a[0]=x&a[b]=y", { a: { "0": "x", b: "y" } }],
    ["the last one of the same name", "a=1&a=2", { a: "2" }],
    ["a value with brackets and signs", "a=%5Bx%5D%3D%26", { a: "[x]=&" }],
    ["an empty value, which takes a field back", "restrictions=", { restrictions: "" }],
    ["nothing", "", {}],
  ])("reads %s", (_what, body, fields) => {
    expect(parseForm(body)).toEqual(fields);
  });

  test.each([
    ["an open bracket", "a[b=1"],
    ["a closing bracket alone", "a]=1"],
    ["brackets in brackets", "a[b[c]]=1"],
    ["a name after brackets", "a[b]c=1"],
    ["a path without a name", "[a]=1"],
    ["no name", "=1"],
    ["a text that has fields, too", "a=1&a[b]=2"],
    ["fields that are a text, too", "a[b]=2&a=1"],
    ["one more of a list whose place is taken", "a[1]=x&a[]=y"],
    ["a path that is too deep", `a${"[b]".repeat(64)}=1`],
  ])("refuses %s", (_what, body) => {
    expect(parseForm(body)).toBeUndefined();
  });

  test("a path of 64 names is not too deep", () => {
    expect(parseForm(`a${"[b]".repeat(63)}=1`)).toBeDefined();
  });

  test("names of prototypes are names like any other", () => {
    const fields = parseForm("__proto__[admin]=1&constructor[prototype]=2");
    expect(Object.keys(fields ?? {})).toEqual(["__proto__", "constructor"]);
    expect(({} as JsonObject)["admin"]).toBeUndefined();
  });

  test("whatever is encoded is read again", () => {
    const name = fc.stringMatching(/^[^[\]\d\ud800-\udfff][^[\]\ud800-\udfff]{0,8}$/u);
    const { fields } = fc.letrec<{ value: unknown; fields: JsonObject }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.string({ unit: "grapheme" }),
        fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
        tie("fields"),
      ),
      fields: fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 4 }) as fc.Arbitrary<JsonObject>,
    }));
    fc.assert(
      fc.property(fields, (sent) => {
        expect(parseForm(encodeForm(sent))).toEqual({ ...sent });
      }),
    );
  });

  test("whatever comes is read or refused", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab01[\]=&%5BD_]{0,30}$/), (body) => {
        const fields = parseForm(body);
        expect(fields === undefined || typeof fields === "object").toBe(true);
      }),
    );
  });

  test("whole numbers in texts are numbers, and all else stays as it is", () => {
    expect(["0", "-7", "1500000"].map(wholeNumberIn)).toEqual([0, -7, 1_500_000]);
    const others = ["", "1.5", "1e3", " 1", "0x1", "12345678901234567", undefined, ["1"], { a: "1" }];
    expect(others.map(wholeNumberIn)).toEqual(others);
  });
});

describe("pages by cursor", () => {
  const idOf = (id: string): string => id;

  test("each item comes exactly once, whatever is added between the pages", () => {
    const counts = fc.array(fc.nat({ max: 5 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 7 }), counts, (first, limit, added) => {
        let next = 0;
        const items: string[] = [];
        const add = (count: number): void => {
          for (let index = 0; index < count; index += 1) items.unshift(`id${next++}`);
        };
        add(first);
        const atStart = [...items];
        const seen: string[] = [];
        for (let after: string | undefined, hasMore = true, page = 0; hasMore; page += 1) {
          const found = pageByCursor(items, idOf, { limit, after });
          if (found === undefined) throw new Error(`The cursor ${after} is not in the list.`);
          expect(found.items.length).toBeLessThanOrEqual(limit);
          seen.push(...found.items);
          ({ hasMore } = found);
          after = seen.at(-1);
          add(added[page] ?? 0);
        }
        expect(seen).toEqual(atStart);
      }),
    );
  });

  test("there is no more after a page that is just full", () => {
    const [two, one] = [2, 1].map((limit) => pageByCursor(["b", "a"], idOf, { limit, after: undefined }));
    expect([two?.hasMore, one?.hasMore]).toEqual([false, true]);
  });

  test("an unknown cursor has no page; the last item's has an empty one", () => {
    expect(pageByCursor(["b", "a"], idOf, { limit: 1, after: "c" })).toBeUndefined();
    expect(pageByCursor(["b", "a"], idOf, { limit: 1, after: "a" })).toEqual({ items: [], hasMore: false });
  });
});

describe("what is left of a payment", () => {
  const refused = "The amount must be whole rupiah, from Rp1 to Rp9.000, which is left of the payment.";

  test.each([0, -1, 0.5, 9_001, Number.NaN])("is not exceeded by %s", (amount) => {
    expect(() => {
      refuseUnlessLeft(amount, 9_000, RUPIAH_CURRENCY);
    }).toThrow(refused);
  });

  test.each([1, 9_000])("includes %s", (amount) => {
    expect(() => {
      refuseUnlessLeft(amount, 9_000, RUPIAH_CURRENCY);
    }).not.toThrow();
  });
});

describe("records", () => {
  interface Named {
    readonly id: string;
    readonly name: string | undefined;
  }
  const start = (collection: Collection<Named>) =>
    createRecords<Named, "name">({ collection, idOf: ({ id }) => id, unique: { name: ({ name }) => name } });

  test("are found by id and by a unique key, oldest first, and by the next process, too", () => {
    const collection = createCollection<Named>();
    const records = start(collection);
    const [first, second] = [
      { id: "1", name: "a" },
      { id: "2", name: undefined },
    ] as const;
    records.put(first);
    records.put(second);
    for (const each of [records, start(collection)]) {
      expect([each.count(), each.all(), each.get("2"), each.by("name", "a")]).toEqual([
        2,
        [first, second],
        second,
        first,
      ]);
      expect([each.get("3"), each.by("name", "b")]).toEqual([undefined, undefined]);
    }
  });

  test("a unique key of another is refused, and free again once that is removed", () => {
    const collection = createCollection<Named>();
    const records = start(collection);
    records.put({ id: "1", name: "a" });
    expect(() => {
      records.put({ id: "2", name: "a" });
    }).toThrow("2 has the name a of 1; look with by() before put().");
    expect([records.count(), collection.stored.size]).toEqual([1, 1]);
    records.remove({ id: "1", name: "a" });
    records.put({ id: "2", name: "a" });
    expect([records.by("name", "a")?.id, [...collection.stored.keys()]]).toEqual(["2", ["2"]]);
  });
});

describe("retry schedules", () => {
  /** Always the same share of what chance may take. */
  const randomOf = (fraction: number): Random => ({ fraction: () => fraction }) as Random;

  test("as many retries as gaps, unless a table has the answer", () => {
    const policy = retryPolicyOf({ gapsMs: [1, 2, 3, 4, 5], retriesAfter: { ...COMMON_RETRIES, unanswered: 1 } });
    const after = (status: number): number => policy.retriesAfter({ status });
    expect([200, 204, 301, 400, 500, 503, 502].map(after)).toEqual([0, 0, 0, 2, 1, 4, 5]);
    expect(policy.retriesAfter({ error: "timed out" })).toBe(1);
    expect(retryPolicyOf({ gapsMs: [1, 2] }).retriesAfter({ error: "timed out" })).toBe(2);
    expect([policy.timeoutMs, policy.maxRedirects]).toEqual([15_000, 0]);
  });

  test("gaps are exact, or shortened by chance down to a share", () => {
    expect(retryPolicyOf({ gapsMs: [10, 100] }).gapMs(2, randomOf(0.9))).toBe(100);
    const shortened = retryPolicyOf({ gapsMs: [10, 100], shortestShare: 0.25 });
    expect([0, 0.5, 1].map((fraction) => shortened.gapMs(2, randomOf(fraction)))).toEqual([100, 63, 25]);
  });
});

describe("what time does", () => {
  test("runs what is due, once, and tells when there is more", async () => {
    let nowMs = 0;
    const done: string[] = [];
    const taskOf = (name: string, ...dueMs: number[]) =>
      dueTask({
        items: () => dueMs,
        dueMs: (ms) => ms,
        run: async (due) => {
          done.push(`${name} ${due.join(",")}`);
          for (const ms of due) dueMs.splice(dueMs.indexOf(ms), 1);
        },
      });
    const { runDue, nextDueMs } = runByClock({ now: () => nowMs }, taskOf("a", 10, 30), taskOf("b", 20), taskOf("c"));
    expect(nextDueMs()).toBe(10);
    await runDue();
    nowMs = 20;
    await runDue();
    expect([done, nextDueMs()]).toEqual([["a 10", "b 20"], 30]);
    nowMs = 30;
    await runDue();
    expect([done.at(-1), nextDueMs()]).toEqual(["a 30", Number.POSITIVE_INFINITY]);
  });
});

describe("replies by idempotency key", () => {
  interface Server {
    readonly post: (key: string, body: string) => Promise<readonly [number, string]>;
    /** How often something was done. */
    readonly done: () => number;
  }

  /** Does what it is told, and then waits for `until`. */
  const serve = (collection: Collection<StoredReply>, nowMs = 0, until: Promise<void> = Promise.resolve()): Server => {
    const app = new Hono();
    let count = 0;
    app.use(
      replayByKey({
        header: "Idempotency-Key",
        collection,
        clock: { now: () => nowMs },
        keptMs: 1000,
        isKept: ({ status }) => status !== 400,
        refuse: (context, problem) => context.text(problem, 409),
      }),
    );
    app.onError(({ message }, context) => context.text(message, 500));
    app.post("/", async (context) => {
      const body = await context.req.text();
      await until;
      count += 1;
      if (body === "crash") throw new Error(`crash ${count}`);
      return body === "bad" ? context.text("bad", 400) : context.text(`${body} ${count}`, 201);
    });
    return {
      async post(key, body) {
        const reply = await app.fetch(
          new Request("http://localhost/", { method: "POST", headers: { "Idempotency-Key": key }, body }),
        );
        return [reply.status, await reply.text()];
      },
      done: () => count,
    };
  };

  test("the same key has the same reply, and another key another one", async () => {
    const { post, done } = serve(createCollection());
    const replies = [await post("a", "x"), await post("a", "x"), await post("b", "x")];
    expect([replies, done()]).toEqual([
      [
        [201, "x 1"],
        [201, "x 1"],
        [201, "x 2"],
      ],
      2,
    ]);
  });

  test("another body with the same key is refused", async () => {
    const { post, done } = serve(createCollection());
    await post("a", "x");
    expect([await post("a", "y"), done()]).toEqual([[409, "other_request"], 1]);
  });

  test("while the first is in progress, the same is refused, and another body is another request", async () => {
    let finish = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { post } = serve(createCollection(), 0, until);
    const first = post("a", "x");
    await Promise.resolve();
    const others = await Promise.all([post("a", "x"), post("a", "y")]);
    finish();
    expect([others, await first]).toEqual([
      [
        [409, "in_progress"],
        [409, "other_request"],
      ],
      [201, "x 1"],
    ]);
    expect(await post("a", "x")).toEqual([201, "x 1"]);
  });

  test("a reply that is not kept leaves the key free, and a crash is kept as it was answered", async () => {
    const { post } = serve(createCollection());
    expect([await post("a", "bad"), await post("a", "x")]).toEqual([
      [400, "bad"],
      [201, "x 2"],
    ]);
    expect([await post("b", "crash"), await post("b", "crash")]).toEqual([
      [500, "crash 3"],
      [500, "crash 3"],
    ]);
  });

  test("a reply is kept for so long, by the next process, too, and then forgotten", async () => {
    const collection = createCollection<StoredReply>();
    await serve(collection).post("a", "x");
    await serve(collection).post("b", "x");
    const before = serve(collection, 999);
    expect([await before.post("a", "x"), before.done()]).toEqual([[201, "x 1"], 0]);
    const after = serve(collection, 1000);
    expect([await after.post("a", "y"), after.done(), collection.stored.size]).toEqual([[201, "y 1"], 1, 1]);
    expect([...collection.stored.keys()]).toEqual(["a"]);
  });

  test("a reply is forgotten in time if the clock was moved back before it", async () => {
    const collection = createCollection<StoredReply>();
    await serve(collection, 5000).post("a", "x");
    await serve(collection, 0).post("b", "x");
    expect(await serve(collection, 1000).post("b", "y")).toEqual([201, "y 1"]);
  });
});
