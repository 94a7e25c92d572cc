import { expect, onTestFinished, test, vi } from "vitest";
import type { SandboxRecord } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { startSandbox } from "./support.ts";

test("watch reports each API call and each webhook once it is recorded, until it is ended", async () => {
  const { sandbox } = await startSandbox();
  const seen: SandboxRecord[] = [];
  const end = sandbox.watch((record) => {
    // By now the lists have it.
    expect(record.kind === "request" ? sandbox.requests : sandbox.deliveries).toContain(
      record.kind === "request" ? record.request : record.delivery,
    );
    seen.push(record);
  });
  const link = await createLinkAt(sandbox, "midtrans");
  await sandbox.pay(link, { method: "bca_va" });
  expect(seen.map((record) => (record.kind === "request" ? record.request.path : record.event))).toEqual([
    "/v1/payment-links",
    "pending",
    "settlement",
  ]);
  await sandbox.reset();
  await createLinkAt(sandbox, "midtrans");
  expect(seen).toHaveLength(4);
  end();
  await createLinkAt(sandbox, "xfers");
  expect(seen).toHaveLength(4);
});

test("an exception of a listener reaches neither the caller nor another listener", async () => {
  const { sandbox } = await startSandbox();
  // Vitest would take an uncaught exception for its own.
  const uncaught: unknown[] = [];
  const { queueMicrotask: queue } = globalThis;
  const spy = vi.spyOn(globalThis, "queueMicrotask").mockImplementation((call) => {
    queue(() => {
      try {
        call();
      } catch (thrown) {
        uncaught.push(thrown);
      }
    });
  });
  onTestFinished(() => spy.mockRestore());
  const others: SandboxRecord[] = [];
  const fault = new Error("of the listener");
  sandbox.watch(() => {
    throw fault;
  });
  sandbox.watch((record) => void others.push(record));
  await createLinkAt(sandbox, "midtrans");
  expect([others.length, sandbox.requests[0]?.status]).toEqual([1, 200]);
  expect(uncaught).toEqual([fault]);
});

test("offer has the amount, the methods and the end of a link; an unknown link is refused", async () => {
  const { sandbox } = await startSandbox();
  const link = await createLinkAt(sandbox, "midtrans");
  const offer = sandbox.offer(link);
  expect([offer.currency, typeof offer.amount]).toEqual(["IDR", "number"]);
  expect(offer.methods).toContainEqual({ code: "bca_va", label: "BCA virtual account" });
  const other = await createLinkAt(sandbox, "xfers");
  expect(sandbox.offer(other).payableUntilMs).toBeGreaterThan(sandbox.clock.now());
  expect(sandbox.links.map((each) => each.link)).toEqual([link, other]);
  expect(() => sandbox.offer(`${sandbox.midtrans.url}/payment-links/other`)).toThrow("There is no link");
});
