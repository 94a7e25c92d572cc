import { type Money, mergeHistories, money, type PaymentLink, type PaymentLinkHistory } from "@tautan/core";
import { sumMoney } from "@tautan/core/driver";
import { checkNow, KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, DAY_MS, endingIn } from "../requests.ts";
import { listsHistories, usesFor } from "../traits.ts";
import { operationIsClaimed } from "../unclaimed.ts";
import { recentHistories } from "./recent-histories.ts";

/** The histories of a link. */
export const histories: Group = {
  name: "histories",
  define: (context) => {
    const isListed = operationIsClaimed(context, "listHistories");
    const isRead = operationIsClaimed(context, "getHistory");
    payments(context);
    if (isRead) unknownHistory(context);
    if (isListed) unknownLink(context);
    ends(context);
    moneyBack(context);
    if (isListed) {
      paging(context);
      paidOnes(context);
    }
    if (operationIsClaimed(context, "listRecentHistories")) recentHistories(context);
  },
};

const payments = ({ test, capabilities }: GroupContext): void => {
  test("a link that nobody paid has none that is paid", [], async (context) => {
    const link = await context.create();
    equal(await context.histories(link), [], "listHistories");
  });

  test("a payment is one history, and a read returns the same", ["pay"], async (context) => {
    const { link } = await context.paidLink();
    const [history, ...others] = await context.histories(link);
    equal(others.length, 0, "listHistories: further histories");
    check(history !== undefined, "listHistories: expected a history");
    const read = await context.readHistory(link, history.id);
    for (const [what, reported] of Object.entries({ listHistories: history, getHistory: read })) {
      equal([reported.id, reported.gateway], [history.id, KEY], `${what}: id and gateway`);
      equal([reported.status, reported.isPaid], ["paid", true], `${what}: status and isPaid`);
      equal(reported.amount, amountWithin(capabilities), `${what}: amount`);
      equal(reported.conflicts, [], `${what}: conflicts`);
      for (const at of ["openedAt", "paidAt"] as const) checkNow(context, reported[at], `${what}: ${at}`);
    }
    equal([history.linkId, history.reference], [link.id, link.reference], "listHistories: linkId and reference");
    equal(mergeHistories(history, read).status, "paid", "status of both together");
  });

  test("the webhook and the read have the same history id", ["pay"], async (context) => {
    const { link, webhooks } = await context.paidLink();
    const [history] = await context.histories(link);
    for (const { history: heard } of await context.heardIn(webhooks)) {
      equal(heard.id, history?.id, "the webhook's history.id");
    }
  });

  test("other links' payments are not among them", ["pay"], async (context) => {
    const [one, other] = [await context.paidLink(), await context.paidLink()];
    for (const { link } of [one, other]) {
      const references = (await context.histories(link)).map((each) => each.reference);
      equal(references, [link.reference], "listHistories: references");
    }
  });
};

const unknownHistory = ({ test }: GroupContext): void =>
  test("an unknown history is not found", [], async (context) => {
    const { id } = await context.create();
    for (const unknown of [`${KEY}:no-such-history`, `${id}-1767225600123`] as const) {
      checkKind(
        await errorOf(context.links.getHistory(unknown), "getHistory"),
        ["not_found"],
        `getHistory of ${unknown}`,
      );
    }
  });

const unknownLink = ({ test }: GroupContext): void =>
  test("the histories of an unknown link are not found", [], async (context) => {
    const error = await errorOf(context.links.listHistories(`${KEY}:99999999`), "listHistories");
    checkKind(error, ["not_found"], "listHistories");
  });

const ends = ({ test, absent, capabilities }: GroupContext): void => {
  test("an open payment is not paid", ["open"], async (context) => {
    const link = await context.create();
    await context.acts.open(link);
    for (const each of await context.histories(link)) {
      check(each.status === "pending" || each.status === "opened", `expected pending or opened, got ${each.status}`);
      equal(each.isPaid, false, "listHistories: history.isPaid");
    }
  });

  const expired = "a payment whose time is over is expired, and not paid";
  if (listsHistories(capabilities)) {
    test(expired, ["open", "wait"], async (context) => {
      const link = await context.create(endingIn(context, 5 * DAY_MS));
      await context.acts.open(link);
      await context.acts.wait(3 * DAY_MS);
      for (const each of await context.histories(link)) {
        equal([each.status, each.isPaid], ["expired", false], "listHistories: status and isPaid");
      }
    });
  } else absent(expired, "no read shows the time of a payment");

  test("a failed payment is not paid", ["fail"], async (context) => {
    const link = await context.create();
    await context.acts.fail(link);
    const [history, ...others] = await context.histories(link);
    equal(others.length, 0, "listHistories: further histories");
    check(history !== undefined, "listHistories: expected the payment that failed");
    equal([history.status, history.isPaid], ["failed", false], "listHistories: status and isPaid");
  });

  if (capabilities.settlementVisible) {
    test("money that can be withdrawn is settled, and still paid", ["pay", "settle"], async (context) => {
      const { link } = await context.paidLink();
      await context.acts.settle(link);
      const [history] = await context.histories(link);
      equal([history?.status, history?.isPaid], ["settled", true], "listHistories: status and isPaid");
      checkNow(context, history?.settledAt, "listHistories: settledAt");
    });
  } else {
    test("settlement is unsupported: a payment is paid and never settled", ["pay"], async (context) => {
      const { link, webhooks } = await context.paidLink();
      const heard = (await context.heardIn(webhooks)).map((each) => each.history);
      const paid = [...heard, ...(await context.histories(link))].filter((each) => each.isPaid);
      check(paid.length > 0, "expected a report of the payment");
      for (const { status } of paid) equal(status, "paid", "history.status");
    });
  }
};

