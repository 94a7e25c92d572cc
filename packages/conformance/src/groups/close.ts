import { historiesIn, type PaymentLink } from "@tautan/core";
import { KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { checkPaidStatus, checkUsage, leastLimit } from "../traits.ts";
import { operationIsClaimed } from "../unclaimed.ts";

/** Closing, reopening and deleting a link. */
export const close: Group = {
  name: "close and delete",
  define: (context) => {
    if (operationIsClaimed(context, "close")) closing(context);
    if (operationIsClaimed(context, "reopen")) reopening(context);
    if (operationIsClaimed(context, "delete")) deleting(context);
  },
};

const stop = (context: TestContext, operation: "close" | "delete", link: PaymentLink) =>
  okOf(context.links[operation](link.id), operation);

const closing = ({ test, absent, subject, capabilities }: GroupContext): void => {
  const { readableAfter = false, endsOpenPayments = false } = capabilities.close ?? {};
  const unreported = subject.notReportedByRead?.closed;
  const closedStatus = unreported ? "expired" : "closed";
  if (unreported) absent("a read reports that a link was closed", unreported.absent);

  test(`a closed link accepts no payments and ${readableAfter ? "can be read" : "is gone"}`, [], async (context) => {
    const [link, other] = [await context.create(), await context.create()];
    const closed = await stop(context, "close", link);
    equal([closed.id, closed.status], [link.id, readableAfter ? "closed" : "deleted"], "close: id and status");
    if (readableAfter) {
      const read = await context.read(link);
      equal([read.status, read.acceptsPayments], [closedStatus, false], "get: link.status and acceptsPayments");
    } else checkKind(await errorOf(context.links.get(link.id), "get"), ["not_found"], "get after close");
    equal((await context.read(other)).status, "active", "get: status of another link");
  });

  test("its pay page is closed", ["open"], async (context) => {
    const link = await context.create();
    await stop(context, "close", link);
    const opened = await context.acts.open(link).then(
      () => true,
      () => false,
    );
    check(!opened, "expected the provider to refuse to open a payment on a closed link");
  });

  test("closing again changes nothing", [], async (context) => {
    const link = await context.create();
    await stop(context, "close", link);
    const again = await context.links.close(link.id);
    if (again.isErr())
      checkKind(again.error, readableAfter ? ["invalid_state"] : ["not_found"], "close of a closed link");
    if (readableAfter) equal((await context.read(link)).status, closedStatus, "get: link.status");
  });

  test("an unknown link is not found", [], async (context) => {
    checkKind(await errorOf(context.links.close(`${KEY}:99999999`), "close"), ["not_found"], "close");
  });

  if (endsOpenPayments) {
    test("open payments end with it", ["open"], async (context) => {
      const link = await context.create();
      await context.acts.open(link);
      await stop(context, "close", link);
      const open = (await context.histories(link)).filter(({ status }) => status === "opened" || status === "pending");
      equal(open.length, 0, "listHistories: open payments");
    });
  } else {
    test(
      "an open payment that is paid after the close counts as a payment",
      ["open", "payAfterClose"],
      async (context) => {
        const link = await context.create();
        await context.acts.open(link);
        await stop(context, "close", link);
        await context.takeDeliveries();
        await context.acts.payAfterClose(link);
        const webhooks = await context.takeDeliveries();
        check(webhooks.length > 0, "expected a webhook of the late payment");
        const observations = (await context.observationsIn(webhooks)).filter(({ kind }) => kind !== "unknown");
        check(observations.length > 0, "expected an observation of the late payment");
        for (const observation of observations) {
          const confirmed = await okOf(context.links.confirm(observation), "confirm");
          equal(
            historiesIn(confirmed).map(({ isPaid }) => isPaid),
            [true],
            "confirm: isPaid of the histories",
          );
        }
      },
    );
  }
};

const reopening = ({ test }: GroupContext): void => {
  test("a reopened link accepts payments again", [], async (context) => {
    const link = await context.create();
    await stop(context, "close", link);
    const reopened = await okOf(context.links.reopen(link.id), "reopen");
    equal([reopened.id, reopened.status, reopened.acceptsPayments], [link.id, "active", true], "reopen: the link");
    const read = await context.read(link);
    equal([read.status, read.acceptsPayments], ["active", true], "get: link.status and acceptsPayments");
    for (const field of ["reference", "url", "amount", "usage", "expiresAt"] as const) {
      equal(read[field], link[field], `get: link.${field}`);
    }
  });

  test("a payment before the close still counts", ["pay"], async (context) => {
    const { link } = await context.paidLink();
    await stop(context, "close", link);
    const reopened = await okOf(context.links.reopen(link.id), "reopen");
    checkPaidStatus(context, reopened, "reopen: link");
    checkUsage(context, reopened, { limit: leastLimit(context.capabilities), used: 1, held: 0 }, "reopen: link");
  });
};

const deleting = ({ test }: GroupContext): void => {
  test("a deleted link is gone, and no other link is", [], async (context) => {
    const [link, other] = [await context.create(), await context.create()];
    equal((await stop(context, "delete", link)).status, "deleted", "delete: status");
    const read = await context.links.get(link.id);
    if (read.isErr()) checkKind(read.error, ["not_found"], "get after delete");
    else equal([read.value.status, read.value.acceptsPayments], ["deleted", false], "get: link.status");
    equal((await context.read(other)).status, "active", "get: status of another link");
  });

  test("a second delete is not found, or succeeds", [], async (context) => {
    const link = await context.create();
    await stop(context, "delete", link);
    const again = await context.links.delete(link.id);
    if (again.isErr()) checkKind(again.error, ["not_found"], "delete of a deleted link");
    else equal(again.value.status, "deleted", "delete: status");
  });

  test("a link with a payment is deleted, or kept unchanged with a reason in the error", ["pay"], async (context) => {
    const { link } = await context.paidLink();
    const deleted = await context.links.delete(link.id);
    if (deleted.isOk()) return;
    checkKind(deleted.error, ["has_histories"], "delete of a paid link");
    equal(deleted.error.outcome, "refused", "delete: outcome");
    checkUsage(context, await context.read(link), { limit: leastLimit(context.capabilities), used: 1, held: 0 }, "get");
    equal((await context.histories(link)).filter((each) => each.isPaid).length, 1, "listHistories: payments");
  });
};
