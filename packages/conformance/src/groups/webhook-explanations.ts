import { createPaymentLinks, err, type PaymentLinks, type WebhookCause, type WebhookRequest } from "@tautan/core";
import type { AnyDriver, DriverDelivery, DriverWebhookError } from "@tautan/core/driver";
import { KEY, type TestContext } from "../context.ts";
import { check, equal } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import type { ConformanceSubject, RawWebhook } from "../subject.ts";
import { forgeriesOf } from "./webhooks-forged.ts";

type Explanation = Awaited<ReturnType<PaymentLinks["explainWebhook"]>>;

/** A genuine webhook that was changed in one way is refused, and the change is named. */
export const webhookExplanations: Group = {
  name: "webhook explanations",
  define: (context) => {
    if (context.capabilities.operations.parseWebhook !== true) {
      context.test("webhooks are unsupported: there is nothing to explain", [], async ({ links }) => {
        const request = { method: "POST", url: "/", headers: {}, body: "{}" };
        equal((await links.explainWebhook(KEY, request)).cause, "unknown_gateway", "explainWebhook: cause");
      });
      return;
    }
    unreadable(context);
    signatures(context);
    changes(context);
    elsewhere(context);
  },
};

/** The explanation of a request, which must show no key, no signature and nothing of the payment. */
const explain = async (
  context: TestContext,
  { subject }: GroupContext,
  request: unknown,
  links: PaymentLinks = context.links,
  gateway: string = KEY,
): Promise<Explanation> => {
  context.network.reset();
  const explanation = await links.explainWebhook(gateway, request as WebhookRequest);
  equal(context.network.sent, 0, "requests of explainWebhook");
  check(explanation.message !== "" && explanation.hint !== "", `${explanation.cause} lacks its message or its hint`);
  const shown = JSON.stringify(explanation);
  check(!subject.secrets.some((secret) => shown.includes(secret)), `${explanation.cause} shows a key`);
  // Digests and most signatures are hexadecimal or Base64.
  check(!/[0-9a-f]{32}|[A-Za-z0-9+/]{43}=/i.test(shown), `${explanation.cause} shows what may be a signature`);
  return explanation;
};

const genuineWebhook = async (context: TestContext): Promise<RawWebhook> => {
  const { webhooks } = await context.paidLink();
  const webhook = webhooks.at(-1);
  check(webhook !== undefined, "expected a webhook of the payment");
  return webhook;
};

/** Checks that one change of a genuine webhook has a cause. */
const expectCause = async (
  context: TestContext,
  group: GroupContext,
  request: unknown,
  { cause, what }: { readonly cause: WebhookCause; readonly what: string },
): Promise<Explanation> => {
  const explanation = await explain(context, group, request);
  equal(explanation.cause, cause, `${what}: cause`);
  return explanation;
};

const unreadable = (group: GroupContext): void => {
  const { test } = group;
  test("a genuine webhook is genuine", ["pay"], async (context) => {
    const webhook = await genuineWebhook(context);
    await expectCause(context, group, webhook, { cause: "genuine", what: "the webhook" });
  });

  test("a body that was parsed, lost, cut off or is too large is named", ["pay"], async (context) => {
    const webhook = await genuineWebhook(context);
    const { body } = webhook;
    const isJson = body.trimStart().startsWith("{");
    const mutilated: readonly (readonly [WebhookCause, object])[] = [
      [
        "body_already_parsed",
        { body: isJson ? (JSON.parse(body) as object) : Object.fromEntries(new URLSearchParams(body)) },
      ],
      ["body_empty", { body: undefined }],
      ["body_empty", { body: "" }],
      // Half of a form is a form.
      ...(isJson ? [["body_truncated", { body: body.slice(0, body.length / 2) }] as const] : []),
      ["body_too_large", { body: " ".repeat(70_000) }],
      ["request_malformed", { method: "GET" }],
    ];
    for (const [cause, change] of mutilated) {
      await expectCause(context, group, { ...webhook, ...change }, { cause, what: Object.keys(change).join() });
    }
  });
};

const signatures = (group: GroupContext): void => {
  const { test, absent, capabilities } = group;
  const { trust } = capabilities.webhooks;
  if (trust === "unsigned") {
    absent("a missing and a shortened signature are named", "the webhooks are not signed");
    return;
  }
  test("a missing and a shortened signature are named", ["pay", "forge"], async (context) => {
    const webhook = await genuineWebhook(context);
    const unsigned = await context.acts.forge(webhook, "unsigned");
    const missing = await expectCause(context, group, unsigned, { cause: "header_missing", what: "no signature" });
    if (typeof context.driver.handlers.explainWebhook === "function") {
      check(missing.cause === "header_missing" && missing.names.length > 0, "no signature: expected its name");
    }
    const shortened = withShortSignature(webhook, unsigned);
    const { cause, proven } = await explain(context, group, shortened);
    // A token has no form, so that a short one is another one.
    const isNamed = cause === "signature_malformed" || (trust === "token" && cause !== "genuine" && !proven);
    check(isNamed, `a short signature: cause: expected signature_malformed, got ${cause}`);
  });

  test("a forgery has no proven cause", ["pay", "forge"], async (context) => {
    const webhook = await genuineWebhook(context);
    for (const how of forgeriesOf(trust).filter((each) => each !== "unsigned")) {
      const { cause, proven } = await explain(context, group, await context.acts.forge(webhook, how));
      check(cause !== "genuine" && !proven, `${how}: expected no proven cause, got ${cause}`);
    }
  });
};

