import { type CreatePaymentLink, createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, type ManualClock } from "@tautan/driver-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTimedLedger } from "../src/create-ledger.ts";
import { engineOf } from "../src/database/database.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";
import {
  openGateway,
  type Process,
  type Recovery,
  type SharedGateway,
  startProcess,
  timerOf,
} from "./support/elsewhere.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The step that sends a create, after it was claimed and noted. */
const SEND_STEP = 2;

type Request = Omit<CreatePaymentLink, "gateway" | "providerOptions">;

const request = (changes: Partial<Request> = {}): Request => ({
  reference: "INV-001",
  amount: idr(190_000),
  title: "Concert, day 1",
  ...changes,
});

describe.each(await databaseKinds())("create on $name", (kind) => {
  let database: TestDatabase;
  let clock: ManualClock;
  let gateway: SharedGateway;
  const connections: ReturnType<TestDatabase["connect"]>[] = [];
  beforeEach(async () => {
    database = await kind.open();
    clock = createManualClock("2026-01-01T00:00:00Z");
    gateway = openGateway(clock, "lookup");
  });
  afterEach(async () => {
    for (const each of connections.splice(0)) await engineOf(each).end();
    await database.end();
  });

  const connect = (): ReturnType<TestDatabase["connect"]> => {
    const connection = database.connect();
    connections.push(connection);
    return connection;
  };
  const start = (at: SharedGateway = gateway): Promise<Process> => startProcess(clock, at, connect());
  const rows = () => database.query("SELECT reference, state, sent_at, prepared FROM tautan_links");
  const drain = async ({ ledger }: Process): Promise<readonly string[]> => {
    const seen: string[] = [];
    const handler = database.handling((event) => {
      seen.push(`${event.type} by ${event.learntBy}`);
      return [];
    });
    (await ledger.drain(handler))._unsafeUnwrap();
    return seen;
  };

  test("makes a link, stores it, and tells of it once", async () => {
    const one = await start();
    const link = (await one.ledger.create(request()))._unsafeUnwrap();
    expect(link).toMatchObject({ reference: "INV-001", status: "active", url: expect.stringMatching(/^https:/) });
    expect((await one.ledger.get(link.id))._unsafeUnwrap()).toEqual(link);
    expect(await rows()).toMatchObject([{ reference: "INV-001", state: "made", prepared: null }]);
    expect(await drain(one)).toEqual(["link_made by create"]);
    expect(await drain(one)).toEqual([]);
  });

  test("stores the request before it is sent", async () => {
    const one = await start();
    one.meets("dies_before", SEND_STEP);
    void one.ledger.create(request());
    await one.gone;
    expect(gateway.creates()).toBe(0);
    const [row] = await rows();
    expect(row).toMatchObject({ state: "sent", sent_at: "2026-01-01T00:00:00.000Z" });
    const prepared = row?.["prepared"];
    const stored: unknown = typeof prepared === "string" ? JSON.parse(prepared) : prepared;
    expect(stored).toMatchObject({ version: 1, input: { reference: "INV-001", title: "Concert, day 1" } });
  });

  test("the same request gives the same link, from another process and at other times, without asking the gateway", async () => {
    const [one, other] = [await start(), await start()];
    const expiresAt = (): Date => new Date(clock.now() + 60 * MINUTE_MS);
    const link = (await one.ledger.create(request({ expiresAt: expiresAt() })))._unsafeUnwrap();
    clock.advance(10 * MINUTE_MS);
    expect((await other.ledger.create(request({ expiresAt: expiresAt() })))._unsafeUnwrap()).toEqual(link);
    clock.advance(50 * MINUTE_MS);
    const later = (await other.ledger.create(request({ expiresAt: expiresAt() })))._unsafeUnwrap();
    expect(later).toEqual({ ...link, status: "expired", acceptsPayments: false });
    expect([one.asked(), other.asked()]).toEqual([1, 0]);
  });

  test("another request under the reference is refused, with the link that has it; the error does not show it in logs", async () => {
    const one = await start();
    const link = (await one.ledger.create(request()))._unsafeUnwrap();
    const error = (await one.ledger.create(request({ amount: idr(75_000) })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "not_sent", operation: "create" });
    expect(error.kind === "duplicate_reference" && error.existing).toEqual(link);
    expect(JSON.stringify(error)).not.toContain(link.url);
    expect(gateway.creates()).toBe(1);
  });

  test("a request that no gateway accepts is refused, and nothing is stored", async () => {
    const one = await start();
    const error = (await one.ledger.create(request({ amount: idr(0) })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    expect(await rows()).toEqual([]);
  });

  test("options that cannot hold are refused, and a signal that is aborted already: nothing is stored", async () => {
    const { ledger } = await start();
    const late = await ledger.create(request(), { timeoutMs: Number.NaN });
    expect(late._unsafeUnwrapErr()).toMatchObject({ kind: "invalid_request", issues: [{ path: "timeoutMs" }] });
    const aborted = await ledger.create(request(), { signal: AbortSignal.abort() });
    expect(aborted._unsafeUnwrapErr()).toMatchObject({ kind: "aborted", outcome: "not_sent" });
    expect(await rows()).toEqual([]);
  });

  test("ten at once, from two processes: one link", async () => {
    const both = [await start(), await start()];
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, index) => both[index % 2]?.ledger.create(request(), { timeoutMs: DAY_MS })),
    );
    const ids = new Set(created.map((each) => each?._unsafeUnwrap().id));
    expect([ids.size, gateway.creates(), await gateway.links()]).toEqual([1, 1, 1]);
  });

  test("while another process creates it, waits until the deadline, and reports that it is in progress", async () => {
    const [slow, other] = [await start(), await start()];
    slow.meets("stops_before", SEND_STEP);
    const creating = slow.ledger.create(request());
    await slow.gone;
    const began = clock.now();
    const error = (await other.ledger.create(request(), { timeoutMs: 10_000 }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "in_progress", retryable: true });
    expect(clock.now() - began).toBe(10_000);
    expect(gateway.creates()).toBe(0);
    slow.goOn();
    const link = (await creating)._unsafeUnwrap();
    expect((await other.ledger.create(request()))._unsafeUnwrap().id).toBe(link.id);
  });

  test("another request waits, too, because it is free to go if nothing was made", async () => {
    const [slow, other] = [await start(), await start()];
    slow.meets("stops_before", SEND_STEP);
    void slow.ledger.create(request());
    await slow.gone;
    const error = (await other.ledger.create(request({ amount: idr(75_000) })))._unsafeUnwrapErr();
    expect(error.kind).toBe("in_progress");
    slow.goOn();
  });

  test("a wait ends when the caller gives up", async () => {
    const [slow] = [await start()];
    slow.meets("stops_before", SEND_STEP);
    void slow.ledger.create(request());
    await slow.gone;
    const abort = new AbortController();
    const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway.driver }, clock });
    const timer = { ...timerOf(clock), wait: async () => abort.abort() };
    const other = createTimedLedger({ links, clock, database: connect() }, timer);
    const error = (await other.create(request(), { signal: abort.signal }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "aborted", outcome: "not_sent" });
    slow.goOn();
  });

  test.each([5 * MINUTE_MS, 2 * DAY_MS])(
    "after a process died with its request sent, another goes on %s ms later",
    async (laterMs) => {
      const one = await start();
      one.meets("dies_after", SEND_STEP);
      void one.ledger.create(request());
      await one.gone;
      clock.advance(laterMs);
      const other = await start();
      const link = (await other.ledger.create(request()))._unsafeUnwrap();
      expect(link.status).toBe(laterMs < DAY_MS ? "active" : "expired");
      expect([gateway.creates(), await gateway.links()]).toEqual([1, 1]);
      expect(await drain(other)).toContain("link_made by create");
    },
  );

  test("after a process died before it sent anything, two days later the link is a new one", async () => {
    const one = await start();
    one.meets("dies_after", SEND_STEP - 1);
    void one.ledger.create(request());
    await one.gone;
    clock.advance(2 * DAY_MS);
    const link = (await (await start()).ledger.create(request()))._unsafeUnwrap();
    expect([link.status, gateway.creates()]).toEqual(["active", 1]);
  });

  test.each(["lookup", "replay", "keyed"] as const)(
    "at a gateway with %s, an unknown outcome is found out by the next call",
    async (recovery) => {
      const shared = openGateway(clock, recovery);
      const one = await start(shared);
      one.isDeaf(true);
      const error = (await one.ledger.create(request()))._unsafeUnwrapErr();
      expect(error).toMatchObject({
        kind: "network",
        outcome: "unknown",
        hint: expect.stringContaining("Call create of the ledger again"),
      });
      expect(await rows()).toMatchObject([{ state: "unknown" }]);
      one.isDeaf(false);
      expect((await one.ledger.create(request()))._unsafeUnwrap().reference).toBe("INV-001");
      expect(await shared.links()).toBe(1);
    },
  );

  test("reconcile finds it out as well", async () => {
    const one = await start();
    one.meets("dies_after", SEND_STEP);
    void one.ledger.create(request());
    await one.gone;
    const other = await start();
    expect((await other.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ changed: 0, unresolved: [] });
    clock.advance(MINUTE_MS);
    expect((await other.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ changed: 1, unresolved: [] });
    expect((await other.ledger.get({ reference: "INV-001" }))._unsafeUnwrap().status).toBe("active");
    expect(gateway.creates()).toBe(1);
  });

  test("what stays unknown, reconcile reports, and less and less often asks about", async () => {
    const none = openGateway(clock, "none");
    const one = await start(none);
    one.meets("loses_answer", SEND_STEP);
    const error = (await one.ledger.create(request()))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      outcome: "unknown",
      hint: expect.stringMatching(/^A webhook of the link ends this/),
    });
    const asks: number[] = [];
    for (let minute = 1; minute <= 30; minute += 1) {
      clock.advance(MINUTE_MS);
      const { unresolved } = (await one.ledger.reconcile())._unsafeUnwrap();
      if (unresolved.length > 0) asks.push(minute);
      expect(unresolved.every(({ reference, gateway: key }) => `${key} ${reference}` === "memory INV-001")).toBe(true);
    }
    expect(asks).toEqual([1, 6, 22]);
    expect(none.creates()).toBe(1);
  });

  test("creates whose outcome is not known are listed with what to do, until it is known", async () => {
    const none = openGateway(clock, "none");
    const one = await start(none);
    const listed = async (page = {}) => (await one.ledger.unresolvedCreates(page))._unsafeUnwrap();
    // One was made, one is being sent, one was refused, and those of the list have lost their answers.
    expect((await one.ledger.create(request({ reference: "MADE" })))._unsafeUnwrap().status).toBe("active");
    const references = ["INV-001", "INV-002", "INV-003"];
    for (const reference of references) {
      one.meets("loses_answer", SEND_STEP);
      expect((await one.ledger.create(request({ reference })))._unsafeUnwrapErr().kind).toBe("network");
      clock.advance(1_000);
    }
    const other = await start(none);
    other.meets("dies_after", SEND_STEP);
    void other.ledger.create(request({ reference: "BEING-SENT" }));
    await other.gone;
    const page = await listed();
    expect(page.items).toEqual(
      references.map((reference, index) => ({
        reference,
        gateway: "memory",
        sentAt: `2026-01-01T00:00:0${index}.000Z`,
        askedAgainAt: `2026-01-01T00:01:0${index}.000Z`,
        hint: expect.stringMatching(/^A webhook of the link ends this/),
      })),
    );
    // Page by page, each once.
    const first = await listed({ limit: 2 });
    const second = await listed({ limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items]).toEqual(page.items);
    expect(second.nextCursor).toBeUndefined();
    expect((await one.ledger.unresolvedCreates({ cursor: "x" }))._unsafeUnwrapErr().kind).toBe("invalid_query");
    // The process has died: its create is one of them as soon as its lease has ended.
    clock.advance(MINUTE_MS);
    expect((await listed()).items.map(({ reference }) => reference)).toEqual([...references, "BEING-SENT"]);
    await one.ledger.adopt();
    expect((await listed()).items).toEqual([]);
  });

  test("a create about which the ledger asks no more is still listed, and so is one of a gateway that is not configured", async () => {
    const one = await start(openGateway(clock, "none"));
    one.meets("loses_answer", SEND_STEP);
    await one.ledger.create(request());
    for (let day = 0; day < 40; day += 1) {
      clock.advance(24 * 60 * MINUTE_MS);
      await one.ledger.reconcile();
    }
    const [given] = (await one.ledger.unresolvedCreates())._unsafeUnwrap().items;
    expect(given).not.toHaveProperty("askedAgainAt");
    expect(given?.hint).toMatch(
      /^The ledger does not ask the gateway about it any more: look in the provider's dashboard/,
    );
    const links = createPaymentLinks({ default: "renewed", gateways: { renewed: gateway.driver }, clock });
    const ledger = createTimedLedger({ links, clock, database: connect() }, timerOf(clock));
    const [foreign] = (await ledger.unresolvedCreates())._unsafeUnwrap().items;
    expect(foreign).toMatchObject({ gateway: "memory", hint: expect.stringMatching(/^Configure this gateway again/) });
  });

  describe("at a gateway that keeps its answers under a key for a day", () => {
    const keptLong = { expiresAt: "2026-02-01T00:00:00Z" };
    let keyed: SharedGateway;
    beforeEach(() => {
      keyed = openGateway(clock, "keyed", DAY_MS);
    });

    test.each(["loses_request", "loses_answer"] as const)(
      "%s: within the day, reconcile sends it again",
      async (fate) => {
        const one = await start(keyed);
        one.meets("dies_before", SEND_STEP + (fate === "loses_answer" ? 1 : 0));
        void one.ledger.create(request(keptLong));
        await one.gone;
        clock.advance(DAY_MS - 16 * MINUTE_MS);
        const other = await start(keyed);
        expect((await other.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ changed: 1, unresolved: [] });
        expect(await keyed.links()).toBe(1);
        expect(await rows()).toMatchObject([{ state: "made", prepared: null }]);
      },
    );

    test("a lost link that was closed meanwhile is made, and as it is now", async () => {
      const one = await start(keyed);
      one.isDeaf(true);
      expect((await one.ledger.create(request(keptLong)))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
      one.isDeaf(false);
      await keyed.memory.handlers.close("link-000001", {} as never);
      clock.advance(MINUTE_MS);
      expect((await one.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ changed: 1, unresolved: [] });
      expect((await one.ledger.get({ reference: "INV-001" }))._unsafeUnwrap().status).toBe("closed");
    });

    test("after the day nothing is sent any more, neither by create nor by reconcile, and people learn of it", async () => {
      const one = await start(keyed);
      one.isDeaf(true);
      expect((await one.ledger.create(request(keptLong)))._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
      one.isDeaf(false);
      const sent = keyed.creates();
      clock.advance(DAY_MS);
      for (let day = 0; day < 25; day += 4) {
        const { unresolved, changed } = (await one.ledger.reconcile())._unsafeUnwrap();
        expect(changed).toBe(0);
        if (day === 0)
          expect(unresolved).toMatchObject([{ reference: "INV-001", hint: expect.stringContaining("dashboard") }]);
        const error = (await one.ledger.create(request(keptLong)))._unsafeUnwrapErr();
        expect(error).toMatchObject({ kind: "unsupported", outcome: "unknown" });
        clock.advance(4 * DAY_MS);
      }
      const [row] = await database.query("SELECT sent_at, state FROM tautan_links");
      expect(row).toEqual({ sent_at: "2026-01-01T00:00:00.000Z", state: "unknown" });
      expect([keyed.creates(), await keyed.links()]).toEqual([sent, 1]);
      // A person finds the link in the gateway's list.
      expect((await one.ledger.adopt())._unsafeUnwrap().adopted).toEqual(["memory:link-000001"]);
      expect((await one.ledger.reconcile())._unsafeUnwrap()).toMatchObject({ unresolved: [] });
      expect((await one.ledger.create(request(keptLong)))._unsafeUnwrap().id).toBe("memory:link-000001");
      expect([keyed.creates(), await keyed.links()]).toEqual([sent, 1]);
    });

    test("a link that was paid before the ledger knew it is a duplicate, and nothing is made", async () => {
      const links = createPaymentLinks({ default: "memory", gateways: { memory: keyed.driver }, clock });
      const before = (await links.create(request(keptLong)))._unsafeUnwrap();
      await keyed.memory.simulate.pay("INV-001.1");
      clock.advance(30 * MINUTE_MS);
      const one = await start(keyed);
      const error = (await one.ledger.create(request(keptLong)))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "refused", existing: { id: before.id } });
      expect(await rows()).toMatchObject([{ state: "failed" }]);
      expect(await keyed.links()).toBe(1);
    });
  });

  test("while it is not known, another request is refused without a link, and makes none", async () => {
    const none = openGateway(clock, "none");
    const one = await start(none);
    one.meets("loses_answer", SEND_STEP);
    await one.ledger.create(request());
    const error = (await one.ledger.create(request({ amount: idr(75_000) })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "duplicate_reference", outcome: "not_sent", retryable: true });
    expect(error.kind === "duplicate_reference" && error.existing).toBe(undefined);
    expect(none.creates()).toBe(1);
  });

  test("a request that was certainly not made leaves the reference free, also for a corrected one", async () => {
    const one = await start();
    (await one.ledger.create(request({ reference: "INV-000", slug: "taken" })))._unsafeUnwrap();
    const refused = (await one.ledger.create(request({ slug: "taken" })))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: "invalid_request", outcome: "refused" });
    const corrected = (await one.ledger.create(request({ slug: "free", amount: idr(75_000) })))._unsafeUnwrap();
    expect(corrected).toMatchObject({ slug: "free", amount: idr(75_000) });
  });

  test("the next gateway of a route is tried only if the first certainly made nothing", async () => {
    const [first, second] = [openGateway(clock, "lookup"), openGateway(clock, "lookup")];
    let isDown = true;
    const down = {
      ...first.driver,
      handlers: {
        ...first.driver.handlers,
        create: async (...inputs: never[]) => {
          const made = await (first.driver.handlers.create as (...each: never[]) => Promise<never>)(...inputs);
          return isDown ? Promise.reject(new Error("the answer is lost")) : made;
        },
      },
    } as typeof first.driver;
    const route = [{ gateways: ["first", "second"] as const }];
    const gateways = { first: down, second: second.driver };
    const links = createPaymentLinks({ default: "first", gateways, route, clock });
    const ledger = createTimedLedger({ links, clock, database: connect() }, timerOf(clock));
    const lost = await ledger.create(request());
    isDown = false;
    const found = (await ledger.create(request()))._unsafeUnwrap();
    expect([lost.isErr() ? lost.error.kind : lost.value.gateway, found.gateway]).not.toContain("second");
    expect([await first.links(), await second.links()]).toEqual([1, 0]);
    const named = await ledger.create({ ...request({ reference: "INV-002" }), gateway: "second" });
    expect(named._unsafeUnwrap().gateway).toBe("second");
  });

  test("a webhook of a link whose create is lost proves the link, and both are told in order", async () => {
    const one = await start();
    one.meets("dies_after", SEND_STEP);
    void one.ledger.create(request());
    await one.gone;
    const other = await start();
    const { webhook } = await gateway.memory.simulate.pay("INV-001");
    expect((await other.ledger.ingest("memory", webhook))._unsafeUnwrap().state).toBe("stored");
    clock.advance(MINUTE_MS);
    expect(await drain(other)).toEqual(["link_made by webhook", "paid by webhook", "link_exhausted by webhook"]);
    expect(await rows()).toMatchObject([{ state: "made", prepared: null }]);
    const link = (await other.ledger.create(request()))._unsafeUnwrap();
    expect([link.status, gateway.creates()]).toEqual(["exhausted", 1]);
  });

  test("a webhook that arrives before the create's answer waits for it", async () => {
    const one = await start();
    one.meets("stops_after", SEND_STEP);
    const creating = one.ledger.create(request());
    await one.gone;
    const other = await start();
    const { webhook } = await gateway.memory.simulate.pay("INV-001");
    expect((await other.ledger.ingest("memory", webhook))._unsafeUnwrap().state).toBe("stored");
    expect(await drain(other)).toEqual([]);
    one.goOn();
    (await creating)._unsafeUnwrap();
    expect(await drain(other)).toEqual(["link_made by create", "paid by webhook", "link_exhausted by webhook"]);
  });

  test("a link that was made elsewhere is the same request's if it compares, and not told of", async () => {
    const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway.driver }, clock });
    const elsewhere = (await links.create(request()))._unsafeUnwrap();
    const one = await start();
    (await one.ledger.adopt())._unsafeUnwrap();
    const other = (await one.ledger.create(request({ amount: idr(75_000) })))._unsafeUnwrapErr();
    expect(other.kind).toBe("duplicate_reference");
    expect((await one.ledger.create(request()))._unsafeUnwrap().id).toBe(elsewhere.id);
    expect(gateway.creates()).toBe(1);
    const asked = one.asked();
    expect((await one.ledger.create(request()))._unsafeUnwrap().id).toBe(elsewhere.id);
    expect(one.asked()).toBe(asked);
    expect(await drain(one)).toEqual([]);
  });

  test("a link that was made elsewhere, which the ledger does not know, is taken over by the same request", async () => {
    const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway.driver }, clock });
    const elsewhere = (await links.create(request()))._unsafeUnwrap();
    const one = await start();
    const error = (await one.ledger.create(request({ amount: idr(75_000) })))._unsafeUnwrapErr();
    expect(error.kind === "duplicate_reference" && error.existing?.id).toBe(elsewhere.id);
    expect((await one.ledger.create(request()))._unsafeUnwrap().id).toBe(elsewhere.id);
    expect(await gateway.links()).toBe(1);
  });

  describe("changes", () => {
    const made = async (recovery: Recovery = "lookup") => {
      const one = await start(openGateway(clock, recovery));
      const link = (await one.ledger.create(request()))._unsafeUnwrap();
      await drain(one);
      const stored = async () => (await one.ledger.get(link.id))._unsafeUnwrap();
      return { ...one, link, stored };
    };

    test("update changes the link at the gateway and in the ledger", async () => {
      const { ledger, link, stored } = await made();
      clock.advance(1_000);
      const changed = (await ledger.update(link.id, { title: "Concert, day 2" }))._unsafeUnwrap();
      expect(changed.title).toBe("Concert, day 2");
      expect(await stored()).toEqual(changed);
    });

    test("close, reopen and delete are stored, and a closed link is told once", async () => {
      const one = await made();
      const { ledger, link, stored } = one;
      clock.advance(1_000);
      expect((await ledger.close(link.id))._unsafeUnwrap()).toMatchObject({ status: "closed" });
      expect(await stored()).toMatchObject({ status: "closed", acceptsPayments: false });
      (await ledger.close(link.id))._unsafeUnwrap();
      expect(await drain(one)).toEqual(["link_closed by change"]);
      clock.advance(1_000);
      expect((await ledger.reopen(link.id))._unsafeUnwrap().status).toBe("active");
      expect(await stored()).toMatchObject({ status: "active", acceptsPayments: true });
      expect((await ledger.delete(link.id))._unsafeUnwrap()).toMatchObject({ status: "deleted" });
      expect(await stored()).toMatchObject({ status: "deleted", acceptsPayments: false });
    });

    test("a change that the gateway refuses is not stored", async () => {
      const { ledger, link, stored } = await made();
      const error = (await ledger.update(link.id, { expiresAt: new Date(clock.now() - 1) }))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: "invalid_request" });
      expect(await stored()).toEqual(link);
    });

    test("a link that the ledger does not know is refused, and the gateway not asked", async () => {
      const one = await start();
      const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway.driver }, clock });
      const elsewhere = (await links.create(request()))._unsafeUnwrap();
      const results = [await one.ledger.close(elsewhere.id), await one.ledger.update(elsewhere.id, { title: "x" })];
      for (const each of results)
        expect(each._unsafeUnwrapErr()).toMatchObject({ kind: "unknown_link", retryable: false });
      expect((await links.get(elsewhere.id))._unsafeUnwrap()).toEqual(elsewhere);
    });

    test("a change whose answer dies with the process is found by reconcile", async () => {
      const shared = openGateway(clock, "lookup");
      const one = await start(shared);
      const link = (await one.ledger.create(request()))._unsafeUnwrap();
      one.meets("dies_after", 1);
      void one.ledger.close(link.id);
      await one.gone;
      const other = await start(shared);
      const stored = async () => (await other.ledger.get(link.id))._unsafeUnwrap().status;
      expect(await stored()).toBe("active");
      clock.advance(MINUTE_MS);
      (await other.ledger.reconcile())._unsafeUnwrap();
      expect(await stored()).toBe("closed");
    });
  });
});
