// Two-phase create: prepared, stored, sent, and resumed by another process. Every process here is another facade, and what it
// knows of the create went through JSON.
import {
  type CreatePaymentLink,
  createPaymentLinks,
  idr,
  type PaymentLinks,
  type PreparedCreate,
  requestFingerprint,
} from "@tautan/core";
import {
  type CreateInput,
  type DriverError,
  type DriverLink,
  driverError,
  instantAt,
  mayTryNext,
} from "@tautan/core/driver";
import fc from "fast-check";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, NOW, type Stub } from "./support/stub-driver.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const REQUEST = {
  reference: "INV-001",
  title: "Concert, day 1",
  amount: idr(190_000),
} as const satisfies CreatePaymentLink;
const RICH = {
  ...REQUEST,
  items: [{ name: "Ticket", quantity: 2, unitPrice: idr(95_000), id: "T-1" }],
  usage: { limit: 3 },
  startsAt: new Date(NOW + 60_000),
  methods: [{ kind: "virtual_account" }],
  customer: { name: "Sari", email: "sari@example.test", phone: "+62 811 000 0001" },
  collect: { name: "required", email: "required" },
  redirect: { url: "https://shop.example/thanks" },
  metadata: { order: "A-1" },
  providerOptions: { stub: { deep: [{ a: null, b: 1.5, c: true, d: undefined }] } },
} as const satisfies CreatePaymentLink;

/** Another process at another time, at the same provider. */
const processAt = (stub: Stub, nowMs = NOW, options: object = {}): PaymentLinks =>
  createPaymentLinks({ default: "gw", gateways: { gw: stub.driver }, clock: { now: () => nowMs }, ...options });

const stored = (prepared: PreparedCreate | undefined): PreparedCreate => JSON.parse(JSON.stringify(prepared));

const prepareOne = async (stub: Stub, request: CreatePaymentLink = REQUEST): Promise<PreparedCreate> => {
  const plan = (await processAt(stub).prepare(request))._unsafeUnwrap();
  return stored(plan.candidates[0]);
};

const creates = ({ calls }: Stub): readonly CreateInput[] =>
  calls.flatMap(([name, input]) => (name === "create" ? [input as CreateInput] : []));

