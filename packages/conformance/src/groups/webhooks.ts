import { historiesIn, type Observation, type WebhookRequest } from "@tautan/core";
import { checkNow, historiesAmong, KEY } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin } from "../requests.ts";
import type { RawWebhook } from "../subject.ts";
import { forgedWebhooks } from "./webhooks-forged.ts";
import { repeatedWebhooks, unusualWebhooks } from "./webhooks-repeated.ts";

/** Genuine, confirmed, forged and repeated webhooks. */
export const webhooks: Group = {
  name: "webhooks",
  define: (context) => {
    const { test, capabilities } = context;
    if (capabilities.operations.parseWebhook !== true) {
      test("webhooks are unsupported: refused", [], async (context) => {
        const webhook = { method: "POST", url: "/", headers: {}, body: "{}" };
        checkKind(
          await errorOf(context.links.parseWebhook(KEY, webhook), "parseWebhook"),
          ["unknown_gateway"],
          "parseWebhook",
        );
      });
      return;
    }
    genuine(context);
    forgedWebhooks(context);
    repeatedWebhooks(context);
    unusualWebhooks(context);
    if (capabilities.operations.confirm === true) confirming(context);
  },
};

const genuine = ({ test, capabilities }: GroupContext): void => {
  const { trust, namesMethod } = capabilities.webhooks;

  test("a payment is reported: the link, the amount, and that it is paid", ["pay"], async (context) => {
    const { link, webhooks: sent } = await context.paidLink();
    check(sent.length > 0, "expected a webhook of the payment");
    context.network.reset();
    await context.observationsIn(sent);
    equal(context.network.sent, 0, "requests of parseWebhook");
    const heard = await context.heardIn(sent);
    const paid = heard.find((each) => each.history.isPaid);
    check(
      paid !== undefined,
      `expected a webhook about a payment, got ${heard.map((each) => each.history.status).join()}`,
    );
    equal(paid.history.amount, amountWithin(capabilities), "history.amount");
    checkNow(context, paid.history.paidAt, "history.paidAt");
    const candidates = paid.linkCandidates;
    check(
      candidates.some((each) => each.id === link.id || each.reference === link.reference),
      `expected ${link.id} among the link candidates, got ${JSON.stringify(candidates)}`,
    );
  });

  test(`its trust is the declared one: ${trust}`, ["pay"], async (context) => {
    const { webhooks: sent } = await context.paidLink();
    for (const each of await context.observationsIn(sent)) equal(each.trust, trust, `trust of a ${each.kind}`);
  });

  test("the acknowledgement and retryLater are the driver's", ["pay"], async (context) => {
    const { webhooks: sent } = await context.paidLink();
    const { accepted, retryLater } = context.driver.acknowledgements;
    for (const each of sent) {
      const delivery = await context.parse(each);
      equal(
        [delivery.gateway, delivery.acknowledgement, delivery.retryLater],
        [KEY, accepted, retryLater],
        "the delivery",
      );
    }
  });

  test(
    "text, bytes and a Fetch request give the same result, with header names in any case",
    ["pay"],
    async (context) => {
      const { webhooks: sent } = await context.paidLink();
      for (const each of sent) {
        const forms: readonly WebhookRequest[] = [
          { ...each, body: new TextEncoder().encode(each.body) },
          { ...each, headers: new Headers(each.headers) },
          { ...each, headers: withNames(each.headers, (name) => name.toUpperCase()) },
          { ...each, headers: withNames(each.headers, (name) => name.toLowerCase()) },
          new Request(`https://shop.example${each.url}`, { ...each }),
        ];
        const expected = await context.parse(each);
        for (const form of forms) {
          const delivery = await okOf(context.links.parseWebhook(KEY, form), "parseWebhook");
          equal(delivery, expected, "the delivery");
        }
      }
    },
  );

  test(
    `the delivery about a payment ${namesMethod ? "names" : "does not name"} the method`,
    ["pay"],
    async (context) => {
      const { webhooks: sent } = await context.paidLink();
      // A notice has no content, so it names no method.
      const observations = await context.observationsIn(sent);
      const paid = historiesAmong(observations).filter((each) => each.history.isPaid);
      check(paid.length > 0 || !namesMethod, "expected a webhook about a payment, with its method");
      for (const { history } of paid)
        equal(history.method !== undefined, namesMethod, "whether history.method is present");
    },
  );

  test("a failed payment is not reported as paid", ["fail"], async (context) => {
    const link = await context.create();
    await context.takeDeliveries();
    await context.acts.fail(link);
    for (const { history } of await context.heardIn(await context.takeDeliveries())) {
      equal(history.isPaid, false, "history.isPaid");
    }
  });

  test("a payment that the bank took back is not reported as paid", ["pay", "reverse"], async (context) => {
    const { link } = await context.paidLink();
    await context.acts.reverse(link);
    const heard = await context.heardIn(await context.takeDeliveries());
    equal(heard.at(-1)?.history.isPaid, false, "history.isPaid of the last webhook");
  });
};

/** Whether an observation reports a payment, or is a notice that names what may have been paid. */
const mayReportPayment = (each: Observation): boolean =>
  each.kind === "notice" || (each.kind === "history" && each.history.isPaid);

const withNames = (headers: RawWebhook["headers"], change: (name: string) => string): RawWebhook["headers"] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [change(name), value]));

const confirming = ({ test, capabilities }: GroupContext): void => {
  const isProven = capabilities.webhooks.trust === "signed";
  test(
    `confirm ${isProven ? "returns the observation without a request" : "asks the gateway"}`,
    ["pay"],
    async (context) => {
      const { link, webhooks: sent } = await context.paidLink();
      const observations = await context.observationsIn(sent);
      const paid = observations.find(mayReportPayment);
      check(paid !== undefined, "expected a webhook about a payment");
      context.network.reset();
      const confirmed = await okOf(context.links.confirm(paid), "confirm");
      if (isProven && paid.kind !== "notice") {
        equal(confirmed, paid, "confirm");
        equal(context.network.sent, 0, "requests of confirm");
        return;
      }
      check(context.network.sent > 0, "expected confirm to send a request");
      equal(context.network.writes, 0, "requests of confirm that could change something");
      equal(confirmed.trust, "read", "confirm: trust");
      const histories = historiesIn(confirmed);
      equal(
        histories.map(({ isPaid, reference }) => [isPaid, reference]),
        [[true, link.reference]],
        "confirm: isPaid and reference of the histories",
      );
      if (paid.kind === "history") equal(histories[0]?.id, paid.history.id, "confirm: history.id");
    },
  );

  if (!isProven) {
    test("a confirm that fails is a retryable error", ["pay"], async (context) => {
      const { webhooks: sent } = await context.paidLink();
      const [heard] = await context.observationsIn(sent);
      check(heard !== undefined, "expected a webhook of the payment");
      context.network.misbehave("lose_answer");
      const error = await errorOf(context.links.confirm(heard), "confirm");
      equal([error.kind, error.retryable], ["network", true], "confirm: kind and retryable");
    });
  }

  test("confirm of a notice reads its subject", [], async (context) => {
    const link = await context.create();
    const notice = { kind: "notice", gateway: KEY, trust: "unsigned", resource: "link", id: link.id } as const;
    const confirmed = await okOf(context.links.confirm(notice), "confirm");
    check(confirmed.kind === "link", `confirm: expected a link, got ${confirmed.kind}`);
    equal(
      [confirmed.trust, confirmed.link.id, confirmed.link.status],
      ["read", link.id, "active"],
      "confirm: the link",
    );
  });
};
