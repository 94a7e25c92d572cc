// Links that never end at their gateway, and that the ledger closes.
import { idr, type PaymentLink } from "@tautan/core";
import { type AnyDriver, type DriverHandlers, type DriverLink, driverError } from "@tautan/core/driver";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLedger, type LedgerProblem } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { openShop, type Shop } from "./support/shop.ts";
import { type Calls, endless, watchCalls, without } from "./support/traits.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 0, 1);
const at = (ms: number): string => new Date(START + ms).toISOString();
const REQUEST = { reference: "INV-001", amount: idr(190_000), usage: { limit: 5 } };
const down = driverError("unavailable", { message: "the gateway is down", retryable: true });

describe.each(await databaseKinds())("an expiry that the ledger enforces, on $name", (kind) => {
  let shop: Shop;
  let gateway: Calls;
  /** Whether the gateway reports a link that was used up as open, as one does that stops it in the same way as a close. */
  let isUsedUpOpen = false;
  const withOpenUsedUp = (driver: AnyDriver): AnyDriver => {
    const inner = driver.handlers as DriverHandlers;
    const asOpen = (link: DriverLink): DriverLink =>
      isUsedUpOpen && link.usage.used === link.usage.limit ? { ...link, state: "open" } : link;
    const get: DriverHandlers["get"] = async (id, context) => (await inner.get(id, context)).map(asOpen);
    const list: DriverHandlers["list"] = async (page, context) =>
      (await inner.list(page, context)).map((read) => ({ ...read, items: read.items.map(asOpen) }));
    return { ...driver, handlers: { ...driver.handlers, get, list } };
  };
  beforeEach(async () => {
    gateway = watchCalls();
    isUsedUpOpen = false;
    shop = await openShop(kind, { adapt: (driver) => gateway.watch(withOpenUsedUp(endless(driver))) });
  });
  afterEach(() => shop.close());

  const make = async (changes: object = {}): Promise<PaymentLink> =>
    (
      await shop.ledger.create({ ...REQUEST, expiresAt: at(HOUR_MS), ...changes }, { enforceExpiry: true })
    )._unsafeUnwrap();
  const stored = async (): Promise<PaymentLink> => (await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap();
  const reconcile = async () => (await shop.ledger.reconcile())._unsafeUnwrap();
  const atGateway = async () => (await shop.links.find({ reference: "INV-001" }))._unsafeUnwrap().status;
  const events = async () => {
    const page = await shop.ledger.events.list({ limit: 100 });
    return page._unsafeUnwrap().items.map(({ type }) => type);
  };

  test("the gateway's link has none, the returned and the stored one have it", async () => {
    const link = await make();
    const expected = { expiresAt: at(HOUR_MS), expiryEnforcedBy: "ledger", status: "active", warnings: [] };
    expect(link).toMatchObject(expected);
    expect(gateway.calls.find(([operation]) => operation === "create")?.[1]).not.toHaveProperty("expiresAt");
    expect(await stored()).toMatchObject(expected);
    expect((await shop.links.get(link.id))._unsafeUnwrap()).not.toHaveProperty("expiresAt");
    // The same request returns the same link.
    expect(await make()).toMatchObject({ ...expected, id: link.id });
    const listed = (await shop.ledger.list({ status: "active" }))._unsafeUnwrap().items;
    expect(listed).toMatchObject([{ expiryEnforcedBy: "ledger" }]);
  });

  test("without an expiry the default of 24 hours is enforced, and never is never", async () => {
    expect(await make({ expiresAt: undefined })).toMatchObject({
      expiresAt: at(24 * HOUR_MS),
      expiryEnforcedBy: "ledger",
    });
    const never = await make({ reference: "INV-002", expiresAt: "never" });
    expect(never).not.toHaveProperty("expiresAt");
    expect(never).not.toHaveProperty("expiryEnforcedBy");
  });

  test("without the option a time is refused, and the option of the ledger is the default", async () => {
    const request = { ...REQUEST, expiresAt: at(HOUR_MS) };
    expect((await shop.ledger.create(request))._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      features: [{ feature: "expiresAt", instead: "close the link when it should end" }],
    });
    const strict = shop.another({ enforceExpiry: true });
    expect((await strict.create(request, { enforceExpiry: false }))._unsafeUnwrapErr().kind).toBe("unsupported");
    expect((await strict.create(request))._unsafeUnwrap().expiryEnforcedBy).toBe("ledger");
    expect((await shop.ledger.create(request, { enforceExpiry: "yes" } as never))._unsafeUnwrapErr()).toMatchObject({
      kind: "invalid_request",
      issues: [{ path: "enforceExpiry" }],
    });
    expect(() =>
      createLedger({ links: shop.links, database: shop.database.connect(), enforceExpiry: 1 } as never),
    ).toThrow("enforceExpiry");
  });

  test("the link is closed when it is due, once, and has expired", async () => {
    const { id } = await make();
    shop.clock.advance(HOUR_MS - 1);
    await reconcile();
    expect(gateway.count("close")).toBe(0);
    shop.clock.advance(1);
    await reconcile();
    expect(gateway.calls.filter(([operation]) => operation === "close")).toEqual([["close", id.split(":")[1]]]);
    expect(await atGateway()).toBe("closed");
    expect(await stored()).toMatchObject({ status: "expired", acceptsPayments: false, expiresAt: at(HOUR_MS) });
    // What the gateway reports afterwards brings nothing back.
    for (const ms of [HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS]) {
      shop.clock.advance(ms);
      await reconcile();
    }
    (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect(gateway.count("close")).toBe(1);
    expect(await stored()).toMatchObject({ status: "expired", expiresAt: at(HOUR_MS) });
    expect(await events()).toEqual(["link_made", "link_expired"]);
    expect((await shop.ledger.list({ status: "expired" }))._unsafeUnwrap().items).toHaveLength(1);
  });

  test("several processes close it once", async () => {
    await make();
    shop.clock.advance(HOUR_MS);
    const others = [shop.another(), shop.another()];
    await Promise.all([shop.ledger, ...others].map((each) => each.reconcile()));
    expect(gateway.count("close")).toBe(1);
    expect(await stored()).toMatchObject({ status: "expired" });
  });

  test("a payment after it is late, one in time is not, and a read keeps the moment", async () => {
    const { id } = await make();
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    expect(await shop.drain()).toEqual(["link_made", "paid"]);
    (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect(await stored()).toMatchObject({ expiresAt: at(HOUR_MS), usage: { used: 1 } });
    shop.clock.advance(HOUR_MS + 10 * MINUTE_MS);
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    expect(await shop.drain()).toEqual(["paid", "link_expired"]);
    shop.clock.advance(10 * MINUTE_MS);
    // Until it is closed, the gateway takes payments.
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    expect(await shop.drain()).toEqual(["late"]);
    await reconcile();
    await expect(shop.gateway.simulate.pay("INV-001")).rejects.toThrow("closed");
  });

  test("a process that dies while it closes: another closes it, or learns that it is closed", async () => {
    await make();
    shop.clock.advance(HOUR_MS);
    // The answer is lost, and so is the read after it: nobody knows whether it is closed.
    gateway.onCall = (operation) => (operation === "close" ? { lost: down } : operation === "get" ? down : undefined);
    await reconcile();
    expect(await atGateway()).toBe("closed");
    gateway.onCall = (operation) =>
      operation === "close" ? driverError("invalid_state", { message: "it is closed" }) : undefined;
    shop.clock.advance(5 * MINUTE_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(2);
    expect(await stored()).toMatchObject({ status: "expired" });
    shop.clock.advance(24 * HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(2);
  });

  test("a lease that has ended is taken over", async () => {
    await make();
    shop.clock.advance(HOUR_MS);
    // As if a process had taken it and died.
    await shop.database.query("UPDATE tautan_links SET close_at = ?, close_attempts = 1", at(HOUR_MS + 5 * MINUTE_MS));
    await reconcile();
    expect(gateway.count("close")).toBe(0);
    shop.clock.advance(5 * MINUTE_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(1);
    expect(await stored()).toMatchObject({ status: "expired" });
  });

  test("if it cannot be closed, it is tried again, and somebody is told", async () => {
    const problems: LedgerProblem[] = [];
    const ledger = shop.another({ onProblem: (problem) => void problems.push(problem) });
    const { id } = await make();
    shop.clock.advance(HOUR_MS);
    gateway.onCall = (operation) => (operation === "close" ? down : undefined);
    const run = async (ms: number) => {
      const report = (await ledger.reconcile())._unsafeUnwrap();
      shop.clock.advance(ms);
      return report;
    };
    expect((await run(5 * MINUTE_MS)).failed).toMatchObject([{ kind: "unavailable", operation: "close" }]);
    await run(5 * MINUTE_MS);
    expect(problems).toEqual([]);
    await run(HOUR_MS);
    expect(problems).toMatchObject([
      { kind: "expiry_not_enforced", gateway: "memory", link: id, reference: "INV-001", error: "unavailable" },
    ]);
    expect(JSON.stringify(problems)).not.toContain("the gateway is down");
    // Hourly from then on, and reported daily.
    for (let hour = 3; hour < 24; hour += 1) await run(HOUR_MS);
    expect(gateway.count("close")).toBe(24);
    expect(problems).toHaveLength(2);
    expect(await stored()).toMatchObject({ status: "expired", acceptsPayments: false });
    gateway.onCall = () => undefined;
    await run(0);
    expect(await atGateway()).toBe("closed");
    const trail = (await ledger.trail(id, { limit: 100 }))._unsafeUnwrap();
    const closes = trail.items.filter((entry) => entry.what === "call" && entry.name === "close");
    expect(closes.map((entry) => "error" in entry)).toEqual([...Array(24).fill(true), false]);
  });

  test("a refusal that no retry changes is reported at once", async () => {
    const problems: LedgerProblem[] = [];
    const ledger = shop.another({ onProblem: (problem) => void problems.push(problem) });
    await make();
    shop.clock.advance(HOUR_MS);
    gateway.onCall = (operation) =>
      operation === "close" ? driverError("forbidden", { message: "no right" }) : undefined;
    (await ledger.reconcile())._unsafeUnwrap();
    expect(problems).toMatchObject([{ kind: "expiry_not_enforced", error: "forbidden" }]);
  });

  test("update moves it, without a request to the gateway", async () => {
    const { id } = await make();
    const moved = (await shop.ledger.update(id, { expiresAt: at(3 * HOUR_MS) }))._unsafeUnwrap();
    expect(moved).toMatchObject({ expiresAt: at(3 * HOUR_MS), expiryEnforcedBy: "ledger", status: "active" });
    expect(gateway.count("update")).toBe(0);
    shop.clock.advance(HOUR_MS);
    await reconcile();
    expect(await stored()).toMatchObject({ status: "active", expiresAt: at(3 * HOUR_MS) });
    expect(gateway.count("close")).toBe(0);
    shop.clock.advance(2 * HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(1);
    expect(await stored()).toMatchObject({ status: "expired" });
  });

  test("update with other fields sends those alone, and nothing moves if they are refused", async () => {
    const { id } = await make();
    const both = await shop.ledger.update(id, { title: "Other", expiresAt: at(2 * HOUR_MS) });
    expect(both._unsafeUnwrap()).toMatchObject({ title: "Other", expiresAt: at(2 * HOUR_MS) });
    expect(gateway.calls.filter(([operation]) => operation === "update")).toHaveLength(1);
    const refused = await shop.ledger.update(id, { title: "x".repeat(300), expiresAt: at(4 * HOUR_MS) });
    expect(refused._unsafeUnwrapErr().kind).toBe("invalid_request");
    expect(await stored()).toMatchObject({ title: "Other", expiresAt: at(2 * HOUR_MS) });
  });

  test("update removes it, and begins it", async () => {
    const { id } = await make();
    const endlessNow = (await shop.ledger.update(id, { expiresAt: "never" }))._unsafeUnwrap();
    expect(endlessNow).not.toHaveProperty("expiresAt");
    expect(await stored()).not.toHaveProperty("expiryEnforcedBy");
    shop.clock.advance(2 * HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(0);
    const time = { expiresAt: at(3 * HOUR_MS) };
    expect((await shop.ledger.update(id, time))._unsafeUnwrapErr().kind).toBe("unsupported");
    const begun = (await shop.ledger.update(id, time, { enforceExpiry: true }))._unsafeUnwrap();
    expect(begun).toMatchObject({ ...time, expiryEnforcedBy: "ledger" });
    shop.clock.advance(HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(1);
  });

  test("an expiry that is none, or has passed, is refused", async () => {
    const { id } = await make();
    for (const expiresAt of ["2026-01-01", at(-1), null]) {
      const refused = (await shop.ledger.update(id, { expiresAt } as never))._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: "invalid_request", operation: "update", issues: [{ path: "expiresAt" }] });
    }
    expect(await stored()).toMatchObject({ expiresAt: at(HOUR_MS) });
  });

  test("after it was closed: a later expiry shows that it is closed, and reopen opens it until then", async () => {
    const { id } = await make();
    shop.clock.advance(HOUR_MS);
    await reconcile();
    const moved = (await shop.ledger.update(id, { expiresAt: at(3 * HOUR_MS) }))._unsafeUnwrap();
    expect(moved).toMatchObject({ status: "closed", expiresAt: at(3 * HOUR_MS) });
    expect((await shop.ledger.reopen(id))._unsafeUnwrap()).toMatchObject({ status: "active" });
    expect(await stored()).toMatchObject({ status: "active", expiresAt: at(3 * HOUR_MS), expiryEnforcedBy: "ledger" });
    shop.clock.advance(2 * HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(2);
    expect(await stored()).toMatchObject({ status: "expired" });
  });

  test("one that was closed by hand before is not closed again", async () => {
    const { id } = await make();
    (await shop.ledger.close(id))._unsafeUnwrap();
    shop.clock.advance(2 * HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(1);
    expect(await stored()).toMatchObject({ status: "closed" });
  });

  test("one that was used up is closed once, also if the gateway reports no close of it", async () => {
    const { id } = await make({ usage: { limit: 1 } });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    shop.clock.advance(HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(1);
    isUsedUpOpen = true;
    for (const ms of [HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS]) {
      shop.clock.advance(ms);
      await reconcile();
    }
    (await shop.ledger.confirm(id))._unsafeUnwrap();
    expect((await shop.links.get(id))._unsafeUnwrap().status).toBe("exhausted");
    expect(gateway.count("close")).toBe(1);
    expect(await stored()).toMatchObject({ status: "exhausted", expiresAt: at(HOUR_MS) });
  });

  test("a link whose webhook comes before the answer to its create has it too", async () => {
    gateway.onCall = (operation) =>
      operation === "create"
        ? { lost: driverError("timeout", { message: "no answer", outcome: "unknown" }) }
        : operation === "find"
          ? down
          : undefined;
    const request = { ...REQUEST, expiresAt: at(HOUR_MS) };
    const lost = await shop.ledger.create(request, { enforceExpiry: true });
    expect(lost._unsafeUnwrapErr()).toMatchObject({ outcome: "unknown" });
    await shop.receive((await shop.gateway.simulate.pay("INV-001")).webhook);
    gateway.onCall = () => undefined;
    shop.clock.advance(MINUTE_MS);
    await shop.drain();
    await reconcile();
    expect(await stored()).toMatchObject({ expiresAt: at(HOUR_MS), expiryEnforcedBy: "ledger", usage: { used: 1 } });
    expect(await make()).toMatchObject({ expiresAt: at(HOUR_MS), expiryEnforcedBy: "ledger" });
    shop.clock.advance(HOUR_MS);
    await reconcile();
    expect(gateway.count("close")).toBe(1);
  });
});

describe.each(await databaseKinds())("a link that is changed while it is compared with a request, on $name", (kind) => {
  test("stays as it was changed, and has the expiry of the request", async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const shop = await openShop(kind, {
      adapt: (driver) => {
        const inner = driver.handlers as DriverHandlers;
        const find: DriverHandlers["find"] = async (reference, context) => {
          const found = await inner.find(reference, context);
          const change = meanwhile;
          meanwhile = undefined;
          await change?.();
          return found;
        };
        return endless({ ...driver, handlers: { ...driver.handlers, find } });
      },
    });
    const { id } = await shop.linkElsewhere({ reference: "INV-001", usage: { limit: 5 }, expiresAt: "never" });
    (await shop.ledger.adopt({ gateway: "memory" }))._unsafeUnwrap();
    meanwhile = async () => (await shop.ledger.close(id))._unsafeUnwrap();
    const request = { ...REQUEST, expiresAt: at(HOUR_MS) };
    (await shop.ledger.create(request, { enforceExpiry: true }))._unsafeUnwrap();
    const stored = (await shop.ledger.get({ reference: "INV-001" }))._unsafeUnwrap();
    expect(stored).toMatchObject({ status: "closed", expiresAt: at(HOUR_MS), expiryEnforcedBy: "ledger" });
    await shop.close();
  });
});

describe.each(await databaseKinds())("a gateway that cannot close, on $name", (kind) => {
  test("refuses a time clearly, and makes endless links with a warning", async () => {
    const shop = await openShop(kind, { adapt: (driver) => without(endless(driver), "close") });
    const refused = await shop.ledger.create({ ...REQUEST, expiresAt: at(HOUR_MS) }, { enforceExpiry: true });
    expect(refused._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      outcome: "not_sent",
      features: [
        {
          feature: "expiresAt",
          reason: expect.stringContaining("its links cannot be closed"),
          instead: 'pass "never"',
        },
      ],
    });
    const made = (await shop.ledger.create(REQUEST, { enforceExpiry: true }))._unsafeUnwrap();
    expect(made).not.toHaveProperty("expiryEnforcedBy");
    expect(made.warnings).toMatchObject([{ code: "adjusted", field: "expiresAt" }]);
    await shop.close();
  });

  test("a gateway with an expiry is not concerned", async () => {
    const shop = await openShop(kind);
    const made = await shop.ledger.create({ ...REQUEST, expiresAt: at(HOUR_MS) }, { enforceExpiry: true });
    expect(made._unsafeUnwrap()).not.toHaveProperty("expiryEnforcedBy");
    expect((await shop.links.find({ reference: "INV-001" }))._unsafeUnwrap().expiresAt).toBe(at(HOUR_MS));
    await shop.close();
  });
});
