// The same reference and the same request twice is the same link; another request is a duplicate. On every gateway.
import { type CreatePaymentLink, idr, money } from "@tautan/core";
import { type CreateInput, type DriverLink, driverError } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test, vi } from "vitest";
import { createStub, linkOf, linksWith, NOW } from "./support/stub-driver.ts";

const RICH = {
  reference: "INV-001",
  amount: idr(190_000),
  title: "Concert, day 1",
  items: [{ name: "Ticket", quantity: 2, unitPrice: idr(95_000), id: "T-1" }],
  usage: { limit: 3 },
  expiresAt: new Date(NOW + 3_600_000),
  methods: [{ kind: "virtual_account" }],
  customer: { name: "Sari", email: "sari@example.test", phone: "+62 811 000 0001" },
  collect: { name: "required", email: "required" },
  redirect: { url: "https://shop.example/thanks" },
  metadata: { order: "A-1" },
  slug: "concert-1",
} as const satisfies CreatePaymentLink;

/** What a gateway tells of all that was asked for. */
const told = ({ reference, providerOptions: _, usage: __, ...fields }: CreateInput): Partial<DriverLink> => ({
  reference,
  ...fields,
});

/** A gateway that takes a reference once, or as often as it is sent, or answers a repeat with the first link. */
const gateway = (kind: "lookup" | "scan" | "replay", changes: Partial<DriverLink> = {}) => {
  const made = new Map<string, DriverLink>();
  const make = (input: CreateInput): DriverLink => {
    const link = linkOf(input, { ...told(input), createdAt: "2025-12-01T00:00:00.000Z", ...changes });
    made.set(input.reference, link);
    return link;
  };
  const stub = createStub(
    {
      create: async (input) => {
        const first = made.get(input.reference);
        if (first && kind === "lookup") return err(driverError("duplicate_reference", { message: "taken" }));
        return ok(first && kind === "replay" ? first : make(input));
      },
      find: async (reference) => {
        const link = made.get(reference);
        return link ? ok(link) : err(driverError("not_found", { message: "no" }));
      },
      get: async (id) => {
        const link = [...made.values()].find((each) => each.providerId === id);
        return link ? ok(link) : err(driverError("not_found", { message: "no" }));
      },
    },
    { createRecovery: kind },
  );
  return { stub, made };
};

