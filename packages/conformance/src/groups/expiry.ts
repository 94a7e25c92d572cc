import { type Instant, isSupported, type PaymentLink } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { DAY_MS, endingIn, HOUR_MS, MINUTE_MS } from "../requests.ts";
import { checkUsage, leadWithin, leastLimit, momentsLack, showsExhaustion } from "../traits.ts";
import { checkRefusedUnsent, fieldIsClaimed } from "../unclaimed.ts";

/** When a link starts and stops accepting payments. */
export const expiry: Group = {
  name: "expiry",
  define: (context) => {
    if (fieldIsClaimed(context, "expiresAt", (context) => inFuture(context, DAY_MS))) {
      if (momentsLack(context.capabilities)) endless(context);
      else ends(context);
      never(context);
    }
    if (fieldIsClaimed(context, "startsAt", (context) => inFuture(context, HOUR_MS))) starts(context);
  },
};

const inFuture = ({ clock }: TestContext, ms: number): Instant => instantAt(clock.now() + ms);

/** A moment this far ahead, within the gateway's bounds. */
const lead = (context: TestContext, ms: number): Instant => inFuture(context, leadWithin(context.capabilities, ms));

/** Checks that a link ends as requested, or earlier by less than the gateway's resolution; never later. */
const checkEnd = (
  { capabilities: { expiresAt: capability } }: TestContext,
  link: PaymentLink,
  asked: Instant,
  what: string,
): void => {
  const resolutionMs = isSupported(capability) ? capability.resolutionMs : 1;
  check(link.expiresAt !== undefined, `${what}: expected an expiry of about ${asked}, got none`);
  const earlyMs = Date.parse(asked) - Date.parse(link.expiresAt);
  const isClose = earlyMs >= 0 && earlyMs < resolutionMs;
  check(isClose, `${what}: expected ${asked} or less than ${resolutionMs} ms before, got ${link.expiresAt}`);
};

/** Links of this gateway never end by time. */
const endless = ({ test, capabilities }: GroupContext): void => {
  const lack = momentsLack(capabilities);
  test("links never end: without an expiry in the request, a warning reports it", [], async (context) => {
    const link = await context.create();
    equal(link.expiresAt, undefined, "create: link.expiresAt");
    const warned = link.warnings.filter(({ field }) => field === "expiresAt").map(({ code }) => code);
    equal(warned, ["adjusted"], "create: warnings about expiresAt");
    equal((await context.read(link)).expiresAt, undefined, "get: link.expiresAt");
  });

  test("links never end: a moment is refused with the reason, and nothing is sent", [], async (context) => {
    const request = context.request({ expiresAt: inFuture(context, DAY_MS) });
    const error = await errorOf(context.links.create(request), "create");
    checkKind(error, ["unsupported"], "a moment");
    equal([error.outcome, context.network.sent], ["not_sent", 0], "a moment: outcome and requests");
    check(error.message.includes(lack?.unsupported ?? ""), `expected the declared reason, got ${error.message}`);
  });

  test('links never end: "never" is what is asked for, without a warning', [], async (context) => {
    const { warnings } = await context.create({ expiresAt: "never" });
    equal(
      warnings.filter(({ field }) => field === "expiresAt"),
      [],
      "create: warnings about expiresAt",
    );
  });
};

const never = ({ test, capabilities: { expiresAt: capability } }: GroupContext): void => {
  if (isSupported(capability) && capability.never) {
    test("a link may never end", ["wait"], async (context) => {
      const link = await context.create({ expiresAt: "never" });
      equal(link.expiresAt, undefined, "create: link.expiresAt");
      await context.acts.wait(400 * DAY_MS);
      const read = await context.read(link);
      equal([read.expiresAt, read.status], [undefined, "active"], "get: link.expiresAt and status");
    });
  } else {
    test("links without an end are unsupported: refused, and nothing is sent", [], async (context) => {
      await checkRefusedUnsent(context, context.request({ expiresAt: "never" }), "unsupported", "never");
    });
  }
};