describe("prepare", () => {
  test("decides everything, and sends nothing", async () => {
    const stub = createStub();
    const plan = (await processAt(stub).prepare(REQUEST))._unsafeUnwrap();
    expect(plan).toEqual({
      fingerprint: (await requestFingerprint(REQUEST))._unsafeUnwrap(),
      refused: [],
      candidates: [
        {
          version: 1,
          gateway: "gw",
          driver: "stub",
          preparedAt: "2026-01-01T00:00:00.000Z",
          input: {
            ...REQUEST,
            usage: { limit: 1 },
            expiresAt: "2026-01-02T00:00:00.000Z",
            slug: expect.stringMatching(/^[0-9a-f]{32}$/),
          },
          slugIsRandom: true,
          warnings: [],
        },
      ],
    });
    expect(stub.calls).toEqual([]);
    expect(Object.isFrozen(plan.candidates[0]?.input.amount)).toBe(true);
  });

  test("what was stored is what is sent, with all that can be asked for", async () => {
    const stub = createStub();
    const prepared = await prepareOne(stub, RICH);
    const link = (await processAt(stub, NOW + DAY_MS / 2).send(prepared))._unsafeUnwrap();
    expect(creates(stub)).toEqual([prepared.input]);
    expect(prepared.input).toMatchObject({
      ...RICH,
      methods: expect.any(Array),
      startsAt: expect.any(String),
      providerOptions: { deep: [{ a: null, b: 1.5, c: true }] },
    });
    expect(link).toMatchObject({ reference: "INV-001", gateway: "gw", slug: prepared.input.slug });
  });

  test("create sends what prepare and send would", async () => {
    const [once, twice] = [
      createStub({}, { slug: { unsupported: "no" } }),
      createStub({}, { slug: { unsupported: "no" } }),
    ];
    const request = { ...RICH, omitIfUnsupported: ["slug"], slug: "x" } as const;
    const created = (await processAt(once).create(request))._unsafeUnwrap();
    const sent = (await processAt(twice).send(await prepareOne(twice, request)))._unsafeUnwrap();
    expect(sent).toEqual(created);
    expect(sent.warnings.map(({ field }) => field)).toEqual(["customer.email", "slug"]);
    expect(twice.calls).toEqual(once.calls);
  });

  test("a request that breaks a rule is refused, and there is nothing to store", async () => {
    const stub = createStub();
    const error = (await processAt(stub).prepare({ ...REQUEST, amount: idr(0) }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent", operation: "create", gateway: "gw" });
    expect((await processAt(stub).prepare({ ...REQUEST, gateway: "no" }))._unsafeUnwrapErr().kind).toBe(
      "unknown_gateway",
    );
    expect((await processAt(stub).prepare(undefined as never))._unsafeUnwrapErr().kind).toBe("invalid_request");
  });

  test("what the driver's preview refuses is not stored, and a preview with a defect refuses nothing", async () => {
    const refusing = createStub({
      preview: async () => err(driverError("unsupported", { message: "no", features: [] })),
    } as never);
    const error = (await processAt(refusing).prepare(REQUEST))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", outcome: "not_sent", gateway: "gw", operation: "create" });
    expect(refusing.calls.map(([name]) => name)).toEqual(["preview"]);
    const broken = createStub({
      preview: () => {
        throw new Error("defect");
      },
    } as never);
    expect((await processAt(broken).prepare(REQUEST)).isOk()).toBe(true);
  });

  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  test.each<[string, object]>([
    ["a Date", { at: new Date(NOW) }],
    ["a function", { run: () => 1 }],
    ["a number that JSON has not", { rate: Number.NaN }],
    ["a large number", { id: 1n }],
    ["a map", { map: new Map() }],
    ["a hole in a list", { list: [undefined] }],
    ["a circle", circle],
  ])("%s in providerOptions cannot be stored, and create takes it", async (_name, options) => {
    const stub = createStub();
    const request = { ...REQUEST, providerOptions: { stub: options } };
    const error = (await processAt(stub).prepare(request))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", issues: [{ path: "providerOptions.stub" }] });
    expect((await processAt(stub).create(request)).isOk()).toBe(true);
  });

  describe("a route", () => {
    const start = (first = createStub(), second = createStub()) => ({
      first,
      second,
      links: createPaymentLinks({
        default: "first",
        gateways: { first: first.driver, second: second.driver },
        route: [{ gateways: ["first", "second"] }],
        clock: { now: () => NOW },
      }),
    });

    test("gives a candidate for each gateway, in order, each with its own slug", async () => {
      const { links } = start();
      const { candidates } = (await links.prepare(REQUEST))._unsafeUnwrap();
      expect(candidates.map(({ gateway }) => gateway)).toEqual(["first", "second"]);
      expect(new Set(candidates.map(({ input }) => input.slug)).size).toBe(2);
    });

    test("a gateway that does not accept the request is none of them, with its reason", async () => {
      const { links, second } = start(createStub({}, { title: { unsupported: "it has none" } }));
      const plan = (await links.prepare(REQUEST))._unsafeUnwrap();
      expect(plan.candidates.map(({ gateway }) => gateway)).toEqual(["second"]);
      expect(plan.refused).toMatchObject([{ kind: "unsupported", gateway: "first" }]);
      expect((await links.send(stored(plan.candidates[0])))._unsafeUnwrap().gateway).toBe("second");
      expect(creates(second)).toHaveLength(1);
    });

    test("where none accepts it, the error names each", async () => {
      const none = () => createStub({}, { title: { unsupported: "it has none" } });
      const error = (await start(none(), none()).links.prepare(REQUEST))._unsafeUnwrapErr();
      expect(error.tried?.map(({ gateway }) => gateway)).toEqual(["first", "second"]);
    });

    test("the next candidate may be sent only where nothing was made", () => {
      const error = (
        kind: "network" | "duplicate_reference" | "aborted" | "rejected",
        outcome: DriverError["outcome"],
      ) => mayTryNext({ ...driverError(kind, { message: "no", outcome }), gateway: "first", operation: "create" });
      expect(error("network", "not_sent")).toBe(true);
      expect(error("rejected", "refused")).toBe(true);
      expect(error("network", "unknown")).toBe(false);
      expect(error("duplicate_reference", "refused")).toBe(false);
      expect(error("aborted", "not_sent")).toBe(false);
    });
  });
});

describe.each(["send", "resume"] as const)("%s refuses what was not stored as it was", (operation) => {
  const outcome = operation === "send" ? "not_sent" : "unknown";
  test.each<[string, (prepared: PreparedCreate) => unknown, object]>([
    ["nothing", () => undefined, { issues: [{ path: "" }] }],
    ["a text", (prepared) => JSON.stringify(prepared), { issues: [{ path: "" }] }],
    ["another version", (prepared) => ({ ...prepared, version: 2, gateway: 7 }), { issues: [{ path: "version" }] }],
    ["no version", ({ version: _, ...prepared }) => prepared, { issues: [{ path: "version" }] }],
    ["no input", ({ input: _, ...prepared }) => prepared, { issues: [{ path: "input" }] }],
    [
      "an amount in a number",
      (prepared) => ({ ...prepared, input: { ...prepared.input, amount: 190_000 } }),
      { issues: [{ path: "input.amount" }] },
    ],
    [
      "a field that no input has",
      (prepared) => ({ ...prepared, input: { ...prepared.input, amuont: 1, omitIfUnsupported: ["title"] } }),
      { issues: [{ path: "input.omitIfUnsupported" }, { path: "input.amuont" }] },
    ],
    [
      "an input that leaves something to decide",
      ({ input: { usage: _, ...input }, ...prepared }) => ({ ...prepared, input }),
      { issues: [{ path: "input.usage" }] },
    ],
    ["another driver's", (prepared) => ({ ...prepared, driver: "other" }), { issues: [{ path: "driver" }] }],
    ["no instant", (prepared) => ({ ...prepared, preparedAt: "yesterday" }), { issues: [{ path: "preparedAt" }] }],
    [
      "another gateway's",
      (prepared) => ({ ...prepared, gateway: "gone" }),
      { kind: "unknown_gateway", gateway: "gone" },
    ],
  ])("%s", async (_name, change, expected) => {
    const stub = createStub();
    const links = processAt(stub);
    const error = (await links[operation](change(await prepareOne(stub)) as PreparedCreate))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome, operation: "create", ...expected });
    expect(error.hint).not.toBe("");
    expect(stub.calls).toEqual([]);
  });

  test("a renamed gateway's is its own still", async () => {
    const stub = createStub({ find: async () => err(NOT_FOUND) });
    const prepared = await prepareOne(stub);
    const renamed = processAt(stub, NOW, { default: "new", gateways: { new: stub.driver }, aliases: { gw: "new" } });
    expect((await renamed[operation](prepared))._unsafeUnwrap()).toMatchObject({
      gateway: "new",
      id: "new:id-INV-001",
    });
  });

  test("nothing personal is in the error", async () => {
    const stub = createStub();
    const prepared = await prepareOne(stub, RICH);
    const damaged = { ...prepared, input: { ...prepared.input, customer: { name: "Sari\nCANARY", phone: "CANARY" } } };
    const error = (await processAt(stub)[operation](damaged))._unsafeUnwrapErr();
    expect(JSON.stringify(error)).not.toContain("CANARY");
  });
});

