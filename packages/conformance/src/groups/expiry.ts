import { type Instant, isSupported, type PaymentLink } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import type { TestContext } from "../context.ts";
import { check, equal } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../requests.ts";
import { checkRefusedUnsent, fieldIsClaimed } from "../unclaimed.ts";

/** When a link starts and stops accepting payments. */
export const expiry: Group = {
  name: "expiry",
  define: (context) => {
    if (fieldIsClaimed(context, "expiresAt", (context) => inFuture(context, DAY_MS))) ends(context);
    if (fieldIsClaimed(context, "startsAt", (context) => inFuture(context, HOUR_MS))) starts(context);
  },
};

const inFuture = ({ clock }: TestContext, ms: number): Instant => instantAt(clock.now() + ms);

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

const ends = ({ test, capabilities: { expiresAt: capability } }: GroupContext): void => {
  test("a link without an expiry in the request ends after 24 hours", [], async (context) => {
    const link = await context.create();
    checkEnd(context, link, inFuture(context, DAY_MS), "create: link.expiresAt");
    checkEnd(context, await context.read(link), inFuture(context, DAY_MS), "get: link.expiresAt");
  });

  test("the requested expiry is returned, at the gateway's resolution", [], async (context) => {
    for (const ms of [HOUR_MS, 36 * HOUR_MS + 12_345, 3 * DAY_MS + 59_999]) {
      const expiresAt = inFuture(context, ms);
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

  test("a link accepts payments until its expiry and not after it", ["wait"], async (context) => {
    const link = await context.create({ expiresAt: inFuture(context, HOUR_MS) });
    await context.acts.wait(HOUR_MS - 2 * MINUTE_MS);
    const before = await context.read(link);
    equal([before.status, before.acceptsPayments], ["active", true], "get: link.status before");
    await context.acts.wait(2 * MINUTE_MS);
    const after = await context.read(link);
    equal([after.status, after.acceptsPayments], ["expired", false], "get: link.status after");
  });

  test("a paid link stays exhausted, and does not become expired", ["pay", "wait"], async (context) => {
    const { link } = await context.paidLink({ expiresAt: inFuture(context, HOUR_MS) });
    await context.acts.wait(2 * HOUR_MS);
    equal((await context.read(link)).status, "exhausted", "get: link.status");
  });

  test("a payment after the link's expiry counts as a payment", ["open", "payLate", "wait"], async (context) => {
    const link = await context.create({ expiresAt: inFuture(context, HOUR_MS) });
    await context.acts.open(link);
    await context.acts.wait(2 * HOUR_MS);
    equal((await context.read(link)).acceptsPayments, false, "get: link.acceptsPayments after the expiry");
    await context.acts.payLate(link);
    equal((await context.read(link)).usage.used, 1, "get: link.usage.used");
    const paid = (await context.histories(link)).filter((each) => each.isPaid);
    equal(paid.length, 1, "listHistories: payments");
  });
};

const starts = ({ test, absent, subject }: GroupContext): void => {
  test("a link that starts later is scheduled, then active", ["wait"], async (context) => {
    const startsAt = inFuture(context, 2 * HOUR_MS);
    const link = await context.create({ startsAt, expiresAt: inFuture(context, DAY_MS) });
    equal(link.startsAt, startsAt, "create: link.startsAt");
    equal([link.status, link.acceptsPayments], ["scheduled", false], "create: link.status and acceptsPayments");
    await context.acts.wait(2 * HOUR_MS);
    equal((await context.read(link)).status, "active", "get: link.status from then on");
  });

  test("a link with a start and no end ends 24 hours after the start", [], async (context) => {
    const link = await context.create({ startsAt: inFuture(context, 5 * HOUR_MS) });
    checkEnd(context, link, inFuture(context, 5 * HOUR_MS + DAY_MS), "create: link.expiresAt");
    checkEnd(context, await context.read(link), inFuture(context, 5 * HOUR_MS + DAY_MS), "get: link.expiresAt");
  });

  const unreported = subject.notReportedByRead?.startsAt;
  if (unreported) return absent("a read returns the start", unreported.absent);
  test("a read returns the start", [], async (context) => {
    const startsAt = inFuture(context, 2 * HOUR_MS);
    const read = await context.read(await context.create({ startsAt }));
    equal([read.startsAt, read.status], [startsAt, "scheduled"], "get: link.startsAt and status");
  });
};