const ends = (group: GroupContext): void => {
  const { test, capabilities } = group;
  test("a link without an expiry in the request ends after 24 hours", [], async (context) => {
    const link = await context.create();
    checkEnd(context, link, lead(context, DAY_MS), "create: link.expiresAt");
    checkEnd(context, await context.read(link), lead(context, DAY_MS), "get: link.expiresAt");
  });

  test("the requested expiry is returned, at the gateway's resolution", [], async (context) => {
    for (const ms of [HOUR_MS, 36 * HOUR_MS + 12_345, 3 * DAY_MS + 59_999]) {
      const expiresAt = lead(context, ms);
      const link = await context.create({ expiresAt });
      checkEnd(context, link, expiresAt, "create: link.expiresAt");
      checkEnd(context, await context.read(link), expiresAt, "get: link.expiresAt");
    }
  });

  test("an expiry in the past is refused, and nothing is sent", [], async (context) => {
    for (const ms of [-DAY_MS, 0]) {
      const request = context.request({ expiresAt: inFuture(context, ms) });
      await checkRefusedUnsent(context, request, "invalid_request", "an expiry in the past");
    }
  });

  leads(group);

  const hourMs = leadWithin(capabilities, HOUR_MS);
  test("a link accepts payments until its expiry and not after it", ["wait"], async (context) => {
    const link = await context.create({ expiresAt: inFuture(context, hourMs) });
    await context.acts.wait(hourMs - 2 * MINUTE_MS);
    const before = await context.read(link);
    equal([before.status, before.acceptsPayments], ["active", true], "get: link.status before");
    await context.acts.wait(2 * MINUTE_MS);
    const after = await context.read(link);
    equal([after.status, after.acceptsPayments], ["expired", false], "get: link.status after");
  });

  if (showsExhaustion(capabilities)) {
    test("a paid link stays exhausted, and does not become expired", ["pay", "wait"], async (context) => {
      const { link } = await context.paidLink({ expiresAt: inFuture(context, hourMs) });
      await context.acts.wait(2 * hourMs);
      equal((await context.read(link)).status, "exhausted", "get: link.status");
    });
  }

  test("a payment after the link's expiry counts as a payment", ["open", "payLate", "wait"], async (context) => {
    const link = await context.create({ expiresAt: inFuture(context, hourMs) });
    await context.acts.open(link);
    await context.acts.wait(2 * hourMs);
    equal((await context.read(link)).acceptsPayments, false, "get: link.acceptsPayments after the expiry");
    await context.acts.payLate(link);
    checkUsage(context, await context.read(link), { limit: leastLimit(capabilities), used: 1, held: 0 }, "get: link");
    const paid = (await context.histories(link)).filter((each) => each.isPaid);
    equal(paid.length, 1, "listHistories: payments");
  });
};

/** How soon and how late an expiry may be. */
const leads = ({ test, capabilities: { expiresAt: capability } }: GroupContext): void => {
  if (!isSupported(capability)) return;
  const { minLeadMs, maxLeadMs, resolutionMs } = capability;
  for (const [name, leadMs, beyondMs] of [
    ["earliest", minLeadMs, -resolutionMs],
    ["latest", maxLeadMs, resolutionMs],
  ] as const) {
    if (leadMs === undefined) continue;
    test(`the ${name} expiry is accepted, one beyond it is refused, and nothing is sent`, [], async (context) => {
      const expiresAt = inFuture(context, leadMs);
      checkEnd(context, await context.create({ expiresAt }), expiresAt, "create: link.expiresAt");
      const request = context.request({ expiresAt: inFuture(context, leadMs + beyondMs) });
      await checkRefusedUnsent(context, request, "unsupported", `beyond the ${name}`);
    });
  }
};

const starts = ({ test, absent, subject, capabilities }: GroupContext): void => {
  test("a link that starts later is scheduled, then active", ["wait"], async (context) => {
    const startsAt = inFuture(context, 2 * HOUR_MS);
    const link = await context.create({ startsAt, ...endingIn(context, DAY_MS) });
    equal(link.startsAt, startsAt, "create: link.startsAt");
    equal([link.status, link.acceptsPayments], ["scheduled", false], "create: link.status and acceptsPayments");
    await context.acts.wait(2 * HOUR_MS);
    equal((await context.read(link)).status, "active", "get: link.status from then on");
  });

  if (!momentsLack(capabilities)) {
    test("a link with a start and no end ends 24 hours after the start", [], async (context) => {
      const link = await context.create({ startsAt: inFuture(context, 5 * HOUR_MS) });
      checkEnd(context, link, lead(context, 5 * HOUR_MS + DAY_MS), "create: link.expiresAt");
      checkEnd(context, await context.read(link), lead(context, 5 * HOUR_MS + DAY_MS), "get: link.expiresAt");
    });
  }

  const unreported = subject.notReportedByRead?.startsAt;
  if (unreported) return absent("a read returns the start", unreported.absent);
  test("a read returns the start", [], async (context) => {
    const startsAt = inFuture(context, 2 * HOUR_MS);
    const read = await context.read(await context.create({ startsAt }));
    equal([read.startsAt, read.status], [startsAt, "scheduled"], "get: link.startsAt and status");
  });
};
