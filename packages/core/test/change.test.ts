import { idr, type LinkChanges } from "@tautan/core";
import { type ChangeInput, type DriverLink, driverError } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createStub, linkOf, linksWith } from "./support/stub-driver.ts";

const link = (changes: Partial<DriverLink> = {}): DriverLink =>
  linkOf({ reference: "INV-001", amount: idr(190_000), usage: { limit: 1 } }, changes);
const BOTH = { name: "required", email: "required" } as const;
const lost = async () => err(driverError("timeout", { message: "no answer" }));
const gone = async () => err(driverError("not_found", { message: "no such link" }));

describe("update", () => {
  const sentBy = async (changes: LinkChanges): Promise<ChangeInput> => {
    let sent: ChangeInput = {};
    const stub = createStub({
      update: async (_id, input) => {
        sent = input;
        const limit = input.usage?.limit;
        return ok(
          link({
            ...(typeof limit === "number" && { usage: { limit, used: 0, held: 0 } }),
            expiresAt: input.expiresAt ?? undefined,
          }),
        );
      },
    });
    const result = await linksWith(stub).update("gw:id-INV-001", changes);
    expect(result.isOk(), JSON.stringify(result)).toBe(true);
    return sent;
  };

  test("an absent field stays, null clears", async () => {
    expect(await sentBy({ title: "New", redirect: null })).toEqual({ title: "New", redirect: null });
    expect(await sentBy({ methods: null, metadata: null, collect: null, title: null })).toEqual({
      methods: null,
      metadata: null,
      collect: null,
      title: null,
    });
    expect(
      await sentBy({ usage: { limit: 5 }, expiresAt: "2026-02-01T07:00:00+07:00", methods: [{ kind: "card" }] }),
    ).toEqual({
      usage: { limit: 5 },
      expiresAt: "2026-02-01T00:00:00.000Z",
      methods: [{ kind: "card" }],
    });
  });

  test.each<[string, unknown, string]>([
    ["no change", {}, ""],
    ["nothing", undefined, ""],
    ["a field that cannot change", { amount: idr(5) }, "amount"],
    ["an expiry in the past", { expiresAt: "2025-01-01T00:00:00Z" }, "expiresAt"],
    ["an expiry without an offset", { expiresAt: "2027-01-01T00:00:00" }, "expiresAt"],
    ["no usage", { usage: null }, "usage"],
    ["no expiry by null", { expiresAt: null }, "expiresAt"],
    ["a limit of 0", { usage: { limit: 0 } }, "usage.limit"],
  ])("%s is invalid_request before any I/O", async (_name, changes, path) => {
    const stub = createStub({ update: async () => ok(link()) });
    const error = (await linksWith(stub).update("gw:id-INV-001", changes as LinkChanges))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", outcome: "not_sent" });
    expect("issues" in error && error.issues.map((issue) => issue.path)).toContain(path);
    expect(stub.calls).toEqual([]);
  });

  test.each<[string, LinkChanges, string, number]>([
    ["a title", { title: "x".repeat(41) }, "title", 40],
    ["a redirect", { redirect: { url: `https://shop.example/${"x".repeat(80)}` } }, "redirect.url", 100],
    ["metadata", { metadata: { note: "x".repeat(11) } }, "metadata.note", 10],
  ])("%s too long is invalid before any I/O, and the limit is told", async (_name, changes, path, limit) => {
    const stub = createStub({ update: async () => ok(link()) });
    const error = (await linksWith(stub).update("gw:id-INV-001", changes))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "invalid_request", issues: [{ path }], outcome: "not_sent" });
    expect(error.message).toContain(`at most ${limit} characters, got ${limit + 1}`);
    expect(stub.calls).toEqual([]);
  });

  test.each<[string, LinkChanges, string]>([
    ["a limit beyond the range", { usage: { limit: 101 } }, "usage.limit"],
    ["a method it lacks", { methods: [{ kind: "qris" }] }, "methods[0]"],
    ["a link without end", { expiresAt: "never" }, "expiresAt"],
  ])("%s is unsupported before any I/O", async (_name, changes, feature) => {
    const stub = createStub({ update: async () => ok(link()) });
    const error = (await linksWith(stub).update("gw:id-INV-001", changes))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "unsupported", features: [{ feature }], outcome: "not_sent" });
    expect(stub.calls).toEqual([]);
  });

  test("the hint says what to do instead", async () => {
    const stub = createStub({ update: async () => ok(link()) });
    const error = (await linksWith(stub).update("gw:id-INV-001", { usage: { limit: 101 } }))._unsafeUnwrapErr();
    expect(error.hint).toBe("usage.limit: set 100 or fewer.");
  });

  test("clearing a field the gateway does not have is unsupported", async () => {
    const stub = createStub({ update: async () => ok(link()) }, { metadata: { unsupported: "it keeps none" } });
    expect((await linksWith(stub).update("gw:id-INV-001", { metadata: null }))._unsafeUnwrapErr()).toMatchObject({
      kind: "unsupported",
      features: [{ feature: "metadata", reason: "gw: it keeps none" }],
    });
  });

  test("another limit or expiry than asked for is a mismatch; a text may be written otherwise", async () => {
    const answering = (changes: Partial<DriverLink>) =>
      linksWith(createStub({ update: async () => ok(link(changes)) }));
    const update = (changes: LinkChanges, answer: Partial<DriverLink>) =>
      answering(answer).update("gw:id-INV-001", changes);
    const wrong = await update({ usage: { limit: 5 } }, { usage: { limit: 1, used: 0, held: 0 } });
    expect(wrong._unsafeUnwrapErr()).toMatchObject({ kind: "reply_mismatch", outcome: "unknown" });
    const moved = await update({ expiresAt: "2026-02-01T00:00:00Z" }, { expiresAt: "2026-03-01T00:00:00.000Z" });
    expect(moved._unsafeUnwrapErr().kind).toBe("reply_mismatch");
    expect((await update({ title: "New  title" }, { title: "New title" })).isOk()).toBe(true);
  });

  test("nothing is read back once the caller has given up", async () => {
    const controller = new AbortController();
    const stub = createStub({
      update: async () => {
        controller.abort();
        return lost();
      },
      get: async () => ok(link({ title: "New" })),
    });
    const result = await linksWith(stub).update("gw:id-INV-001", { title: "New" }, { signal: controller.signal });
    expect(result.isErr()).toBe(true);
    expect(stub.calls.map(([operation]) => operation)).toEqual(["update"]);
  });

  test("an answer that is lost is read back: the wished state reached is success", async () => {
    const stub = createStub({
      update: lost,
      get: async () => ok(link({ title: "New", usage: { limit: 5, used: 0, held: 0 } })),
    });
    expect((await linksWith(stub).update("gw:id-INV-001", { title: "New", usage: { limit: 5 } })).isOk()).toBe(true);
    expect(stub.calls.map(([operation]) => operation)).toEqual(["update", "get"]);
  });

  test.each<[string, LinkChanges, reached: Partial<DriverLink>, other: Partial<DriverLink>]>([
    ["title", { title: "New  title" }, { title: "New title" }, { title: "New" }],
    ["title, cleared", { title: null }, {}, { title: "Old" }],
    ["methods", { methods: [{ kind: "card" }] }, { methods: [{ kind: "card", raw: "CC" }] }, {}],
    ["collect", { collect: BOTH }, { collect: BOTH }, { collect: { email: "required" } }],
    ["redirect", { redirect: { url: "https://a.test" } }, { redirect: { url: "https://a.test/" } }, {}],
    ["metadata", { metadata: { a: "1", b: "2" } }, { metadata: { b: "2", a: "1" } }, { metadata: { a: "1" } }],
    ["metadata, cleared", { metadata: null }, { metadata: {} }, { metadata: { a: "1" } }],
  ])("%s: an answer that is lost is read back, in the form of the gateway", async (_name, changes, reached, other) => {
    const readingBack = (read: Partial<DriverLink>) =>
      linksWith(createStub({ update: lost, get: async () => ok(link(read)) })).update("gw:id-INV-001", changes);
    expect((await readingBack(reached)).isOk()).toBe(true);
    expect((await readingBack(other))._unsafeUnwrapErr()).toMatchObject({ kind: "timeout", outcome: "unknown" });
  });

  test("times are compared as finely as the gateway counts", async () => {
    const told = { expiresAt: "2026-02-01T00:00:00.000Z" as const };
    const stub = createStub({ update: lost, get: async () => ok(link(told)) });
    expect((await linksWith(stub).update("gw:id-INV-001", { expiresAt: "2026-02-01T00:00:00.987Z" })).isOk()).toBe(
      true,
    );
    expect((await linksWith(stub).update("gw:id-INV-001", { expiresAt: "2026-02-01T00:00:01Z" })).isErr()).toBe(true);
  });

  test("and the old state is no proof of failure: the outcome stays unknown", async () => {
    const stub = createStub({ update: lost, get: async () => ok(link({ title: "Old" })) });
    expect((await linksWith(stub).update("gw:id-INV-001", { title: "New" }))._unsafeUnwrapErr()).toMatchObject({
      kind: "timeout",
      outcome: "unknown",
      hint: expect.stringContaining("Read the link"),
    });
  });
});

