import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import { look, outcomeOf, submit, valueOf } from "./inspect.ts";
import { call, dayMs, hourMs, minuteMs, startMerchant, startMs, startSandbox } from "./support.ts";

const startFrozen = async (): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, seed: "s<1" });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const hostile = `"><script>alert(1)</script>`;
const clockPage = [303, "/inspector/clock"];

describe("the page of the clock shows", () => {
  test("the time with its zones, and whether it stands still, as the overview does", async () => {
    const sandbox = await startFrozen();
    for (const path of ["", "/clock"]) {
      const page = await look(sandbox, path);
      const time = page.get("time");
      expect([time.text, time.element.getAttribute("datetime")]).toEqual([
        "2026-03-15 03:00:00 UTC",
        "2026-03-15T03:00:00.123Z",
      ]);
      expect(page.text).toContain("(in Jakarta 15 Mar 2026 10:00:00, UTC+7) frozen");
      expect(page.html).not.toContain("data-ticks");
    }
    sandbox.clock.resume();
    const page = await look(sandbox, "/clock");
    expect(page.text).toContain("UTC+7) running");
    expect(page.html).toContain("<p data-ticks>");
  });

  test("all that goes by it", async () => {
    const { text } = await look(await startFrozen(), "/clock");
    for (const what of ["links, payments and tokens expire", "settlement", "confirmation of refunds", "sent again"]) {
      expect(text).toContain(what);
    }
  });

  test("a change that was made by code, at once", async () => {
    const sandbox = await startFrozen();
    const response = await fetch(`${sandbox.control.url}/inspector/changes`);
    const reader = response.body?.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toBe("data: changed\n\n");
    sandbox.clock.resume();
    expect(await next()).toBe("data: changed\n\n");
    sandbox.clock.freeze();
    expect(await next()).toBe("data: changed\n\n");
  });

  test("the last moment there is, which is another year in Jakarta", async () => {
    const sandbox = await startFrozen();
    await sandbox.clock.set("9898-12-31T23:59:59.999Z");
    for (const path of ["", "/clock"]) expect((await look(sandbox, path)).text).toContain("01 Jan 9899 06:59:59");
  });
});

describe("the page of the clock", () => {
  test("freezes it and lets it go on", async () => {
    const { sandbox, clock } = await startSandbox();
    expect(outcomeOf(await submit(sandbox, "/clock/freeze"))).toEqual(clockPage);
    clock.advance(hourMs);
    expect([sandbox.clock.isFrozen, sandbox.clock.now()]).toEqual([true, startMs]);
    expect(outcomeOf(await submit(sandbox, "/clock/resume"))).toEqual(clockPage);
    clock.advance(hourMs);
    expect([sandbox.clock.isFrozen, sandbox.clock.now()]).toEqual([false, startMs + hourMs]);
  });

  test("goes forward by the amounts of its buttons, and by any other", async () => {
    const sandbox = await startFrozen();
    const page = await look(sandbox, "/clock");
    const moved = async (move: () => Promise<unknown>): Promise<number> => {
      const beforeMs = sandbox.clock.now();
      await move();
      return sandbox.clock.now() - beforeMs;
    };
    expect(page.all("button", /^\+/).map(({ text }) => text)).toEqual(["+1 minute", "+1 hour", "+1 day", "+30 days"]);
    for (const [name, ms] of [
      ["+1 minute", minuteMs],
      ["+1 hour", hourMs],
      ["+1 day", dayMs],
      ["+30 days", 30 * dayMs],
    ] as const) {
      expect(await moved(() => page.press(name))).toBe(ms);
    }
    for (const [fields, ms] of [
      [{ "Or by": " 90 ", Unit: "seconds" }, 90_000],
      [{ "Or by": "0", Unit: "days" }, 0],
    ] as const) {
      expect(await moved(() => page.press("Go forward", fields))).toBe(ms);
    }
    expect(outcomeOf(await submit(sandbox, "/clock/advance", { amount: "1", unit: "hours" }))).toEqual(clockPage);
  });

  test("lets what is due on the way happen", async () => {
    const merchant = await startMerchant();
    merchant.answerWith(500);
    const sandbox = await startFrozen();
    sandbox.setWebhookUrl("xfers", merchant.url);
    await sandbox.pay(await createLinkAt(sandbox, "xfers"));
    const expiring = await createLinkAt(sandbox, "xfers", "INV-2");
    await submit(sandbox, "/clock/advance", { amount: "30", unit: "days" });
    expect(merchant.received.length).toBeGreaterThan(10);
    expect((await call(expiring)).status).toBe(410);
  });

  test.each([
    ["2026-03-16T10:00:00+07:00", "2026-03-16T03:00:00.000Z"],
    [" 2026-03-16T03:00:00Z ", "2026-03-16T03:00:00.000Z"],
    ["2026-03-14T03:00:00.5Z", "2026-03-14T03:00:00.500Z"],
  ])("is set to %s, be it earlier or later", async (at, expected) => {
    const sandbox = await startFrozen();
    expect(outcomeOf(await submit(sandbox, "/clock/set", { at }))).toEqual(clockPage);
    expect(new Date(sandbox.clock.now()).toISOString()).toBe(expected);
  });

  test.each([
    "",
    "tomorrow",
    "2026-03-16",
    "2026-03-16T10:00:00",
    "2026-02-30T10:00:00Z",
    "9899-01-01T00:00:00Z",
    "1773543600000",
    hostile,
  ])("is not set to %j, and keeps what was typed", async (at) => {
    const sandbox = await startFrozen();
    const refused = await submit(sandbox, "/clock/set", { at });
    expect(outcomeOf(refused)).toEqual([
      400,
      `The date and time must be ISO 8601 with an offset, such as 2026-03-15T10:00:00+07:00, of the years 1970 to 9898, but is ${JSON.stringify(at)}.`,
    ]);
    expect(valueOf(refused, "textbox", "Date and time")).toBe(at);
    expect([refused.html.includes("<script>alert"), sandbox.clock.now()]).toEqual([false, startMs]);
  });

  test.each([
    [{ amount: "", unit: "hours" }, 'To go forward, enter a whole number of hours, 0 or more; not "".'],
    [{ amount: "-1", unit: "hours" }, 'To go forward, enter a whole number of hours, 0 or more; not "-1".'],
    [{ amount: "1.5", unit: "days" }, 'To go forward, enter a whole number of days, 0 or more; not "1.5".'],
    [
      { amount: "9999999", unit: "days" },
      "The clock goes no further than the year 9898, and 9999999 days go beyond it.",
    ],
    [{ amount: "9".repeat(400), unit: "days" }, expect.stringContaining("no further than the year 9898")],
    [{ amount: hostile, unit: "days" }, expect.stringContaining("enter a whole number of days")],
  ])("does not go forward by $0, and keeps what was typed", async (fields, refusal) => {
    const sandbox = await startFrozen();
    const refused = await submit(sandbox, "/clock/advance", fields);
    expect(outcomeOf(refused)).toEqual([400, refusal]);
    expect(valueOf(refused, "textbox", "Or by")).toBe(fields.amount);
    expect(valueOf(refused, "combobox", "Unit")).toBe(fields.unit);
    expect([refused.html.includes("<script>alert"), sandbox.clock.now()]).toEqual([false, startMs]);
  });
});

