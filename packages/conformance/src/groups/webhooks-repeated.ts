import { mergeHistories, type PaymentLinkHistory } from "@tautan/core";
import { historiesAmong } from "../context.ts";
import { check, equal, okOf } from "../expect.ts";
import type { GroupContext } from "../plan.ts";

/** Webhooks can arrive more than once and in any order. */
export const repeatedWebhooks = ({ test, subject, capabilities }: GroupContext): void => {
  test("the same webhook ten times changes nothing after the first time", ["pay"], async (context) => {
    for (const each of (await context.paidLink()).webhooks) {
      const first = await context.parse(each);
      for (let time = 1; time < 10; time += 1) {
        const again = await context.parse(each);
        equal(again, first, "the delivery");
        const [known, news] = [historiesAmong(first.observations), historiesAmong(again.observations)];
        for (const [index, { history }] of known.entries()) {
          const other = news[index]?.history;
          check(other !== undefined && mergeHistories(history, other) === history, "expected no change after a merge");
        }
      }
    }
  });

  test("the reports about one payment have the same result in every order", ["open", "pay"], async (context) => {
    const link = await context.create();
    await context.acts.open(link);
    await context.acts.pay(link);
    if (capabilities.settlementVisible && typeof subject.acts.settle === "function") await context.acts.settle(link);
    const heard = (await context.heardIn(await context.takeDeliveries())).map((each) => each.history);
    const pieces = [...heard, ...(await context.histories(link))];
    equal(new Set(pieces.map((each) => each.id)).size, 1, "different histories in the reports");
    const [expected, ...others] = ordersOf(pieces.slice(0, 6)).map((each) => ({ ...each.reduce(mergeHistories) }));
    equal(expected?.isPaid, true, "history.isPaid");
    for (const other of others) equal(other, expected, "the history in another order");
  });
};

const ordersOf = (pieces: readonly PaymentLinkHistory[]): readonly (readonly PaymentLinkHistory[])[] =>
  pieces.length <= 1
    ? [pieces]
    : pieces.flatMap((each, index) => ordersOf(pieces.toSpliced(index, 1)).map((rest) => [each, ...rest]));

/** Webhooks about several payments, and about other things than links. */
export const unusualWebhooks = ({ test }: GroupContext): void => {
  test("a batch reports each of its payments", ["batch"], async (context) => {
    const made = [await context.create(), await context.create(), await context.create()];
    await context.takeDeliveries();
    await context.acts.batch(made);
    // Earlier webhooks may be too old by now.
    const webhook = (await context.takeDeliveries()).at(-1);
    check(webhook !== undefined, "expected a webhook");
    const batch = await context.parse(webhook);
    check(
      batch.observations.length >= made.length,
      `expected ${made.length} reports, got ${batch.observations.length}`,
    );
    const heard = await context.heardIn([webhook]);
    for (const { id, reference } of made) {
      const own = heard.filter(({ linkCandidates }) =>
        linkCandidates.some((each) => each.id === id || each.reference === reference),
      );
      equal(own.length, 1, `reports about ${reference}`);
    }
  });

  test("an unknown event is a value, acknowledged like any other", ["unknownEvent"], async (context) => {
    const delivery = await context.parse(await context.acts.unknownEvent());
    check(
      delivery.observations.every((each) => each.kind === "unknown"),
      "expected nothing but unknown observations",
    );
    check(delivery.observations.length > 0, "expected an unknown observation");
    equal(delivery.acknowledgement, context.driver.acknowledgements.accepted, "the acknowledgement");
  });

  test(
    "an event of the account's other business is acknowledged, and nobody's payment",
    ["notOurs"],
    async (context) => {
      const delivery = await context.parse(await context.acts.notOurs());
      equal(delivery.acknowledgement, context.driver.acknowledgements.accepted, "the acknowledgement");
      check(delivery.observations.length > 0, "expected an observation");
      const isConfirmed = context.capabilities.operations.confirm === true;
      for (const each of delivery.observations) {
        // A failure would make the gateway repeat the delivery for days.
        const confirmed = isConfirmed ? await okOf(context.links.confirm(each), "confirm") : each;
        equal(confirmed.kind, "unknown", "confirm: kind of the observation");
      }
    },
  );
};
