import type { WebhookRequest } from "@tautan/core";
import { historiesAmong, KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { GroupContext } from "../plan.ts";
import type { Forgery, RawWebhook } from "../subject.ts";

/** Forged webhooks are refused, and unsigned parts are not believed. */
export const forgedWebhooks = ({ test, capabilities }: GroupContext): void => {
  const expectRefusal = async (bench: TestContext, webhook: RawWebhook, what: string): Promise<void> => {
    bench.wire.reset();
    const error = await errorOf(bench.links.parseWebhook(KEY, webhook), what);
    checkKind(error, ["signature_invalid", "malformed_webhook"], what);
    const { status } = error.acknowledgement;
    check(status >= 400 && status < 500, `${what}: expected a 4xx acknowledgement, got ${status}`);
    equal(bench.wire.sent, 0, `${what}: requests`);
  };
  const FORGERIES: Readonly<Record<Exclude<Forgery, "unsigned_part">, string>> = {
    changed: "a webhook with changed content is refused",
    wrong_key: "a webhook signed with another key is refused",
    unsigned: "a webhook without a signature is refused",
  };
  for (const [how, name] of Object.entries(FORGERIES)) {
    test(name, ["pay", "forge"], async (bench) => {
      for (const each of (await bench.paidLink()).webhooks) {
        const forgery = await bench.acts.forge(each, how as Forgery);
        check(JSON.stringify(forgery) !== JSON.stringify(each), "expected the subject to forge the webhook");
        const error = await errorOf(bench.links.parseWebhook(KEY, forgery), name);
        checkKind(error, ["signature_invalid"], name);
        await expectRefusal(bench, forgery, name);
      }
    });
  }

  test("a body that is not a webhook is refused: empty, garbage, a list, not JSON", ["pay"], async (bench) => {
    const [webhook] = (await bench.paidLink()).webhooks;
    check(webhook !== undefined, "expected a webhook of the payment");
    for (const body of ["", "{", "[]", "null", '"text"', "<html></html>", "{}", '{"__proto__":{}}']) {
      await expectRefusal(bench, { ...webhook, body }, `a body of ${body || "nothing"}`);
      await expectRefusal(bench, { ...webhook, headers: {}, body }, `a body of ${body || "nothing"} without headers`);
    }
  });

  test("a request other than POST is refused", ["pay"], async (bench) => {
    const [webhook] = (await bench.paidLink()).webhooks;
    const error = await errorOf(
      bench.links.parseWebhook(KEY, { ...webhook, method: "GET" } as WebhookRequest),
      "a GET",
    );
    checkKind(error, ["malformed_webhook"], "a GET");
  });

  if (capabilities.webhooks.trust === "signed") return;
  test("unsigned parts are believed only after the gateway confirms them", ["pay", "forge"], async (bench) => {
    const { webhooks: sent } = await bench.paidLink();
    for (const each of sent) {
      const [truth] = historiesAmong(await bench.observationsIn([each]));
      if (!truth?.history.isPaid) continue;
      const [lie] = historiesAmong(await bench.observationsIn([await bench.acts.forge(each, "unsigned_part")]));
      check(lie !== undefined, "expected the forged webhook to parse");
      equal([lie.history.isPaid, lie.trust], [false, capabilities.webhooks.trust], "the forged webhook");
      const confirmed = await okOf(bench.links.confirm(lie), "confirm");
      equal([confirmed.kind === "history" && confirmed.history.isPaid, confirmed.trust], [true, "read"], "confirm");
    }
  });
};