describe.each(["lookup", "scan", "replay"] as const)("%s", (kind) => {
  const twice = async (first: CreatePaymentLink, second: CreatePaymentLink, happened: Partial<DriverLink> = {}) => {
    const { stub, made } = gateway(kind);
    const links = linksWith(stub);
    // The first answer of a gateway that replays looks old, like everything that this one made.
    const created = (await links.create(first))._unsafeUnwrap();
    const [link] = made.values();
    if (link) made.set(first.reference, { ...link, ...happened });
    return { created, again: await links.create(second), stub, made };
  };

  test.each<[string, Partial<CreatePaymentLink>]>([
    ["word for word", {}],
    ["with an expiry computed anew", { expiresAt: new Date(NOW + 7_200_000) }],
    ["with its fields spelt in another way", { amount: money("190000.00", "IDR"), methods: [...RICH.methods] }],
    ["with a telephone number in another form", { customer: { ...RICH.customer, phone: "0811-000-0001" } }],
  ])("the same request %s is the same link", async (_name, changes) => {
    const { created, again, made } = await twice(RICH, { ...RICH, ...changes });
    expect(again._unsafeUnwrap().id).toBe(created.id);
    expect(made.size).toBe(1);
  });

  test("a random slug is not compared: the least request, again", async () => {
    const least = { reference: "INV-001", amount: idr(190_000) };
    const { created, again } = await twice(least, least);
    expect(again._unsafeUnwrap()).toMatchObject({ id: created.id, url: created.url });
  });

  test.each<[string, Partial<DriverLink>, string]>([
    ["paid", { usage: { limit: 3, used: 3, held: 0 } }, "exhausted"],
    ["closed", { state: "closed" }, "closed"],
    ["expired", { state: "expired" }, "expired"],
  ])("a link that was %s in the meantime comes as it now is", async (_name, happened, status) => {
    const { again } = await twice(RICH, RICH, happened);
    expect(again._unsafeUnwrap()).toMatchObject({ status, acceptsPayments: false });
  });

  test.each<[string, Partial<CreatePaymentLink>]>([
    ["amount", { amount: idr(200_000), items: [{ ...RICH.items[0], unitPrice: idr(100_000) }] }],
    ["usage", { usage: { limit: 4 } }],
    ["title", { title: "Concert, day 2" }],
    ["items", { items: [{ ...RICH.items[0], name: "Seat" }] }],
    ["methods", { methods: [{ kind: "card" }] }],
    ["customer", { customer: { ...RICH.customer, email: "other@example.test" } }],
    ["redirect", { redirect: { url: "https://shop.example/other" } }],
    ["metadata", { metadata: { order: "A-2" } }],
    ["slug", { slug: "concert-2" }],
  ])("another %s is a duplicate, whose hint names the field and nothing of it", async (field, changes) => {
    const { created, again } = await twice(RICH, { ...RICH, ...changes });
    const error = again._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: created.id } });
    expect(error.hint).toContain(field);
    expect(JSON.stringify(error)).not.toMatch(/sari|other@|Seat|A-2/i);
  });

  test("what the gateway does not tell cannot differ", async () => {
    const { stub } = gateway(kind, { title: undefined, customer: undefined, metadata: undefined, methods: undefined });
    const links = linksWith(stub);
    await links.create(RICH);
    const other = { ...RICH, title: "Other", customer: { name: "Other" }, metadata: { order: "B" } };
    expect((await links.create(other)).isOk()).toBe(true);
  });

  test("what every read tells differs where it is there once and once not", async () => {
    const { stub } = gateway(kind);
    Object.assign(stub.driver.handlers, { preview: async () => ok({ alwaysReported: ["title", "customer"] }) });
    const links = linksWith(stub);
    const { title: _, customer: __, ...plain } = RICH;
    await links.create(plain);
    expect((await links.create(RICH))._unsafeUnwrapErr().hint).toContain("title, customer");
  });

  test("what the driver writes in its own way is compared as it writes it", async () => {
    const { stub } = gateway(kind, { title: "Concert - day 1" });
    Object.assign(stub.driver.handlers, {
      preview: async ({ title }: CreateInput) => ok({ adjusted: { title: title?.replace(",", " -") } }),
    });
    const links = linksWith(stub);
    const created = (await links.create(RICH))._unsafeUnwrap();
    expect((await links.create(RICH))._unsafeUnwrap().id).toBe(created.id);
    expect((await links.create({ ...RICH, title: "Other" }))._unsafeUnwrapErr().hint).toContain("title");
  });
});

describe("a reference that this very call took", () => {
  /** The POST came twice to the gateway: the first made the link, the second is answered. */
  const doubled = (find: "found" | "not_found" | "network", hasSlug = true) => {
    let link: DriverLink | undefined;
    return createStub(
      {
        create: async (input) => {
          link = linkOf(input, { title: input.title });
          return err(driverError("duplicate_reference", { message: "taken" }));
        },
        find: async () =>
          find === "found" && link ? ok(link) : err(driverError(find as "network", { message: "no" })),
      },
      hasSlug ? {} : { slug: { unsupported: "no" } },
    );
  };
  const request = { reference: "INV-001", amount: idr(190_000), title: "Concert" };

  test.each([
    ["by our own random slug", true],
    ["by all that was asked for, where there is no slug", false],
  ])("is our link, %s", async (_name, hasSlug) => {
    expect((await linksWith(doubled("found", hasSlug)).create(request))._unsafeUnwrap().reference).toBe("INV-001");
  });

  test.each(["not_found", "network"] as const)("stays unknown where the link cannot be looked at (%s)", async (why) => {
    const error = (await linksWith(doubled(why)).create(request))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
    expect(error.hint).toContain("This request may have created it");
  });
});

