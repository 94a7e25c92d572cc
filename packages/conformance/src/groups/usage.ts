import { equal } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, DAY_MS, endingIn } from "../requests.ts";
import { canLast, checkPaidStatus, checkUsage, leastLimit, showsExhaustion } from "../traits.ts";
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

  if (maxLimit === 0) {
    test("a link without a limit in the request is refused, because links have none here", [], async (context) => {
      const request = context.request({ usage: undefined });
      await checkRefusedUnsent(context, request, "unsupported", "a link for one payment");
    });
  } else {
    test("a link without a limit in the request can be paid once", [], async (context) => {
      const link = await context.create();
      checkUsage(context, link, { limit: 1, used: 0, held: 0 }, "create: link");
      checkUsage(context, await context.read(link), { limit: 1, used: 0, held: 0 }, "get: link");
    });

    test("the highest supported limit is accepted", [], async (context) => {
      const link = await context.create({ usage: { limit: maxLimit } });
      checkUsage(context, link, { limit: maxLimit, used: 0, held: 0 }, "create: link");
      checkUsage(context, await context.read(link), { limit: maxLimit, used: 0, held: 0 }, "get: link");
    });
  }

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
      checkUsage(context, await context.read(link), { limit: undefined, used: 0, held: 0 }, "get: link");
    });

    test("it accepts one payment after the other", ["pay"], async (context) => {
      const { link } = await context.paidLink({ usage: { limit: "unlimited" } });
      await context.acts.pay(link);
      const read = await context.read(link);
      checkUsage(context, read, { limit: undefined, used: 2, held: 0 }, "get: link");
      equal([read.status, read.acceptsPayments], ["active", true], "get: link.status and acceptsPayments");
      equal((await context.histories(link)).filter((each) => each.isPaid).length, 2, "listHistories: payments");
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

const counting = ({ test, absent, capabilities }: GroupContext): void => {
  const { maxLimit, openPaymentsHoldUses } = capabilities.usage;
  const limit = leastLimit(capabilities);
  const isShown = showsExhaustion(capabilities);

  test("a payment uses up a link", ["pay"], async (context) => {
    const { link } = await context.paidLink();
    const read = await context.read(link);
    checkUsage(context, read, { limit, used: 1, held: 0 }, "get: link");
    checkPaidStatus(context, read, "get: link");
  });

  if (maxLimit > 1) {
    test("a link for two payments accepts two", ["pay"], async (context) => {
      const { link } = await context.paidLink({ usage: { limit: 2 } });
      const between = await context.read(link);
      checkUsage(context, between, { limit: 2, used: 1, held: 0 }, "get: link after one");
      equal([between.status, between.acceptsPayments], ["active", true], "get: link.status after one");
      await context.acts.pay(link);
      const after = await context.read(link);
      checkUsage(context, after, { limit: 2, used: 2, held: 0 }, "get: link after two");
      checkPaidStatus(context, after, "get: link after two");
      equal((await context.histories(link)).filter((each) => each.isPaid).length, 2, "listHistories: payments");
    });
  }

  test(`an open payment ${openPaymentsHoldUses ? "holds a use" : "holds no use"}`, ["open"], async (context) => {
    const link = await context.create();
    await context.acts.open(link);
    const read = await context.read(link);
    checkUsage(context, read, { limit, used: 0, held: openPaymentsHoldUses ? 1 : 0 }, "get: link");
    const expected = openPaymentsHoldUses && isShown ? ["held", false] : ["active", true];
    equal([read.status, read.acceptsPayments], expected, "get: link.status and acceptsPayments");
  });

  test("an open payment that is paid counts once", ["open", "pay"], async (context) => {
    const link = await context.create();
    await context.acts.open(link);
    await context.acts.pay(link);
    checkUsage(context, await context.read(link), { limit, used: 1, held: 0 }, "get: link");
    equal((await context.histories(link)).filter((each) => each.isPaid).length, 1, "listHistories: payments");
  });

  if (canLast(capabilities, LONG_MS)) {
    test("an expired payment holds no use", ["open", "wait"], async (context) => {
      const link = await context.create(endingIn(context, LONG_MS));
      await context.acts.open(link);
      await context.acts.wait(3 * DAY_MS);
      const read = await context.read(link);
      checkUsage(context, read, { limit, used: 0, held: 0 }, "get: link");
      equal([read.status, read.acceptsPayments], ["active", true], "get: link.status and acceptsPayments");
    });
  } else absent("an expired payment holds no use", "a link ends before its payments do");

  // Where payments are not counted, nothing shows one above the limit but the histories, and the ledger judges those.
  if (!openPaymentsHoldUses && limit !== undefined) {
    test("a payment above the limit is reported", ["open", "pay", "payLate"], async (context) => {
      const link = await context.create();
      await context.acts.open(link);
      await context.acts.open(link);
      await context.acts.pay(link);
      await context.acts.payLate(link);
      const read = await context.read(link);
      checkUsage(context, read, { limit, used: 2, held: 0 }, "get: link");
      checkPaidStatus(context, read, "get: link");
      const paid = (await context.histories(link)).filter((each) => each.isPaid);
      equal(paid.length, 2, "listHistories: payments");
    });
  }

  test("a failed payment uses nothing", ["fail"], async (context) => {
    const link = await context.create();
    await context.acts.fail(link);
    checkUsage(context, await context.read(link), { limit, used: 0, held: 0 }, "get: link");
  });

  test("a refund does not free a use", ["pay", "refund"], async (context) => {
    const { link } = await context.paidLink({}, "refund");
    await context.acts.refund(link, amountWithin(capabilities));
    checkUsage(context, await context.read(link), { limit, used: 1, held: 0 }, "get: link");
  });

  test("a payment that the bank took back frees its use", ["pay", "reverse"], async (context) => {
    const { link } = await context.paidLink({}, "reverse");
    await context.acts.reverse(link);
    checkUsage(context, await context.read(link), { limit, used: 0, held: 0 }, "get: link");
  });
};

/** Longer than any payment is open. */
const LONG_MS = 5 * DAY_MS;
