// Each trait changes what the gateway does, and the driver's description of it.
import { createPaymentLinks, idr } from "@tautan/core";
import { createManualClock, createMemoryDriver, type MemoryOptions, type MemoryTraits } from "@tautan/driver-memory";
import { describe, expect, test } from "vitest";
import { HOUR } from "./support.ts";

const DAY = 24 * HOUR;
const request = { reference: "INV-001", amount: idr(190_000) } as const;

const setUp = (traits: MemoryTraits, options: MemoryOptions = {}) => {
  const clock = createManualClock("2026-01-01T00:00:00Z");
  const memory = createMemoryDriver({ clock, ...options, traits } as MemoryOptions);
  const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock });
  return { clock, memory, links };
};

describe("traits", () => {
  test("endless: a link never ends, and a moment is refused", async () => {
    const { clock, links } = setUp({ expiry: "never" });
    const link = (await links.create(request))._unsafeUnwrap();
    expect(link.warnings.map(({ field }) => field)).toEqual(["expiresAt"]);
    clock.advance(400 * DAY);
    expect((await links.get(link.id))._unsafeUnwrap().status).toBe("active");
    const moment = { ...request, reference: "INV-002", expiresAt: new Date(clock.now() + DAY) };
    expect((await links.create(moment))._unsafeUnwrapErr().kind).toBe("unsupported");
  });

  test.each([
    ["one", { limit: 1 }, { limit: 2 }],
    ["one_or_any", { limit: "unlimited" }, { limit: 2 }],
    ["unlimited", { limit: "unlimited" }, { limit: 1 }],
  ] as const)("usage %s accepts %o and refuses %o", async (usage, accepted, refused) => {
    const { links } = setUp({ usage });
    expect((await links.create({ ...request, usage: accepted })).isOk()).toBe(true);
    const error = (await links.create({ ...request, reference: "INV-002", usage: refused }))._unsafeUnwrapErr();
    expect(error.kind).toBe("unsupported");
  });

  test("uncounted: reads report no payments, and the gateway still takes only one", async () => {
    const { memory, links } = setUp({ counted: false });
    const link = (await links.create(request))._unsafeUnwrap();
    await memory.simulate.pay("INV-001");
    expect((await links.get(link.id))._unsafeUnwrap()).toMatchObject({
      status: "active",
      usage: { used: 0, counted: false },
    });
    await expect(memory.simulate.pay("INV-001")).rejects.toThrow("takes no new payer");
    expect(memory.expectLink("INV-001").paid).toBe(1);
  });

  test("histories by webhook only: there is nothing to read", async () => {
    const driver = createMemoryDriver({ traits: { histories: "webhooks" } });
    expect(Object.keys(driver.handlers)).not.toContain("listHistories");
    expect(driver.capabilities.operations.getHistory).toHaveProperty("unsupported");
    // @ts-expect-error The type of the driver has no such handler either.
    expect(driver.handlers.getHistory).toBeUndefined();
  });

  test("a notice names its link only, and confirm reads the payment", async () => {
    const { memory, links } = setUp({ notices: "link" });
    const link = (await links.create(request))._unsafeUnwrap();
    const { webhook } = await memory.simulate.pay("INV-001");
    expect(webhook.body).not.toContain("190000");
    const [notice] = (await links.parseWebhook("memory", webhook))._unsafeUnwrap().observations;
    expect(notice).toMatchObject({ kind: "notice", resource: "link", id: link.id });
    if (!notice) throw new Error("expected a notice");
    const confirmed = (await links.confirm(notice))._unsafeUnwrap();
    expect(confirmed).toMatchObject({ kind: "link", histories: [{ isPaid: true }] });
  });

  test("a token is compared, and proves nothing about the content", async () => {
    const { memory, links } = setUp({ trust: "token" });
    await links.create(request);
    const { webhook } = await memory.simulate.pay("INV-001");
    const changed = { ...webhook, body: webhook.body.replaceAll("190000", "1") };
    expect((await links.parseWebhook("memory", changed))._unsafeUnwrap().observations[0]?.trust).toBe("token");
    for (const token of ["", "memory-webhook-secre", "memory-webhook-secrets"]) {
      const forged = { ...webhook, headers: { ...webhook.headers, "memory-token": token } };
      expect((await links.parseWebhook("memory", forged))._unsafeUnwrapErr().kind).toBe("signature_invalid");
    }
  });

  test("keyed: the first answer for a day, and then another link", async () => {
    const { clock, memory, links } = setUp({ createRecovery: "keyed" });
    const expiresAt = new Date(clock.now() + 9 * DAY);
    const first = (await links.create({ ...request, expiresAt }))._unsafeUnwrap();
    clock.advance(DAY - 1);
    expect((await links.create({ ...request, expiresAt }))._unsafeUnwrap().id).toBe(first.id);
    clock.advance(1);
    expect((await links.create({ ...request, expiresAt }))._unsafeUnwrap().id).not.toBe(first.id);
    expect(() => memory.expectLink("INV-001")).toThrow("links: expected 1, got 2");
    expect(memory.expectLink("INV-001", { links: 2 }).status).toBe("active");
  });

  test("without: fields and operations are refused, and no handler is there", async () => {
    const { memory, links } = setUp({ without: ["title", "close"] });
    expect((await links.create({ ...request, title: "Concert" }))._unsafeUnwrapErr().kind).toBe("unsupported");
    const link = (await links.create(request))._unsafeUnwrap();
    expect((await links.close(link.id))._unsafeUnwrapErr().kind).toBe("unsupported");
    expect(memory.capabilities.operations.reopen).toHaveProperty("unsupported");
    expect(memory.capabilities.close).toBeUndefined();
  });

  test("like another driver: only what its gateway supports", async () => {
    const { capabilities } = createMemoryDriver({ traits: { usage: "one", without: ["items"] } });
    const driver = createMemoryDriver({
      like: { ...capabilities, currencies: { USD: { decimals: 2, wire: "json_number" } } },
    });
    expect(driver.capabilities.usage.maxLimit).toBe(1);
    const links = createPaymentLinks({ default: "shop", gateways: { shop: driver } });
    expect((await links.create(request))._unsafeUnwrapErr().kind).toBe("unsupported");
  });

  test.each([
    ["notices and nothing to read", { notices: "link", histories: "webhooks" }],
    ["a token and nothing to read", { trust: "token", without: ["getHistory"] }],
    ["a trait that does not exist", { ping: true }],
    ["a value that does not exist", { usage: "two" }],
    ["a feature that does not exist", { without: ["refunds"] }],
  ])("%s is refused", (_name, traits) => {
    expect(() => createMemoryDriver({ traits } as never)).toThrow(/^createMemoryDriver: traits/);
  });
});