describe("send", () => {
  test("a link that would have expired by now is not made", async () => {
    const stub = createStub();
    const prepared = await prepareOne(stub);
    const error = (await processAt(stub, NOW + DAY_MS).send(prepared))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: "invalid_request",
      outcome: "not_sent",
      issues: [{ path: "input.expiresAt" }],
    });
    expect(error.hint).toContain("Prepare");
    expect(stub.calls).toEqual([]);
    expect((await processAt(stub, NOW + DAY_MS - 1).send(prepared)).isOk()).toBe(true);
  });
});

type Kind = "lookup" | "scan" | "replay" | "none";
type Fault = "lose_request" | "lose_answer" | DriverError;

const LOST: DriverError = driverError("network", { message: "broken" });
const NOT_FOUND: DriverError = driverError("not_found", { message: "no such link" });

/** A provider that keeps what it made, while its clients come and go. */
class Provider {
  readonly links: DriverLink[] = [];
  readonly stub: Stub;
  /** What happens to requests that create. */
  fault: Fault | undefined;
  isReadable = true;
  #nowMs = NOW;

  constructor(kind: Kind, changes: Parameters<typeof createStub>[1] = {}) {
    const named = (reference: string) => this.links.find((each) => each.reference === reference);
    const read = (link: DriverLink | undefined) => (this.isReadable ? (link ? ok(link) : err(NOT_FOUND)) : err(LOST));
    this.stub = createStub(
      {
        create: async (input) => {
          const first = named(input.reference);
          if (typeof this.fault === "object") return err(this.fault);
          if (this.fault === "lose_request") return err(LOST);
          if (first && kind === "lookup") return err(driverError("duplicate_reference", { message: "taken" }));
          const made = first && kind === "replay" ? first : this.make(input);
          return this.fault === "lose_answer" ? err(LOST) : ok(made);
        },
        find: async (reference) => read(named(reference)),
        get: async (id) => read(this.links.find((each) => each.providerId === id)),
      },
      { createRecovery: kind, ...changes },
    );
  }

