import { mergeHistories, type PaymentLink } from "@tautan/core";
import { historiesAmong, type TestContext } from "../context.ts";
import { check, equal } from "../expect.ts";
import type { Group } from "../plan.ts";

/** Payments that their payer disputes. */
export const disputes: Group = {
  name: "disputes",
  define: ({ test }) => {
    test("a disputed payment is not paid while the dispute is open", ["pay", "dispute"], async (context) => {
      const { link } = await disputed(context);
      await checkStatus(context, link, "disputed", false);
    });

    for (const [end, status, isPaid] of [
      ["won", "paid", true],
      ["lost", "reversed", false],
    ] as const) {
      test(`a payment whose dispute was ${end} is ${status}`, ["pay", "dispute", "endDispute"], async (context) => {
        const { link } = await disputed(context);
        await context.acts.endDispute(link, end);
        await checkStatus(context, link, status, isPaid);
      });
    }

    test("the webhook of a dispute is about its payment", ["pay", "dispute"], async (context) => {
      const { link, paid } = await disputed(context);
      const heard = await context.heardIn(await context.takeDeliveries());
      check(heard.length > 0, "expected a webhook of the dispute");
      for (const { history } of heard) equal(history.id, paid, "the webhook's history.id");
      equal((await context.histories(link)).length, 1, "listHistories: histories");
    });

    test(
      "the reports about a dispute have the same result in every order",
      ["pay", "dispute", "endDispute"],
      async (context) => {
        const { link } = await context.paidLink({}, "dispute");
        await context.acts.dispute(link);
        await context.acts.endDispute(link, "lost");
        const heard = historiesAmong(await context.observationsIn(await context.takeDeliveries()));
        const pieces = [...heard.map(({ history }) => history), ...(await context.histories(link))];
        const forwards = pieces.reduce(mergeHistories);
        const backwards = pieces.toReversed().reduce(mergeHistories);
        equal({ ...backwards }, { ...forwards }, "the history in the other order");
        equal(forwards.isPaid, false, "history.isPaid");
      },
    );
  },
};

/** A payment that its payer disputes, and its history. */
const disputed = async (context: TestContext): Promise<{ readonly link: PaymentLink; readonly paid: string }> => {
  const { link } = await context.paidLink({}, "dispute");
  const [history] = await context.histories(link);
  check(history !== undefined, "listHistories: expected the payment");
  await context.takeDeliveries();
  await context.acts.dispute(link);
  return { link, paid: history.id };
};

/** Checks a payment in all sources. Money that can be withdrawn already is settled, which is paid too. */
const checkStatus = async (
  context: TestContext,
  link: PaymentLink,
  status: "paid" | "disputed" | "reversed",
  isPaid: boolean,
): Promise<void> => {
  const [listed] = await context.histories(link);
  check(listed !== undefined, "listHistories: expected the payment");
  const read = await context.readHistory(link, listed.id);
  const heard = (await context.heardIn(await context.takeDeliveries())).map(({ history }) => history);
  const together = [listed, read, ...heard].reduce(mergeHistories);
  for (const [what, each] of Object.entries({ getHistory: read, "all sources together": together })) {
    const isExpected = each.status === status || (status === "paid" && each.status === "settled");
    check(isExpected, `${what}: status: expected ${status}, got ${each.status}`);
    equal(each.isPaid, isPaid, `${what}: isPaid`);
  }
};
