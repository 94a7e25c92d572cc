import type { CreatePaymentLink, PaymentLink, PaymentLinkError } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, DAY_MS, endingIn, HOUR_MS } from "../requests.ts";

/** A gateway that keeps its first answer to a create: the answer describes a link as it was, and not as it is. */
export const keptAnswers: Group = {
  name: "kept answers",
  define: (group) => {
    const { absent, capabilities } = group;
    if (capabilities.createRecovery !== "keyed") {
      absent("a kept answer is not taken for the present", "the gateway does not keep its answers under a key");
      return;
    }
    stateOfNow(group);
    keys(group);
    ended(group);
  },
};

/** A request that stays the same: its expiry is a moment, and not the default of each call. */
const keyedRequest = (context: TestContext): CreatePaymentLink => context.request(endingIn(context, DAY_MS));

/** Creates again, when the link is not as good as new any more. */
const createdAgain = async (
  context: TestContext,
  request: CreatePaymentLink,
  link: PaymentLink,
): Promise<PaymentLinkError> => {
  const error = await errorOf(context.links.create(request), "create again");
  checkKind(error, ["duplicate_reference"], "create again");
  const existing = error.kind === "duplicate_reference" ? error.existing : undefined;
  equal(existing?.id, link.id, "error.existing.id");
  const present = await context.read(link);
  equal([existing?.status, existing?.usage], [present.status, present.usage], "error.existing: status and usage");
  return error;
};

const stateOfNow = ({ test, capabilities }: GroupContext): void => {
  test("a link that nobody paid is returned again, in its present state", ["wait"], async (context) => {
    const request = keyedRequest(context);
    const link = await okOf(context.links.create(request), "create");
    await context.acts.wait(HOUR_MS);
    const again = await okOf(context.links.create(request), "create again");
    const present = await context.read(link);
    equal([again.id, again.status, again.usage], [link.id, present.status, present.usage], "create again: the link");
  });

  test("a paid link is not returned as a new one", ["pay"], async (context) => {
    const request = keyedRequest(context);
    const link = await okOf(context.links.create(request), "create");
    await context.acts.pay(link);
    const { outcome } = await createdAgain(context, request, link);
    check(outcome !== "not_sent", "create again: expected a request");
  });

  if (capabilities.operations.close === true && capabilities.close?.readableAfter === true) {
    test("a closed link is not returned as a new one", [], async (context) => {
      const request = keyedRequest(context);
      const link = await okOf(context.links.create(request), "create");
      await okOf(context.links.close(link.id), "close");
      await createdAgain(context, request, link);
    });
  }
};

const keys = ({ test, capabilities }: GroupContext): void => {
  test("another request under the key makes no link", [], async (context) => {
    const request = keyedRequest(context);
    const link = await okOf(context.links.create(request), "create");
    const other = { ...request, amount: amountWithin(capabilities, "75000") };
    checkKind(await errorOf(context.links.create(other), "create"), ["duplicate_reference"], "another request");
    equal((await context.read(link)).amount, request.amount, "get: link.amount");
    equal((await okOf(context.links.create(request), "create again")).id, link.id, "create again: link.id");
  });

  test("a repeat after a lost answer has the same bytes and the same key", [], async (context) => {
    context.network.misbehave("lose_answer", "writes", 1);
    const link = await okOf(context.links.create(keyedRequest(context)), "create");
    equal(context.network.writes, 2, "requests that could create");
    equal(new Set(context.network.written).size, 1, "different requests that could create");
    equal((await context.read(link)).status, "active", "get: link.status");
  });

  test("two links have two keys", [], async (context) => {
    const [one, other] = [await context.create(), await context.create()];
    check(one.id !== other.id, "expected two links");
  });
};

/** After the key has ended, a repeat would make a second link. */
const ended = ({ test, capabilities: { createKeyKeptMs = 0, operations } }: GroupContext): void =>
  test("when the key has ended, nothing is sent again, and the outcome stays open", ["wait"], async (context) => {
    const { candidates } = await okOf(context.links.prepare(keyedRequest(context)), "prepare");
    const [create] = candidates;
    check(create !== undefined, "prepare: expected a candidate");
    context.network.misbehave("lose_answer", "all");
    await errorOf(context.links.send(create), "send");
    context.network.behave();
    await context.acts.wait(createKeyKeptMs);
    context.network.reset();
    const result = await context.otherLinks.resume(create, { sentAt: create.preparedAt });
    equal(context.network.writes, 0, "requests that could create");
    if (operations.find === true) return;
    const error = await errorOf(result, "resume");
    equal(error.outcome, "unknown", "resume: outcome");
  });