  make(input: CreateInput): DriverLink {
    const createdAt = instantAt(this.#nowMs);
    const link = linkOf(input, { providerId: `id-${this.links.length}`, title: input.title, createdAt });
    this.links.push(link);
    return link;
  }

  /** What became of the first link in the meantime. */
  change(changes: Partial<DriverLink>): void {
    this.links[0] = { ...(this.links[0] as DriverLink), ...changes };
  }

  processAt(nowMs: number) {
    this.#nowMs = nowMs;
    return processAt(this.stub, nowMs);
  }

  /** Prepares a create and sends it, with a fault from which nothing is learnt. */
  async sendAndDie(fault: Fault, request?: CreatePaymentLink): Promise<PreparedCreate> {
    const prepared = await prepareOne(this.stub, request);
    this.fault = fault;
    const sent = await this.processAt(NOW).send(prepared);
    if (sent.isOk() && this.stub.driver.capabilities.createRecovery === "none")
      throw new Error("expected a lost answer");
    this.fault = undefined;
    this.stub.calls.length = 0;
    return prepared;
  }
}

const NO_SLUGS = { slug: { unsupported: "it chooses them" } } as const;
const PAID = { usage: { limit: 1, used: 1, held: 0 } } as const;

describe("resume: the link was made", () => {
  test.each<[Kind, object, number]>([
    ["lookup", {}, 0],
    ["lookup", NO_SLUGS, 0],
    ["scan", {}, 0],
    ["scan", NO_SLUGS, 0],
    ["replay", {}, 1],
    ["replay", NO_SLUGS, 1],
  ])("%s %j: minutes and days later it is returned as it is now", async (kind, changes, requests) => {
    for (const laterMs of [5 * MINUTE_MS, 2 * DAY_MS]) {
      const provider = new Provider(kind, changes);
      const prepared = await provider.sendAndDie("lose_answer");
      provider.change(PAID);
      const link = (await provider.processAt(NOW + laterMs).resume(stored(prepared)))._unsafeUnwrap();
      expect(link).toMatchObject({ providerId: "id-0", status: "exhausted", acceptsPayments: false });
      expect(provider.links).toHaveLength(1);
      expect(creates(provider.stub)).toHaveLength(requests);
    }
  });

  test("its own slug proves it, whatever else reads otherwise", async () => {
    const provider = new Provider("lookup");
    const prepared = await provider.sendAndDie("lose_answer");
    provider.change({ title: "changed in the dashboard" });
    const link = (await provider.processAt(NOW + DAY_MS).resume(prepared))._unsafeUnwrap();
    expect(link.title).toBe("changed in the dashboard");
  });

  test("a slug of the caller's own, ten minutes later", async () => {
    const provider = new Provider("lookup");
    const prepared = await provider.sendAndDie("lose_answer", { ...REQUEST, slug: "concert-1" });
    const link = (await provider.processAt(NOW + 10 * MINUTE_MS).resume(prepared))._unsafeUnwrap();
    expect(link).toMatchObject({ providerId: "id-0", slug: "concert-1" });
  });

  test("with the warnings of its request", async () => {
    const provider = new Provider("lookup", { metadata: { unsupported: "no" } });
    const request = { ...REQUEST, metadata: { a: "b" }, omitIfUnsupported: ["metadata"] } as const;
    const prepared = await provider.sendAndDie("lose_answer", request);
    const link = (await provider.processAt(NOW + DAY_MS).resume(prepared))._unsafeUnwrap();
    expect(link.warnings).toMatchObject([{ code: "omitted", field: "metadata" }]);
  });
});

describe("resume: another link has the reference", () => {
  test.each<[Kind, object, string]>([
    ["lookup", {}, "refused"],
    ["lookup", NO_SLUGS, "refused"],
    // The reference may stand twice.
    ["scan", NO_SLUGS, "unknown"],
    ["replay", NO_SLUGS, "unknown"],
  ])("%s %j: a duplicate, with the outcome %s", async (kind, changes, outcome) => {
    const provider = new Provider(kind, changes);
    const prepared = await provider.sendAndDie("lose_request");
    provider.make({ ...prepared.input, amount: idr(75_000), slug: "another" });
    const error = (
      await provider.processAt(NOW + DAY_MS).resume(prepared, { sentAt: new Date(NOW) })
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome });
    expect(error.kind === "duplicate_reference" && error.existing?.amount).toEqual(idr(75_000));
    expect(creates(provider.stub)).toHaveLength(kind === "replay" ? 1 : 0);
  });

  test("one of the same request is the link, as it is for create", async () => {
    const provider = new Provider("lookup");
    const prepared = await provider.sendAndDie("lose_request");
    provider.make({ ...prepared.input, slug: "anothers" });
    expect((await provider.processAt(NOW + DAY_MS).resume(prepared))._unsafeUnwrap().slug).toBe("anothers");
  });
});