/** The webhook with the last character of what an unsigned one lacks cut off: of a header, or of a field of the body. */
const withShortSignature = (webhook: RawWebhook, unsigned: RawWebhook): RawWebhook => {
  const remaining = new Set(Object.keys(unsigned.headers).map((name) => name.toLowerCase()));
  const header = Object.entries(webhook.headers).find(([name]) => !remaining.has(name.toLowerCase()));
  if (header) return { ...webhook, headers: { ...webhook.headers, [header[0]]: header[1].slice(0, -1) } };
  const [body, rest] = [webhook.body, unsigned.body].map((each) => JSON.parse(each) as Record<string, unknown>);
  const field = Object.entries(body ?? {}).find(([name]) => rest?.[name] === undefined);
  check(typeof field?.[1] === "string", "expected the unsigned webhook to lack a header or a field");
  return { ...webhook, body: JSON.stringify({ ...body, [field[0]]: field[1].slice(0, -1) }) };
};

/** How far this machine's clock is moved: beyond what any provider repeats by hand, and beyond any tolerance. */
const YEARS_MS = 3 * 365 * 24 * 60 * 60 * 1000;

const changes = (group: GroupContext): void => {
  const { subject } = group;
  const { trust } = group.capabilities.webhooks;
  const nothing = trust === "token" ? "a token covers nothing of the delivery" : "the webhooks are not signed";
  const isSigned = trust !== "token" && trust !== "unsigned";
  const { spelling, url, time }: ConformanceSubject["notSigned"] & object = isSigned
    ? (subject.notSigned ?? {})
    : { spelling: { absent: nothing }, url: { absent: nothing }, time: { absent: nothing } };
  const testUnless = (
    reason: { readonly absent: string } | undefined,
    name: string,
    run: (context: TestContext) => Promise<void>,
  ): void => {
    if (reason) group.absent(name, reason.absent);
    else group.test(name, ["pay"], run);
  };

  testUnless(spelling, "a body that was serialised again is named", async (context) => {
    const webhook = await genuineWebhook(context);
    const bodies = [
      JSON.stringify(JSON.parse(webhook.body), undefined, 2),
      `${webhook.body}\n`,
      `\ufeff${webhook.body}`,
    ];
    for (const body of bodies) {
      const what = `${body.length} characters for ${webhook.body.length}`;
      const { proven } = await expectCause(context, group, { ...webhook, body }, { cause: "body_reserialised", what });
      equal(proven, true, `${what}: proven`);
    }
  });

  testUnless(url, "another URL than the signed one is named", async (context) => {
    const webhook = await genuineWebhook(context);
    const { cause, proven } = await explain(context, group, { ...webhook, url: `/internal${webhook.url}` });
    equal([cause, proven], ["wrong_url", true], "a prefix that a proxy added: cause and proven");
  });

  testUnless(time, "a clock that is off is named, with its distance and direction", async (context) => {
    const webhook = await genuineWebhook(context);
    for (const [offMs, direction] of [
      [YEARS_MS, "past"],
      [-YEARS_MS, "future"],
    ] as const) {
      const links = linksOf({ [KEY]: context.driver }, { now: () => context.clock.now() + offMs });
      const explanation = await explain(context, group, webhook, links);
      check(explanation.cause === "clock_off", `${offMs} ms off: expected clock_off, got ${explanation.cause}`);
      const { seconds = YEARS_MS / 1000, signedTime = direction } = explanation;
      equal(signedTime, direction, `${offMs} ms off: signedTime`);
      check(Math.abs(seconds - YEARS_MS / 1000) < 120, `${offMs} ms off: got ${seconds} s`);
    }
  });
};

const elsewhere = (group: GroupContext): void => {
  group.test("a webhook that arrives at another gateway is named", ["pay"], async (context) => {
    const webhook = await genuineWebhook(context);
    const links = linksOf({ [OTHER_KEY]: otherDriver(context.driver), [KEY]: context.driver }, context.clock);
    const explanation = await explain(context, group, webhook, links, OTHER_KEY);
    check(
      explanation.cause === "delivered_to_another_gateway",
      `expected delivered_to_another_gateway, got ${explanation.cause}`,
    );
    // Nothing proves a webhook without a signature, wherever it arrives.
    const isProven = context.capabilities.webhooks.trust !== "unsigned";
    equal([explanation.otherGateway, explanation.proven], [KEY, isProven], "otherGateway and proven");
  });
};

const OTHER_KEY = "other";

const linksOf = (gateways: Readonly<Record<string, AnyDriver>>, clock: TestContext["clock"]): PaymentLinks =>
  createPaymentLinks({ default: KEY, gateways, clock });

/** A driver of another provider, whose signature no webhook has. */
const otherDriver = (driver: AnyDriver): AnyDriver => ({
  ...driver,
  name: "another-provider",
  handlers: { parseWebhook: async (_delivery: DriverDelivery) => err(UNSIGNED) },
});

const UNSIGNED: DriverWebhookError = Object.freeze({
  kind: "signature_invalid",
  problem: "missing",
  message: "the signature of another provider is missing",
  hint: "Check the address.",
  retryable: false,
  outcome: "not_sent",
});
