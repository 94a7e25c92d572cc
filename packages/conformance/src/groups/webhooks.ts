import type { WebhookRequest } from "@tautan/core";
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
      test("webhooks are unsupported: refused", [], async (bench) => {
        const webhook = { method: "POST", url: "/", headers: {}, body: "{}" };
        checkKind(
          await errorOf(bench.links.parseWebhook(KEY, webhook), "parseWebhook"),
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

  test("a payment is reported: the link, the amount, and that it is paid", ["pay"], async (bench) => {
    const { link, webhooks: sent } = await bench.paidLink();
    check(sent.length > 0, "expected a webhook of the payment");
    bench.wire.reset();
    const heard = historiesAmong(await bench.observationsIn(sent));
    const paid = heard.find((each) => each.history.isPaid);
    check(
      paid !== undefined,
      `expected a webhook about a payment, got ${heard.map((each) => each.history.status).join()}`,
    );
    equal(paid.history.amount, amountWithin(capabilities), "history.amount");
    checkNow(bench, paid.history.paidAt, "history.paidAt");
    const candidates = paid.linkCandidates;
    check(
      candidates.some((each) => each.id === link.id || each.reference === link.reference),
      `expected ${link.id} among the link candidates, got ${JSON.stringify(candidates)}`,
    );
    equal(bench.wire.sent, 0, "requests of parseWebhook");
  });

  test(`its trust is the declared one: ${trust}`, ["pay"], async (bench) => {
    const { webhooks: sent } = await bench.paidLink();
    for (const each of await bench.observationsIn(sent)) equal(each.trust, trust, `trust of a ${each.kind}`);
  });

  test("the acknowledgement and retryLater are the driver's", ["pay"], async (bench) => {
    const { webhooks: sent } = await bench.paidLink();
    const { accepted, retryLater } = bench.driver.acknowledgements;
    for (const each of sent) {
      const delivery = await bench.parse(each);
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
    async (bench) => {
      const { webhooks: sent } = await bench.paidLink();
      for (const each of sent) {
        const forms: readonly WebhookRequest[] = [
          { ...each, body: new TextEncoder().encode(each.body) },
          { ...each, headers: new Headers(each.headers) },
          { ...each, headers: withNames(each.headers, (name) => name.toUpperCase()) },
          { ...each, headers: withNames(each.headers, (name) => name.toLowerCase()) },
          new Request(`https://shop.example${each.url}`, { ...each }),
        ];
        const expected = await bench.parse(each);
        for (const form of forms) {
          const delivery = await okOf(bench.links.parseWebhook(KEY, form), "parseWebhook");
          equal(delivery, expected, "the delivery");
        }
      }
    },
  );

  test(`the delivery about a payment ${namesMethod ? "names" : "may lack"} the method`, ["pay"], async (bench) => {
    const { webhooks: sent } = await bench.paidLink();
    const paid = historiesAmong(await bench.observationsIn(sent)).filter((each) => each.history.isPaid);
    for (const { history } of paid)
      equal(history.method !== undefined, namesMethod, "whether history.method is present");
  });

  test("a failed payment is not reported as paid", ["fail"], async (bench) => {
    const link = await bench.create();
    await bench.takeDeliveries();
    await bench.acts.fail(link);
    for (const { history } of historiesAmong(await bench.observationsIn(await bench.takeDeliveries()))) {
      equal(history.isPaid, false, "history.isPaid");
    }
  });

  test("a payment that the bank took back is not reported as paid", ["pay", "reverse"], async (bench) => {
    const { link } = await bench.paidLink();
    await bench.acts.reverse(link);
    const heard = historiesAmong(await bench.observationsIn(await bench.takeDeliveries()));
    equal(heard.at(-1)?.history.isPaid, false, "history.isPaid of the last webhook");
  });
};

const withNames = (headers: RawWebhook["headers"], change: (name: string) => string): RawWebhook["headers"] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [change(name), value]));

const confirming = ({ test, capabilities }: GroupContext): void => {
  const isProven = capabilities.webhooks.trust === "signed";
  test(
    `confirm ${isProven ? "returns the observation without a request" : "asks the gateway"}`,
    ["pay"],
    async (bench) => {
      const { link, webhooks: sent } = await bench.paidLink();
      const paid = historiesAmong(await bench.observationsIn(sent)).find((each) => each.history.isPaid);
      check(paid !== undefined, "expected a webhook about a payment");
      bench.wire.reset();
      const confirmed = await okOf(bench.links.confirm(paid), "confirm");
      if (isProven) {
        equal(confirmed, paid, "confirm");
        equal(bench.wire.sent, 0, "requests of confirm");
        return;
      }
      check(bench.wire.sent > 0, "expected confirm to send a request");
      equal(bench.wire.writes, 0, "requests of confirm that could change something");
      check(confirmed.kind === "history", `confirm: expected a history, got ${confirmed.kind}`);
      equal(
        [confirmed.trust, confirmed.history.id, confirmed.history.isPaid],
        ["read", paid.history.id, true],
        "confirm",
      );
      equal(confirmed.history.reference, link.reference, "confirm: history.reference");
    },
  );

  if (!isProven) {
    test("a confirm that fails is a retryable error", ["pay"], async (bench) => {
      const { webhooks: sent } = await bench.paidLink();
      const [heard] = await bench.observationsIn(sent);
      check(heard !== undefined, "expected a webhook of the payment");
      bench.wire.misbehave("lose_answer");
      const error = await errorOf(bench.links.confirm(heard), "confirm");
      equal([error.kind, error.retryable], ["network", true], "confirm: kind and retryable");
    });
  }

  test("confirm of a notice reads its subject", [], async (bench) => {
    const link = await bench.create();
    const hint = { kind: "notice", gateway: KEY, trust: "unsigned", resource: "link", id: link.id } as const;
    const confirmed = await okOf(bench.links.confirm(hint), "confirm");
    check(confirmed.kind === "link", `confirm: expected a link, got ${confirmed.kind}`);
    equal(
      [confirmed.trust, confirmed.link.id, confirmed.link.status],
      ["read", link.id, "active"],
      "confirm: the link",
    );
  });
};