describe("resume: a gateway that replays reports its own link as a duplicate, after some time", () => {
  const taken = driverError("duplicate_reference", { message: "HTTP 409" });

  test("it is looked at, where that is possible", async () => {
    const provider = new Provider("replay");
    const prepared = await provider.sendAndDie("lose_answer");
    provider.fault = taken;
    provider.change(PAID);
    const link = (await provider.processAt(NOW + 2 * DAY_MS).resume(prepared))._unsafeUnwrap();
    expect(link).toMatchObject({ providerId: "id-0", status: "exhausted" });
    expect(creates(provider.stub)).toHaveLength(1);
  });

  test("where it is not, nothing is known", async () => {
    const provider = new Provider("replay");
    const prepared = await provider.sendAndDie("lose_answer");
    provider.fault = taken;
    provider.isReadable = false;
    const error = (await provider.processAt(NOW + 2 * DAY_MS).resume(prepared))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "unknown" });
    expect(mayTryNext(error)).toBe(false);
  });
});

describe("resume: there is no link", () => {
  const soon = NOW + 5 * MINUTE_MS;
  const later = NOW + 16 * MINUTE_MS;
  const sentAt = new Date(NOW);

  test.each<[Kind, number, object, boolean]>([
    ["lookup", soon, {}, true],
    ["lookup", soon, { sentAt }, true],
    ["lookup", later, { sentAt }, true],
    ["replay", soon, {}, true],
    ["scan", soon, {}, false],
    ["scan", soon, { sentAt }, false],
    // Nobody said when it was sent.
    ["scan", later, {}, false],
    ["scan", later, { sentAt: new Date(later) }, false],
    ["scan", later, { sentAt: "2030-01-01T00:00:00Z" }, false],
    ["scan", later, { sentAt }, true],
    ["scan", later, { sentAt: sentAt.toISOString() }, true],
    ["none", later, { sentAt }, false],
  ])("%s, at %d, with %j: sent again: %s", async (kind, nowMs, options, isSent) => {
    const provider = new Provider(kind);
    const prepared = await provider.sendAndDie("lose_request");
    const resumed = await provider.processAt(nowMs).resume(prepared, options);
    expect(creates(provider.stub)).toEqual(isSent ? [prepared.input] : []);
    expect(provider.links).toHaveLength(isSent ? 1 : 0);
    if (isSent) return expect(resumed._unsafeUnwrap()).toMatchObject({ providerId: "id-0", slug: prepared.input.slug });
    const error = resumed._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: kind === "none" ? "unsupported" : "not_found", outcome: "unknown" });
    expect(error.hint).toMatch(kind === "none" ? /dashboard/ : /sentAt|Resume again after 20/);
  });

  test.each<[Kind, object, string]>([
    ["lookup", {}, "unknown"],
    ["lookup", { sentAt }, "not_sent"],
    ["scan", {}, "unknown"],
    ["scan", { sentAt }, "not_sent"],
  ])("%s %j: it is not sent once it would have expired: %s", async (kind, options, outcome) => {
    const provider = new Provider(kind);
    const prepared = await provider.sendAndDie("lose_request");
    const error = (await provider.processAt(NOW + DAY_MS).resume(prepared, options))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome, issues: [{ path: "input.expiresAt" }] });
    expect(mayTryNext(error)).toBe(outcome === "not_sent");
    expect(creates(provider.stub)).toEqual([]);
  });

  const refusal = driverError("rejected", { message: "no" });
  test.each<[Kind, object, string]>([
    // What was sent first may be on its way still.
    ["lookup", {}, "unknown"],
    ["lookup", { sentAt: new Date(later) }, "unknown"],
    ["lookup", { sentAt }, "refused"],
    ["scan", { sentAt }, "refused"],
    ["replay", { sentAt }, "unknown"],
  ])("%s %j: refused when sent again, the outcome is %s", async (kind, options, outcome) => {
    const provider = new Provider(kind);
    const prepared = await provider.sendAndDie("lose_request");
    provider.fault = refusal;
    const error = (await provider.processAt(later).resume(prepared, options))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "rejected", outcome });
    expect(creates(provider.stub)).toHaveLength(1);
  });
});