/** The reports of all sources about one payment, with the webhooks since the last call. */
const withHeard = async (
  context: TestContext,
  first: PaymentLinkHistory,
  ...others: readonly PaymentLinkHistory[]
): Promise<PaymentLinkHistory> => {
  const heard = await context.heardIn(await context.takeDeliveries());
  return [...others, ...heard.map(({ history }) => history)].reduce(
    (left, right) => mergeHistories(left, right),
    first,
  );
};

/** A fifth of an amount, at the currency's resolution. */
const fifthOf = ({ amount, currency }: Money, decimals: number): Money =>
  money((Math.floor((Number(amount) * 10 ** decimals) / 5) / 10 ** decimals).toFixed(decimals), currency);

const restOf = (amount: Money, part: Money): Money =>
  sumMoney([amount, { ...part, amount: `-${part.amount}` }]) ?? amount;

const moneyBack = ({ test, absent, subject, capabilities }: GroupContext): void => {
  const unreported = subject.notReportedByList?.partialRefund;
  if (unreported) absent("a list reports a partial refund", unreported.absent);
  test("after a partial refund the history is paid, after a full one it is not", ["pay", "refund"], async (context) => {
    const amount = amountWithin(capabilities);
    const { decimals = 0 } = capabilities.currencies[amount.currency] ?? {};
    const part = fifthOf(amount, decimals);
    const { link } = await context.paidLink({}, "refund");

    await context.acts.refund(link, part);
    const [listedPartly] = await context.histories(link);
    check(listedPartly !== undefined, "listHistories: expected the payment");
    equal(listedPartly.isPaid, true, "listHistories: isPaid");
    const partly = await context.readHistory(link, listedPartly.id);
    const partlyRefunded = {
      getHistory: partly,
      "all sources together": await withHeard(context, listedPartly, partly),
    };
    for (const [what, reported] of Object.entries(
      unreported ? partlyRefunded : { listHistories: listedPartly, ...partlyRefunded },
    )) {
      equal([reported.status, reported.isPaid], ["partially_refunded", true], `${what}: status and isPaid`);
      equal(reported.refunded, part, `${what}: refunded`);
    }

    await context.acts.refund(link, restOf(amount, part));
    const [listedWholly] = await context.histories(link);
    check(listedWholly !== undefined, "listHistories: expected the payment");
    const wholly = await context.readHistory(link, listedWholly.id);
    const fullyRefunded = {
      listHistories: listedWholly,
      getHistory: wholly,
      "all sources together": await withHeard(context, partly, listedWholly, wholly),
    };
    for (const [what, reported] of Object.entries(fullyRefunded)) {
      equal([reported.status, reported.isPaid], ["refunded", false], `${what}: status and isPaid`);
      equal(reported.refunded, amount, `${what}: refunded`);
    }
  });

  test("a payment that the bank took back is not paid", ["pay", "reverse"], async (context) => {
    const { link } = await context.paidLink({}, "reverse");
    await context.acts.reverse(link);
    const [listed] = await context.histories(link);
    equal(listed?.isPaid, false, "listHistories: history.isPaid");
    check(listed !== undefined, "listHistories: expected the payment");
    const read = await context.readHistory(link, listed.id);
    equal([mergeHistories(listed, read).isPaid, read.isPaid], [false, false], "getHistory: history.isPaid");
  });
};

const paging = ({ test, capabilities }: GroupContext): void => {
  const usage = usesFor(capabilities, 3);
  if (!usage) return;
  test("each is listed once, newest first, on as many pages as needed", ["pay", "wait"], async (context) => {
    const { link } = await context.paidLink({ usage });
    for (let paid = 1; paid < 3; paid += 1) {
      await context.acts.wait(1000);
      await context.acts.pay(link);
    }
    const all = await context.histories(link);
    equal(new Set(all.map((each) => each.id)).size, 3, "listHistories: different histories");
    const times = all.map((each) => each.openedAt ?? "");
    equal(times, times.toSorted().toReversed(), "listHistories: history.openedAt, newest first");
    for (const limit of [1, 2]) {
      const paged = await context.histories(link, limit);
      equal(
        paged.map((each) => each.id),
        all.map((each) => each.id),
        `listHistories in pages of ${limit}`,
      );
    }
  });
};

const paidOnes = ({ test }: GroupContext): void => {
  const paidOf = async ({ links }: TestContext, link: PaymentLink): Promise<readonly boolean[]> => {
    const { items } = await okOf(links.listHistories(link.id, { paidOnly: true }), "listHistories");
    return items.map(({ isPaid }) => isPaid);
  };
  test("a payment is among the paid ones", ["pay"], async (context) => {
    equal(await paidOf(context, (await context.paidLink()).link), [true], "listHistories: isPaid of the paid ones");
  });

  test("a failed payment is not among the paid ones", ["fail"], async (context) => {
    const link = await context.create();
    await context.acts.fail(link);
    equal(await paidOf(context, link), [], "listHistories: isPaid of the paid ones");
  });
};
