import type { WebhookRequest } from "@tautan/core";
import { historiesAmong, KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { GroupContext } from "../plan.ts";
import type { Forgery, RawWebhook } from "../subject.ts";

/** Forged webhooks are refused, and unsigned parts are not believed. */
export const forgedWebhooks = ({ test, capabilities }: GroupContext): void => {
  const expectRefusal = async (context: TestContext, webhook: RawWebhook, what: string): Promise<void> => {
    context.network.reset();
    const error = await errorOf(context.links.parseWebhook(KEY, webhook), what);
    checkKind(error, ["signature_invalid", "malformed_webhook"], what);
    const { status } = error.acknowledgement;
    check(status >= 400 && status < 500, `${what}: expected a 4xx acknowledgement, got ${status}`);
    equal(context.network.sent, 0, `${what}: requests`);
  };
  const FORGERIES: Readonly<Record<Exclude<Forgery, "unsigned_part">, string>> = {
    changed: "a webhook with changed content is refused",
    wrong_key: "a webhook signed with another key is refused",
    unsigned: "a webhook without a signature is refused",
  };
  for (const [how, name] of Object.entries(FORGERIES)) {
    test(name, ["pay", "forge"], async (context) => {
      for (const each of (await context.paidLink()).webhooks) {
        const forgery = await context.acts.forge(each, how as Forgery);
        check(JSON.stringify(forgery) !== JSON.stringify(each), "expected the subject to forge the webhook");
        const error = await errorOf(context.links.parseWebhook(KEY, forgery), name);
        checkKind(error, ["signature_invalid"], name);
        await expectRefusal(context, forgery, name);
      }
    });
  }

  test("a body that is not a webhook is refused: empty, garbage, a list, not JSON", ["pay"], async (context) => {
    const [webhook] = (await context.paidLink()).webhooks;
    check(webhook !== undefined, "expected a webhook of the payment");
    for (const body of ["", "{", "[]", "null", '"text"', "<html></html>", "{}", '{"__proto__":{}}']) {
      await expectRefusal(context, { ...webhook, body }, `a body of ${body || "nothing"}`);
      await expectRefusal(context, { ...webhook, headers: {}, body }, `a body of ${body || "nothing"} without headers`);
    }
  });

  test("a request other than POST is refused", ["pay"], async (context) => {
    const [webhook] = (await context.paidLink()).webhooks;
    const error = await errorOf(
      context.links.parseWebhook(KEY, { ...webhook, method: "GET" } as WebhookRequest),
      "a GET",
    );
    checkKind(error, ["malformed_webhook"], "a GET");
  });

  if (capabilities.webhooks.trust === "signed") return;
  test("unsigned parts are believed only after the gateway confirms them", ["pay", "forge"], async (context) => {
    const { webhooks: sent } = await context.paidLink();
    for (const each of sent) {
      const [truth] = historiesAmong(await context.observationsIn([each]));
      if (!truth?.history.isPaid) continue;
      const [lie] = historiesAmong(await context.observationsIn([await context.acts.forge(each, "unsigned_part")]));
      check(lie !== undefined, "expected the forged webhook to parse");
      equal([lie.history.isPaid, lie.trust], [false, capabilities.webhooks.trust], "the forged webhook");
      const confirmed = await okOf(context.links.confirm(lie), "confirm");
      equal([confirmed.kind === "history" && confirmed.history.isPaid, confirmed.trust], [true, "read"], "confirm");
    }
  });
};