describe("resume: the gateway cannot be asked", () => {
  test.each<[Kind, DriverError]>([
    ["lookup", LOST],
    ["scan", LOST],
    ["lookup", driverError("unauthenticated", { message: "no" })],
    // A page of something on the way.
    ["lookup", driverError("not_found", { message: "HTTP 404", outcome: "unknown" })],
    ["scan", driverError("rejected", { message: "not searched to the end" })],
  ])("%s: nothing is sent, and nothing is known", async (kind, fault) => {
    const provider = new Provider(kind);
    const prepared = await provider.sendAndDie("lose_request");
    const stub = createStub(
      { create: provider.stub.driver.handlers.create as never, find: async () => err(fault) },
      { createRecovery: kind },
    );
    const error = (
      await processAt(stub, NOW + 60 * MINUTE_MS).resume(prepared, { sentAt: new Date(NOW) })
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: fault.kind, outcome: "unknown" });
    expect(mayTryNext(error)).toBe(false);
    expect(creates(stub)).toEqual([]);
  });

  test("found under another reference is no link of ours", async () => {
    const provider = new Provider("lookup");
    const prepared = await provider.sendAndDie("lose_request");
    const other = linkOf({ ...prepared.input, reference: "INV-002" });
    const stub = createStub({ find: async () => ok(other) });
    const error = (await processAt(stub, NOW).resume(prepared))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
    expect(creates(stub)).toEqual([]);
  });

  test.each<[string, object]>([
    ["a moment without an offset", { sentAt: "2026-01-01T00:00:00" }],
    ["a deadline that is none", { timeoutMs: -1 }],
    ["an option that does not exist", { sendAt: new Date(NOW) }],
    ["a signal that has fired", { signal: AbortSignal.abort() }],
    [
      "options that throw",
      {
        get timeoutMs() {
          throw new Error("no");
        },
      },
    ],
  ])("%s: not even then is it said that nothing was made", async (_name, options) => {
    const provider = new Provider("lookup");
    const prepared = await provider.sendAndDie("lose_answer");
    const error = (await provider.processAt(NOW).resume(prepared, options as object))._unsafeUnwrapErr();
    expect(error.outcome).toBe("unknown");
    expect(provider.stub.calls).toEqual([]);
  });

  test("without options", async () => {
    const provider = new Provider("lookup");
    const prepared = await provider.sendAndDie("lose_answer");
    expect((await provider.processAt(NOW).resume(prepared, null as never)).isOk()).toBe(true);
  });
});

