import { type CreatePaymentLink, isSupported } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, CUSTOMER, endingIn, HOUR_MS, MINUTE_MS, sampleFields } from "../requests.ts";
import { checkPaidStatus } from "../traits.ts";

/** A reference belongs to one link: the same request returns it again, any other request is a duplicate. */
export const createAgain: Group = {
  name: "create again",
  define: (context) => {
    const { createRecovery, operations } = context.capabilities;
    if (createRecovery === "none") {
      const reason = "the gateway cannot look up a reference";
      context.absent("the same request again gives the same link", reason);
      return;
    }
    sameRequest(context);
    otherRequest(context, operations.find === true || createRecovery === "replay");
  },
};

const sameRequest = ({ test, capabilities }: GroupContext): void => {
  test("the same request again gives the same link", [], async (context) => {
    const request = context.request();
    const link = await okOf(context.links.create(request), "create");
    const again = await okOf(context.links.create(request), "create again");
    equal([again.id, again.url, again.status], [link.id, link.url, "active"], "create again: the link");
    await checkOne(context, request.reference);
  });

  test("the same request with every supported field gives the same link", [], async (context) => {
    const request = context.request(richRequest(context));
    const link = await okOf(context.links.create(request), "create");
    equal((await okOf(context.links.create(request), "create again")).id, link.id, "create again: link.id");
    await checkOne(context, request.reference);
  });

  // Under a key, a request with another expiry is another request.
  const isKeyed = capabilities.createRecovery === "keyed";
  const expiry = isKeyed ? "the same expiry" : "a newly computed expiry";
  test(`minutes later, with ${expiry}, it is the same link`, ["wait"], async (context) => {
    const request = context.request(richRequest(context));
    const fixed = endingIn(context, HOUR_MS);
    const inAnHour = () => (isKeyed ? fixed : endingIn(context, HOUR_MS));
    const link = await okOf(context.links.create({ ...request, ...inAnHour() }), "create");
    await context.acts.wait(10 * MINUTE_MS);
    const again = await okOf(context.links.create({ ...request, ...inAnHour() }), "create again");
    equal(again.id, link.id, "create again: link.id");
    await checkOne(context, request.reference);
  });

  if (isKeyed) return;
  test("a paid link is returned as paid", ["pay", "wait"], async (context) => {
    const request = context.request();
    const link = await okOf(context.links.create(request), "create");
    await context.acts.pay(link);
    await context.acts.wait(MINUTE_MS);
    const again = await okOf(context.links.create(request), "create again");
    equal(again.id, link.id, "create again: link.id");
    checkPaidStatus(context, again, "create again: link");
  });
};

const otherRequest = ({ test, capabilities }: GroupContext, isReported: boolean): void => {
  test("another amount under the reference is a duplicate, and the hint names the amount", [], async (context) => {
    const request = context.request();
    const link = await okOf(context.links.create(request), "create");
    const other = { ...request, amount: amountWithin(capabilities, "75000") };
    const error = await errorOf(context.links.create(other), "create");
    checkKind(error, ["duplicate_reference"], "create");
    if (isReported) {
      equal(error.kind === "duplicate_reference" ? error.existing?.id : undefined, link.id, "error.existing.id");
      check(error.hint.includes("amount"), `create: expected a hint that names the amount, got ${error.hint}`);
    }
    equal((await context.read(link)).amount, request.amount, "get: link.amount");
    await checkOne(context, request.reference);
  });

  if (!isSupported(capabilities.title)) return;
  test("another title an hour later is a duplicate, unless no read returns the title", ["wait"], async (context) => {
    const request = context.request({ title: "Concert, day 1" });
    const link = await okOf(context.links.create(request), "create");
    const isTitleReported = (await context.read(link)).title !== undefined;
    await context.acts.wait(HOUR_MS);
    const again = await context.links.create({ ...request, title: "Concert, day 2" });
    const isOther = isTitleReported || capabilities.createRecovery === "keyed";
    equal(again.isErr() ? again.error.kind : "ok", isOther ? "duplicate_reference" : "ok", "create again");
    if (again.isErr()) check(!again.error.hint.includes("day"), "expected a hint without the title");
  });
};

/** All supported fields, with a customer if it is supported. */
export const richRequest = ({ capabilities }: TestContext): Partial<CreatePaymentLink> => {
  const amount = amountWithin(capabilities);
  const sample = sampleFields(capabilities, amount);
  const { customer } = capabilities;
  const fields = ["title", "items", "methods", "redirect", "metadata", "slug"] as const;
  const claimed = fields.filter((field) => isSupported(capabilities[field]));
  return {
    amount,
    ...Object.fromEntries(claimed.map((field) => [field, sample[field]])),
    ...(isSupported(customer) && { customer: CUSTOMER }),
  };
};

/** Checks that one link has the reference, if links can be listed. */
const checkOne = async ({ links, capabilities }: TestContext, reference: string): Promise<void> => {
  if (capabilities.operations.list !== true) return;
  const { items } = await okOf(links.list({ limit: 100 }), "list");
  equal(items.filter((each) => each.reference === reference).length, 1, "links under the reference");
};