describe("a gateway that gives the first result again, within the minutes by which clocks differ", () => {
  const replaying = () => {
    let first: DriverLink | undefined;
    return createStub(
      {
        create: async (input) => {
          first ??= linkOf(input, { title: input.title, createdAt: "2026-01-01T00:00:00.000Z" });
          return ok(first);
        },
        get: async () => ok(first as DriverLink),
      },
      { createRecovery: "replay" },
    );
  };
  const request = { reference: "INV-001", amount: idr(190_000), title: "Concert, day 1" };

  test("the same request is the same link, though a random slug is another", async () => {
    const links = linksWith(replaying());
    const created = (await links.create(request))._unsafeUnwrap();
    expect((await links.create(request))._unsafeUnwrap()).toMatchObject({ id: created.id, url: created.url });
  });

  test("the random slug tells that it is another request's link, and that nothing was made", async () => {
    const links = linksWith(replaying());
    const created = (await links.create(request))._unsafeUnwrap();
    const error = (await links.create({ ...request, title: "Concert, day 2" }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: created.id } });
  });
});

describe("a link under the reference after an answer was lost", () => {
  const request = { reference: "INV-001", amount: idr(190_000), title: "Concert" };
  /** The answer to the create is lost; the link that is found has a title in the gateway's own words. */
  const lost = (found: Partial<DriverLink>, changes: object = {}) => {
    let link: DriverLink | undefined;
    return createStub(
      {
        create: async (input) => {
          link = linkOf(input, { title: "CONCERT!", createdAt: "2026-01-01T00:00:01.000Z", ...found });
          return err(driverError("timeout", { message: "late" }));
        },
        find: async () => ok(link as DriverLink),
      },
      changes,
    );
  };
  const outcomeOf = async (stub: ReturnType<typeof lost>) => (await linksWith(stub).create(request))._unsafeUnwrapErr();

  test("may be the one that the lost request made: unknown", async () => {
    const error = await outcomeOf(lost({}, { slug: { unsupported: "no" } }));
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
  });

  test.each<[string, Partial<DriverLink>, object]>([
    ["made long before", { createdAt: "2025-12-31T23:00:00.000Z" }, { slug: { unsupported: "no" } }],
    ["with another slug than our random one", { slug: "other" }, {}],
  ])("is another's where it was %s: refused", async (_name, found, changes) => {
    const error = await outcomeOf(lost(found, changes));
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused" });
  });
});