describe("what finds recent links is asked for all since the create was prepared", () => {
  test("on a gateway that is searched", async () => {
    const asked: unknown[][] = [];
    const findRecent = async (...inputs: unknown[]) => {
      asked.push([inputs[0], inputs[2]]);
      return err(NOT_FOUND);
    };
    const stub = createStub({ findRecent } as never, { createRecovery: "scan" });
    const prepared = await prepareOne(stub);
    (await processAt(stub, NOW + 60 * MINUTE_MS).resume(prepared, { sentAt: new Date(NOW) }))._unsafeUnwrap();
    // The second look is the one before every create.
    expect(asked).toEqual([
      ["INV-001", "2026-01-01T00:00:00.000Z"],
      ["INV-001", undefined],
    ]);
  });
});

/** Whatever happens: at most one link where the gateway allows it to be known, and no link that is called certain not to be. */
describe("any order of faults and resumes", () => {
  const FAULTS: readonly (Fault | undefined)[] = [undefined, "lose_request", "lose_answer", LOST];
  test.each(["lookup", "scan", "replay", "none"] as const)("%s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            fault: fc.constantFrom(...FAULTS),
            isReadable: fc.boolean(),
            waitMs: fc.constantFrom(0, 6 * MINUTE_MS, 20 * MINUTE_MS),
            hasSentAt: fc.boolean(),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        fc.boolean(),
        async (steps, hasSlugs) => {
          const provider = new Provider(kind, hasSlugs ? {} : NO_SLUGS);
          const prepared = await prepareOne(provider.stub);
          let nowMs = NOW;
          for (const [index, { fault, isReadable, waitMs, hasSentAt }] of steps.entries()) {
            provider.fault = fault;
            provider.isReadable = isReadable;
            nowMs += waitMs;
            const links = provider.processAt(nowMs);
            const result = await (index === 0
              ? links.send(stored(prepared))
              : links.resume(stored(prepared), hasSentAt ? { sentAt: new Date(nowMs - waitMs) } : {}));
            expect(provider.links.length).toBeLessThanOrEqual(1);
            if (result.isOk()) expect(result.value.providerId).toBe("id-0");
            else if (result.error.outcome !== "unknown") expect(provider.links).toEqual([]);
          }
          if (kind === "none") expect(creates(provider.stub)).toHaveLength(1);
        },
      ),
    );
  });
});
