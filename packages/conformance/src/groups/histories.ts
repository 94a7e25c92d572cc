import { mergeHistories, type PaymentLinkHistory } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { checkNow, historiesAmong, KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, DAY_MS } from "../requests.ts";
import { operationIsClaimed } from "../unclaimed.ts";
import { recentHistories } from "./recent-histories.ts";

/** The histories of a link. */
export const histories: Group = {
  name: "histories",
  define: (context) => {
    if (!operationIsClaimed(context, "listHistories") || !operationIsClaimed(context, "getHistory")) return;
    payments(context);
    ends(context);
    moneyBack(context);
    paging(context);
    if (operationIsClaimed(context, "listRecentHistories")) recentHistories(context);
  },
};

const payments = ({ test, capabilities }: GroupContext): void => {
  test("a link that nobody paid has none that is paid", [], async (bench) => {
    const link = await bench.create();
    equal(await bench.histories(link), [], "listHistories");
  });

  test("a payment is one history, and a read returns the same", ["pay"], async (bench) => {
    const { link } = await bench.paidLink();
    const [history, ...others] = await bench.histories(link);
    equal(others.length, 0, "listHistories: further histories");
    check(history !== undefined, "listHistories: expected a history");
    const read = await okOf(bench.links.getHistory(history.id), "getHistory");
    for (const [what, told] of Object.entries({ listHistories: history, getHistory: read })) {
      equal([told.id, told.gateway], [history.id, KEY], `${what}: id and gateway`);
      equal([told.status, told.isPaid], ["paid", true], `${what}: status and isPaid`);
      equal(told.amount, amountWithin(capabilities), `${what}: amount`);
      equal(told.conflicts, [], `${what}: conflicts`);
      for (const at of ["openedAt", "paidAt"] as const) checkNow(bench, told[at], `${what}: ${at}`);
    }
    equal([history.linkId, history.reference], [link.id, link.reference], "listHistories: linkId and reference");
    equal(mergeHistories(history, read).status, "paid", "status of both together");
  });

  test("the webhook and the read have the same history id", ["pay"], async (bench) => {
    const { link, webhooks } = await bench.paidLink();
    const [history] = await bench.histories(link);
    for (const { history: heard } of historiesAmong(await bench.observationsIn(webhooks))) {
      equal(heard.id, history?.id, "the webhook's history.id");
    }
  });

  test("other links' payments are not among them", ["pay"], async (bench) => {
    const [one, other] = [await bench.paidLink(), await bench.paidLink()];
    for (const { link } of [one, other]) {
      const references = (await bench.histories(link)).map((each) => each.reference);
      equal(references, [link.reference], "listHistories: references");
    }
  });

  test("an unknown history is not found", [], async (bench) => {
    const { id } = await bench.create();
    for (const unknown of [`${KEY}:no-such-history`, `${id}-1767225600123`] as const) {
      checkKind(
        await errorOf(bench.links.getHistory(unknown), "getHistory"),
        ["not_found"],
        `getHistory of ${unknown}`,
      );
    }
  });

  test("the histories of an unknown link are not found", [], async (bench) => {
    const error = await errorOf(bench.links.listHistories(`${KEY}:99999999`), "listHistories");
    checkKind(error, ["not_found"], "listHistories");
  });
};

const ends = ({ test, capabilities }: GroupContext): void => {
  test("an open payment is not paid", ["open"], async (bench) => {
    const link = await bench.create();
    await bench.acts.open(link);
    for (const each of await bench.histories(link)) {
      check(each.status === "pending" || each.status === "opened", `expected pending or opened, got ${each.status}`);
      equal(each.isPaid, false, "listHistories: history.isPaid");
    }
  });

  test("a payment whose time is over is expired, and not paid", ["open", "wait"], async (bench) => {
    const link = await bench.create({ expiresAt: instantAt(bench.clock.now() + 5 * DAY_MS) });
    await bench.acts.open(link);
    await bench.acts.wait(3 * DAY_MS);
    for (const each of await bench.histories(link)) {
      equal([each.status, each.isPaid], ["expired", false], "listHistories: status and isPaid");
    }
  });

  test("a failed payment is not paid", ["fail"], async (bench) => {
    const link = await bench.create();
    await bench.acts.fail(link);
    const [history, ...others] = await bench.histories(link);
    equal(others.length, 0, "listHistories: further histories");
    check(history !== undefined, "listHistories: expected the payment that failed");
    equal([history.status, history.isPaid], ["failed", false], "listHistories: status and isPaid");
  });

  if (capabilities.settlementVisible) {
    test("money that can be withdrawn is settled, and still paid", ["pay", "settle"], async (bench) => {
      const { link } = await bench.paidLink();
      await bench.acts.settle(link);
      const [history] = await bench.histories(link);
      equal([history?.status, history?.isPaid], ["settled", true], "listHistories: status and isPaid");
      checkNow(bench, history?.settledAt, "listHistories: settledAt");
    });
  } else {
    test("settlement is unsupported: a payment is paid and never settled", ["pay"], async (bench) => {
      const { link, webhooks } = await bench.paidLink();
      const heard = historiesAmong(await bench.observationsIn(webhooks)).map((each) => each.history);
      const paid = [...heard, ...(await bench.histories(link))].filter((each) => each.isPaid);
      check(paid.length > 0, "expected a report of the payment");
      for (const { status } of paid) equal(status, "paid", "history.status");
    });
  }
};