describe("close and delete", () => {
  test("say what the link then is", async () => {
    const stub = createStub({ close: async () => ok({ state: "closed" }), delete: async () => ok(undefined) });
    const links = linksWith(stub);
    expect((await links.close("gw:id-INV-001"))._unsafeUnwrap()).toEqual({
      id: "gw:id-INV-001",
      gateway: "gw",
      status: "closed",
    });
    expect((await links.delete("gw:id-INV-001"))._unsafeUnwrap()).toEqual({
      id: "gw:id-INV-001",
      gateway: "gw",
      status: "deleted",
    });
  });

  test("a lost answer, and the link is closed: success", async () => {
    const stub = createStub({ close: lost, get: async () => ok(link({ state: "closed" })) });
    expect((await linksWith(stub).close("gw:id-INV-001"))._unsafeUnwrap().status).toBe("closed");
  });

  test("a lost answer, and the link is gone: 404 after our own stop means stopped", async () => {
    const deleting = { reversible: false, readableAfter: false, endsOpenPayments: false };
    const stub = createStub({ close: lost, delete: lost, get: gone }, { close: deleting });
    expect((await linksWith(stub).close("gw:id-INV-001"))._unsafeUnwrap().status).toBe("deleted");
    expect((await linksWith(stub).delete("gw:id-INV-001"))._unsafeUnwrap().status).toBe("deleted");
  });

  test("a lost answer, and a link that is gone although closing leaves it readable: unknown", async () => {
    const stub = createStub({ close: lost, get: gone });
    expect((await linksWith(stub).close("gw:id-INV-001"))._unsafeUnwrapErr().outcome).toBe("unknown");
  });

  test("a lost answer, and the link is open: unknown, for the request may be on its way", async () => {
    const stub = createStub({ close: lost, delete: lost, get: async () => ok(link()) });
    expect((await linksWith(stub).close("gw:id-INV-001"))._unsafeUnwrapErr().outcome).toBe("unknown");
    expect((await linksWith(stub).delete("gw:id-INV-001"))._unsafeUnwrapErr().outcome).toBe("unknown");
  });

  test("a lost answer, and no reading either: unknown", async () => {
    const stub = createStub({ close: lost, get: lost });
    expect((await linksWith(stub).close("gw:id-INV-001"))._unsafeUnwrapErr().outcome).toBe("unknown");
  });

  test("a plain not_found is no success: there was nothing to stop", async () => {
    const stub = createStub({ delete: gone, close: gone, get: gone });
    expect((await linksWith(stub).delete("gw:id-INV-001"))._unsafeUnwrapErr().kind).toBe("not_found");
    expect((await linksWith(stub).close("gw:id-INV-001"))._unsafeUnwrapErr().kind).toBe("not_found");
  });

  test("a link with histories cannot be deleted; the hint says what can be done", async () => {
    const stub = createStub({ delete: async () => err(driverError("has_histories", { message: "it was paid" })) });
    const error = (await linksWith(stub).delete("gw:id-INV-001"))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: "has_histories", outcome: "refused" });
    expect(error.hint).toMatch(/[Cc]lose/);
  });
});

describe("reopen", () => {
  test("gives the open link back; a lost answer is read back", async () => {
    const stub = createStub({ reopen: lost, get: async () => ok(link()) });
    expect((await linksWith(stub).reopen("gw:id-INV-001"))._unsafeUnwrap().status).toBe("active");
    const closed = createStub({ reopen: lost, get: async () => ok(link({ state: "closed" })) });
    expect((await linksWith(closed).reopen("gw:id-INV-001"))._unsafeUnwrapErr().outcome).toBe("unknown");
  });
});