describe("the look before creating, where a gateway takes a reference twice", () => {
  const request = { reference: "INV-001", amount: idr(190_000) };
  const notFound = async () => err(driverError("not_found", { message: "no" }));

  test("findRecent is asked where the driver has it, else find; then the link is made", async () => {
    const recent = createStub({ find: notFound }, { createRecovery: "scan" });
    Object.assign(recent.driver.handlers, { findRecent: notFound });
    await linksWith(recent).create(request);
    expect(recent.calls.map(([operation]) => operation)).toEqual(["create"]);
    const full = createStub({ find: notFound }, { createRecovery: "scan" });
    await linksWith(full).create(request);
    expect(full.calls.map(([operation]) => operation)).toEqual(["find", "create"]);
  });

  test("a look that fails: not sent, and nothing is created", async () => {
    const find = async () => err(driverError("network", { message: "broke" }));
    const stub = createStub({ find }, { createRecovery: "scan" });
    expect((await linksWith(stub).create(request))._unsafeUnwrapErr()).toMatchObject({
      kind: "network",
      outcome: "not_sent",
    });
    expect(stub.calls.map(([operation]) => operation)).toEqual(["find"]);
  });

  test("a page of a proxy that says 404 is no sign that there is none: not sent, and nothing is created", async () => {
    const find = async () => err(driverError("not_found", { message: "a page", outcome: "unknown" }));
    const stub = createStub({ find }, { createRecovery: "scan" });
    expect((await linksWith(stub).create(request))._unsafeUnwrapErr()).toMatchObject({
      kind: "not_found",
      outcome: "not_sent",
    });
    expect(stub.calls.map(([operation]) => operation)).toEqual(["find"]);
  });

  describe("two creates at once", () => {
    /** A gateway that makes a link for every request, and shows those that it has made. */
    const twice = (answer: (input: CreateInput) => Promise<void> = async () => {}) => {
      const made: DriverLink[] = [];
      const stub = createStub(
        {
          create: async (input) => {
            const link = linkOf(input, { providerId: `id-${made.length}` });
            await answer(input);
            made.push(link);
            return ok(link);
          },
          find: async (reference) => {
            const link = made.find((each) => each.reference === reference);
            return link ? ok(link) : err(driverError("not_found", { message: "no" }));
          },
        },
        { createRecovery: "scan" },
      );
      return { stub, made };
    };

    test("under one reference make one link, which both get", async () => {
      const { stub, made } = twice();
      const links = linksWith(stub);
      const results = await Promise.all([1, 2, 3].map(() => links.create(request)));
      expect(made).toHaveLength(1);
      expect(new Set(results.map((each) => each._unsafeUnwrap().id)).size).toBe(1);
    });

    test("under different references do not wait for one another", async () => {
      const waiting: (() => void)[] = [];
      const { stub } = twice(() => new Promise((resolve) => waiting.push(resolve)));
      const links = linksWith(stub);
      await links.get("gw:none");
      const both = ["A-1", "A-2"].map((reference) => links.create({ ...request, reference }));
      await vi.waitFor(() => expect(waiting).toHaveLength(2));
      for (const release of waiting) release();
      for (const each of await Promise.all(both)) expect(each.isOk()).toBe(true);
    });

    test("what it waited is gone from the time for sending, so that a lost answer can still be looked up", async () => {
      vi.useFakeTimers();
      try {
        const startedAtMs = Date.now();
        const gaveUpAfterMs: number[] = [];
        const stub = createStub(
          {
            create: (input, { signal }) =>
              new Promise((resolve) => {
                if (stub.calls.filter(([operation]) => operation === "create").length === 1) {
                  setTimeout(() => resolve(err(driverError("rejected", { message: "no" }))), 18_000);
                }
                signal.addEventListener("abort", () => {
                  gaveUpAfterMs.push(Date.now() - startedAtMs);
                  resolve(ok(linkOf(input)));
                });
              }),
            find: async () => err(driverError("not_found", { message: "no" })),
          },
          { createRecovery: "scan" },
        );
        const links = linksWith(stub);
        const both = [links.create(request), links.create(request)];
        await vi.advanceTimersByTimeAsync(60_000);
        await Promise.all(both);
        // 18 of 30 seconds waited, and two thirds of the twelve that were left.
        expect(gaveUpAfterMs).toEqual([26_000]);
      } finally {
        vi.useRealTimers();
      }
    });

    test("one that waits past its deadline has sent nothing, and one that never ends holds nobody up for ever", async () => {
      const { stub } = twice(() => new Promise(() => {}));
      const links = linksWith(stub);
      const first = links.create(request, { timeoutMs: 200 });
      const second = links.create(request, { timeoutMs: 50 });
      expect((await second)._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "not_sent" });
      expect((await first)._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "unknown" });
      const controller = new AbortController();
      const later = links.create(request, { signal: controller.signal });
      await vi.waitFor(() => expect(stub.calls.filter(([operation]) => operation === "create")).toHaveLength(2));
      controller.abort();
      await later;
    });
  });

  test("a look that outlasts the deadline: not sent", async () => {
    const stub = createStub({ find: () => new Promise(() => {}) }, { createRecovery: "scan" });
    expect((await linksWith(stub).create(request, { timeoutMs: 20 }))._unsafeUnwrapErr()).toMatchObject({
      kind: "timeout",
      outcome: "not_sent",
    });
  });

  test("a link of another reference, which a search by parts may give, is none", async () => {
    const stub = createStub(
      { find: async () => ok(linkOf({ ...request, reference: "INV-0011", usage: { limit: 1 } })) },
      { createRecovery: "scan" },
    );
    expect((await linksWith(stub).create(request)).isOk()).toBe(true);
  });
});

test("a slug that the caller chose and that is taken may be the echo of an earlier request", async () => {
  const refused = driverError("invalid_request", {
    message: "no",
    outcome: "refused",
    issues: [{ path: "slug", message: "taken" }],
  });
  const request = { reference: "INV-001", amount: idr(190_000), slug: "mine" };
  const found = linkOf({ ...request, usage: { limit: 1 } });
  const stub = createStub({ create: async () => err(refused), find: async () => ok(found) });
  expect((await linksWith(stub).create(request))._unsafeUnwrap().id).toBe("gw:id-INV-001");
  const none = createStub({
    create: async () => err(refused),
    find: async () => err(driverError("not_found", { message: "no" })),
  });
  expect((await linksWith(none).create(request))._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request" });
});
