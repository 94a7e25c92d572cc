import { historiesIn, type Observation, type Trust, type WebhookRequest } from "@tautan/core";
import { KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { GroupContext } from "../plan.ts";
import type { Forgery, RawWebhook } from "../subject.ts";

type RefusedForgery = Exclude<Forgery, "unsigned_part">;

/** The forgeries that a delivery of a trust shows: a token proves who sent it, and nothing about its content. */
export const forgeriesOf = (trust: Trust): readonly RefusedForgery[] => {
  if (trust === "unsigned") return [];
  return trust === "token" ? ["wrong_key", "unsigned"] : ["changed", "wrong_key", "unsigned"];
};

/** Forged webhooks are refused, and unsigned parts are not believed. */
export const forgedWebhooks = ({ test, absent, capabilities }: GroupContext): void => {
  const expectRefusal = async (context: TestContext, webhook: RawWebhook, what: string): Promise<void> => {
    context.network.reset();
    const error = await errorOf(context.links.parseWebhook(KEY, webhook), what);
    checkKind(error, ["signature_invalid", "malformed_webhook"], what);
    const { status } = error.acknowledgement;
    check(status >= 400 && status < 500, `${what}: expected a 4xx acknowledgement, got ${status}`);
    equal(context.network.sent, 0, `${what}: requests`);
  };
  const { trust } = capabilities.webhooks;
  const isToken = trust === "token";
  const names: Readonly<Record<RefusedForgery, string>> = {
    changed: "a webhook with changed content is refused",
    wrong_key: isToken ? "a webhook with another token is refused" : "a webhook signed with another key is refused",
    unsigned: isToken ? "a webhook without a token is refused" : "a webhook without a signature is refused",
  };
  const refused = forgeriesOf(trust);
  for (const [how, name] of Object.entries(names)) {
    if (refused.includes(how as RefusedForgery)) continue;
    absent(name, isToken ? "a token does not cover the content" : "the webhooks are not signed");
  }
  for (const how of refused) {
    const name = names[how];
    test(name, ["pay", "forge"], async (context) => {
      for (const each of (await context.paidLink()).webhooks) {
        const forgery = await context.acts.forge(each, how);
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

  if (trust === "signed") return;
  test("unsigned parts are believed only after the gateway confirms them", ["pay", "forge"], async (context) => {
    const { webhooks: sent } = await context.paidLink();
    for (const each of sent) {
      const [truth] = await context.heardIn([each]);
      if (!truth?.history.isPaid) continue;
      const forgery = await context.acts.forge(each, "unsigned_part");
      for (const lie of await context.observationsIn([forgery])) {
        equal(lie.trust, trust, "trust of the forged webhook");
        if (lie.kind === "history") equal(lie.history.isPaid, false, "isPaid of the forged webhook");
        await checkTruth(context, lie);
      }
    }
  });

  if (refused.includes("changed")) return;
  test("changed content is believed only after the gateway confirms it", ["pay", "forge"], async (context) => {
    const { webhooks: sent } = await context.paidLink();
    for (const each of sent) {
      const [truth] = await context.heardIn([each]);
      if (!truth?.history.isPaid) continue;
      const forgery = await context.acts.forge(each, "changed");
      check(JSON.stringify(forgery) !== JSON.stringify(each), "expected the subject to forge the webhook");
      const parsed = await context.links.parseWebhook(KEY, forgery);
      if (parsed.isErr()) {
        checkKind(parsed.error, ["malformed_webhook"], "changed content");
        continue;
      }
      for (const lie of parsed.value.observations) {
        equal(lie.trust, trust, "trust of the forged webhook");
        const confirmed = await context.links.confirm(lie);
        // The change may name a payment that does not exist.
        if (confirmed.isErr()) checkKind(confirmed.error, ["not_found", "reply_mismatch"], "confirm");
        else
          for (const { amount } of historiesIn(confirmed.value)) equal(amount, truth.history.amount, "confirm: amount");
      }
    }
  });
};

/** Checks that the gateway confirms the payment, whatever a webhook reported. */
const checkTruth = async (context: TestContext, lie: Observation): Promise<void> => {
  const confirmed = await okOf(context.links.confirm(lie), "confirm");
  equal(confirmed.trust, "read", "confirm: trust");
  equal(
    historiesIn(confirmed).map(({ isPaid }) => isPaid),
    [true],
    "confirm: isPaid of the histories",
  );
};