test.each(["weeks", "", hostile])("the page of the clock knows no unit %j", async (unit) => {
  const sandbox = await startFrozen();
  const refused = await submit(sandbox, "/clock/advance", { amount: "1", unit });
  const sentence = `The unit must be seconds, minutes, hours, days, but is ${JSON.stringify(unit)}.`;
  expect(outcomeOf(refused)).toEqual([400, sentence]);
  expect([refused.html.includes("<script>alert"), sandbox.clock.now()]).toEqual([false, startMs]);
});

describe("the page of the reset", () => {
  test("says what will be lost, and does nothing until it is told to", async () => {
    const sandbox = await startFrozen();
    await sandbox.pay(await createLinkAt(sandbox, "xfers"));
    sandbox.chaos.set("xfers", "rate_limit", { next: 1 });
    const page = await look(sandbox, "/reset");
    const { status, text } = page;
    expect(status).toBe(200);
    expect(text).toContain("1 link with 1 payment,");
    expect(text).toContain("The record of 1 webhook and 1 API call,");
    expect(text).toContain("1 fault set");
    sandbox.chaos.clear();
    expect((await look(sandbox, "/reset")).text).not.toContain("fault");
    expect(page.all("code").map((one) => one.text)).toEqual(["s<1"]);
    expect(page.has("button", "Reset the sandbox")).toBe(true);
    expect(sandbox.deliveries).toHaveLength(1);
  });

  test("starts the sandbox again, and leads to what is there then", async () => {
    const sandbox = await startFrozen();
    await sandbox.pay(await createLinkAt(sandbox, "xfers"));
    await sandbox.advance(dayMs);
    const page = await (await look(sandbox, "/reset")).press("Reset the sandbox");
    expect(page.url).toBe(`${sandbox.control.url}/inspector`);
    expect([sandbox.deliveries, sandbox.requests, sandbox.clock.now()]).toEqual([[], [], startMs]);
    expect((await look(sandbox)).text).toContain("No link yet.");
  });

  test("says why nothing was reset where a link of the start cannot be made any more", async () => {
    let nowMs = startMs;
    const create = {
      transaction_details: { order_id: "M", gross_amount: 10_000 },
      expiry: { start_time: "2026-03-15 10:00 +0700", duration: 1, unit: "hours" },
    };
    const sandbox = await createSandbox({
      clock: { now: () => nowMs },
      initialLinks: { midtrans: [{ create, payments: [{}] }] },
    });
    onTestFinished(() => sandbox.close());
    nowMs += dayMs;
    const refused = await submit(sandbox, "/reset");
    expect(outcomeOf(refused)).toEqual([
      409,
      "The reset was refused, and nothing has changed: initialLinks.midtrans[0].payments[0]: No payment can be opened on this link: it has expired.",
    ]);
    expect(refused.text).toContain("1 link with 1 payment,");
    expect(refused.has("button", "Reset the sandbox")).toBe(true);
  });
});
