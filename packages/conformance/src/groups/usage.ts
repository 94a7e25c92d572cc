import { instantAt } from "@tautan/core/driver";
import { equal } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, DAY_MS } from "../requests.ts";
import { checkRefusedUnsent } from "../unclaimed.ts";

/** The number of payments that a link accepts, and has accepted. */
export const usage: Group = {
  name: "usage",
  define: (context) => {
    limits(context);
    counting(context);
  },
};

const limits = ({ test, capabilities }: GroupContext): void => {
  const { maxLimit, unlimited } = capabilities.usage;

  test("a link without a limit in the request can be paid once", [], async (context) => {
    const link = await context.create();
    equal(link.usage, { limit: 1, used: 0, held: 0 }, "create: link.usage");
    equal((await context.read(link)).usage, { limit: 1, used: 0, held: 0 }, "get: link.usage");
  });

  test("the highest supported limit is accepted", [], async (context) => {
    const link = await context.create({ usage: { limit: maxLimit } });
    equal(link.usage, { limit: maxLimit, used: 0, held: 0 }, "create: link.usage");
    equal((await context.read(link)).usage.limit, maxLimit, "get: link.usage.limit");
  });

  // Core refuses a number that is too large to be exact.
  const isAnyNumber = maxLimit >= Number.MAX_SAFE_INTEGER;
  test("one more is refused, and nothing is sent", [], async (context) => {
    const request = context.request({ usage: { limit: maxLimit + 1 } });
    await checkRefusedUnsent(context, request, isAnyNumber ? "invalid_request" : "unsupported", "a higher limit");
  });

  if (unlimited) {
    test("a link without a limit has none", [], async (context) => {
      const link = await context.create({ usage: { limit: "unlimited" } });
      equal(link.usage.limit, undefined, "create: link.usage.limit");
      equal((await context.read(link)).usage.limit, undefined, "get: link.usage.limit");
    });
  } else {
    test("links without a limit are unsupported: refused, and nothing is sent", [], async (context) => {
      await checkRefusedUnsent(context, context.request({ usage: { limit: "unlimited" } }), "unsupported", "unlimited");
    });
  }

  test("a limit that is not a whole number from 1 is refused, and nothing is sent", [], async (context) => {
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      await checkRefusedUnsent(
        context,
        context.request({ usage: { limit } }),
        "invalid_request",
        `a limit of ${limit}`,
      );
    }
  });
};

const counting = ({ test, capabilities }: GroupContext): void => {
  const { maxLimit, openPaymentsHoldUses } = capabilities.usage;

  test("a payment uses up a link", ["pay"], async (context) => {
    const { link } = await context.paidLink();
    const read = await context.read(link);
    equal(read.usage, { limit: 1, used: 1, held: 0 }, "get: link.usage");
    equal([read.status, read.acceptsPayments], ["exhausted", false], "get: link.status and acceptsPayments");
  });

  if (maxLimit > 1) {
    test("a link for two payments accepts two", ["pay"], async (context) => {
      const { link } = await context.paidLink({ usage: { limit: 2 } });
      const between = await context.read(link);
      equal(between.usage, { limit: 2, used: 1, held: 0 }, "get: link.usage after one");
      equal([between.status, between.acceptsPayments], ["active", true], "get: link.status after one");
      await context.acts.pay(link);
      const after = await context.read(link);
      equal(after.usage, { limit: 2, used: 2, held: 0 }, "get: link.usage after two");
      equal([after.status, after.acceptsPayments], ["exhausted", false], "get: link.status after two");
    });
  }

  test(`an open payment ${openPaymentsHoldUses ? "holds a use" : "holds no use"}`, ["open"], async (context) => {
    const link = await context.create();
    await context.acts.open(link);
    const read = await context.read(link);
    equal(read.usage, { limit: 1, used: 0, held: openPaymentsHoldUses ? 1 : 0 }, "get: link.usage");
    const expected = openPaymentsHoldUses ? ["held", false] : ["active", true];
    equal([read.status, read.acceptsPayments], expected, "get: link.status and acceptsPayments");
  });

  test("an open payment that is paid counts once", ["open", "pay"], async (context) => {
    const link = await context.create();
    await context.acts.open(link);
    await context.acts.pay(link);
    equal((await context.read(link)).usage, { limit: 1, used: 1, held: 0 }, "get: link.usage");
  });

  test("an expired payment holds no use", ["open", "wait"], async (context) => {
    const link = await context.create({ expiresAt: instantAt(context.clock.now() + 5 * DAY_MS) });
    await context.acts.open(link);
    await context.acts.wait(3 * DAY_MS);
    const read = await context.read(link);
    equal(read.usage, { limit: 1, used: 0, held: 0 }, "get: link.usage");
    equal([read.status, read.acceptsPayments], ["active", true], "get: link.status and acceptsPayments");
  });

  if (!openPaymentsHoldUses) {
    test("a payment above the limit is reported", ["open", "pay", "payLate"], async (context) => {
      const link = await context.create();
      await context.acts.open(link);
      await context.acts.open(link);
      await context.acts.pay(link);
      await context.acts.payLate(link);
      const read = await context.read(link);
      equal(read.usage, { limit: 1, used: 2, held: 0 }, "get: link.usage");
      equal([read.status, read.acceptsPayments], ["exhausted", false], "get: link.status and acceptsPayments");
      const paid = (await context.histories(link)).filter((each) => each.isPaid);
      equal(paid.length, 2, "listHistories: payments");
    });
  }

  test("a failed payment uses nothing", ["fail"], async (context) => {
    const link = await context.create();
    await context.acts.fail(link);
    equal((await context.read(link)).usage, { limit: 1, used: 0, held: 0 }, "get: link.usage");
  });

  test("a refund does not free a use", ["pay", "refund"], async (context) => {
    const { link } = await context.paidLink({}, "refund");
    await context.acts.refund(link, amountWithin(capabilities));
    equal((await context.read(link)).usage.used, 1, "get: link.usage.used");
  });

  test("a payment that the bank took back frees its use", ["pay", "reverse"], async (context) => {
    const { link } = await context.paidLink({}, "reverse");
    await context.acts.reverse(link);
    equal((await context.read(link)).usage.used, 0, "get: link.usage.used");
  });
};