/** The reports of all sources about one payment, with the webhooks since the last call. */
const withHeard = async (
  bench: TestContext,
  first: PaymentLinkHistory,
  ...others: readonly PaymentLinkHistory[]
): Promise<PaymentLinkHistory> => {
  const heard = historiesAmong(await bench.observationsIn(await bench.takeDeliveries()));
  return [...others, ...heard.map(({ history }) => history)].reduce(
    (left, right) => mergeHistories(left, right),
    first,
  );
};

const moneyBack = ({ test, absent, subject, capabilities }: GroupContext): void => {
  const untold = subject.notReportedByList?.partialRefund;
  if (untold) absent("a list reports a partial refund", untold.absent);
  test("after a partial refund the history is paid, after a full one it is not", ["pay", "refund"], async (bench) => {
    const amount = amountWithin(capabilities);
    const part = amountWithin(capabilities, "10000");
    const { link } = await bench.paidLink({}, "refund");

    await bench.acts.refund(link, part);
    const [listedPartly] = await bench.histories(link);
    check(listedPartly !== undefined, "listHistories: expected the payment");
    equal(listedPartly.isPaid, true, "listHistories: isPaid");
    const partly = await okOf(bench.links.getHistory(listedPartly.id), "getHistory");
    const tellPart = { getHistory: partly, "all sources together": await withHeard(bench, listedPartly, partly) };
    for (const [what, told] of Object.entries(untold ? tellPart : { listHistories: listedPartly, ...tellPart })) {
      equal([told.status, told.isPaid], ["partially_refunded", true], `${what}: status and isPaid`);
      equal(told.refunded, part, `${what}: refunded`);
    }

    await bench.acts.refund(link, { ...amount, amount: String(Number(amount.amount) - Number(part.amount)) });
    const [listedWholly] = await bench.histories(link);
    check(listedWholly !== undefined, "listHistories: expected the payment");
    const wholly = await okOf(bench.links.getHistory(listedWholly.id), "getHistory");
    const tellAll = {
      listHistories: listedWholly,
      getHistory: wholly,
      "all sources together": await withHeard(bench, partly, listedWholly, wholly),
    };
    for (const [what, told] of Object.entries(tellAll)) {
      equal([told.status, told.isPaid], ["refunded", false], `${what}: status and isPaid`);
      equal(told.refunded, amount, `${what}: refunded`);
    }
  });

  test("a payment that the bank took back is not paid", ["pay", "reverse"], async (bench) => {
    const { link } = await bench.paidLink({}, "reverse");
    await bench.acts.reverse(link);
    const [listed] = await bench.histories(link);
    equal(listed?.isPaid, false, "listHistories: history.isPaid");
    check(listed !== undefined, "listHistories: expected the payment");
    const read = await okOf(bench.links.getHistory(listed.id), "getHistory");
    equal([mergeHistories(listed, read).isPaid, read.isPaid], [false, false], "getHistory: history.isPaid");
  });
};

const paging = ({ test, capabilities }: GroupContext): void => {
  if (capabilities.usage.maxLimit < 3) return;
  test("each is listed once, newest first, on as many pages as needed", ["pay", "wait"], async (bench) => {
    const { link } = await bench.paidLink({ usage: { limit: 3 } });
    for (let paid = 1; paid < 3; paid += 1) {
      await bench.acts.wait(1000);
      await bench.acts.pay(link);
    }
    const all = await bench.histories(link);
    equal(new Set(all.map((each) => each.id)).size, 3, "listHistories: different histories");
    const times = all.map((each) => each.openedAt ?? "");
    equal(times, times.toSorted().toReversed(), "listHistories: history.openedAt, newest first");
    for (const limit of [1, 2]) {
      const paged = await bench.histories(link, limit);
      equal(
        paged.map((each) => each.id),
        all.map((each) => each.id),
        `listHistories in pages of ${limit}`,
      );
    }
  });
};
