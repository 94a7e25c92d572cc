import { isDeepStrictEqual } from "node:util";
import type { PaymentLink, PaymentLinkError } from "@tautan/core";
import type { ResultAsync } from "neverthrow";
import { type ChangedField, changedValues, comparableChange, shownField } from "../changes.ts";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { GroupContext } from "../plan.ts";
import type { Fault } from "../traffic.ts";

type Change = (context: TestContext, link: PaymentLink) => ResultAsync<unknown, PaymentLinkError>;

interface LostChange {
  readonly change: Change;
  readonly prepare?: Change;
  /** Whether a read link shows that it took effect. */
  readonly shows: (read: PaymentLink | undefined) => boolean;
}

/** A change of a field that a read shows. */
const updateOf = (field: ChangedField): LostChange => {
  let shows = (_read: PaymentLink): boolean => false;
  return {
    change: (context, { id }) => {
      const wanted = changedValues(context)[field];
      shows = (read) => isDeepStrictEqual(comparableChange(context, read, field), wanted);
      return context.links.update(id, { [field]: wanted });
    },
    shows: (read) => read !== undefined && shows(read),
  };
};

/** Changes beside `update`. */
const CHANGES: Readonly<Record<"close" | "reopen" | "delete", LostChange>> = {
  close: {
    change: ({ links }, { id }) => links.close(id),
    shows: (read) => read === undefined || STOPPED.has(read.status),
  },
  reopen: {
    prepare: ({ links }, { id }) => links.close(id),
    change: ({ links }, { id }) => links.reopen(id),
    shows: (read) => read?.status === "active",
  },
  delete: {
    change: ({ links }, { id }) => links.delete(id),
    shows: (read) => read === undefined || read.status === "deleted",
  },
};

/** A read may report a link that was closed as expired: see `notReportedByRead.closed`. */
const STOPPED: ReadonlySet<string> = new Set(["closed", "expired", "deleted"]);

/** A change whose response is lost is verified by a read, and never sent twice. */
export const lostChanges = ({ test, absent, subject, capabilities }: GroupContext): void => {
  const field = shownField(capabilities, subject);
  const isUpdated = capabilities.operations.update === true;
  if (isUpdated && !field)
    absent("update: if the response is lost, a read shows that it took effect", "no read shows a change");
  const changes = { ...(isUpdated && field && { update: updateOf(field) }), ...CHANGES };
  for (const [operation, { change, prepare, shows }] of Object.entries<LostChange>(changes)) {
    if (capabilities.operations[operation as keyof typeof CHANGES | "update"] !== true) continue;
    const ready = async (context: TestContext, fault: Fault): Promise<PaymentLink> => {
      const link = await context.create();
      if (prepare) await okOf(prepare(context, link), "preparing the link");
      context.network.reset();
      context.network.misbehave(fault, "writes");
      return link;
    };
    const isShown = async (context: TestContext, link: PaymentLink): Promise<boolean> => {
      context.network.behave();
      const read = await context.links.get(link.id);
      if (read.isErr()) checkKind(read.error, ["not_found"], "get");
      return shows(read.isOk() ? read.value : undefined);
    };

    test(`${operation}: if the response is lost, a read shows that it took effect`, [], async (context) => {
      const link = await ready(context, "lose_answer");
      await okOf(change(context, link), operation);
      equal(context.network.writes, 1, `${operation}: requests that could change something`);
      check(await isShown(context, link), `expected the link to show the ${operation}`);
    });

    for (const fault of subject.traffic === "http"
      ? (["html", "empty", "http_500", "page_401", "page_403", "page_404"] as const)
      : []) {
      test(
        `${operation}: a response with ${fault.replace("_", " ")} does not count as a success`,
        [],
        async (context) => {
          const link = await ready(context, fault);
          const error = await errorOf(change(context, link), operation);
          equal(error.outcome, "unknown", `${operation}: outcome of ${error.kind}`);
          check(!(await isShown(context, link)), `expected the link not to show the ${operation}`);
        },
      );
    }

    if (subject.traffic === "http") {
      test(`${operation}: a proxy's page "not found" does not count as the gateway's response`, [], async (context) => {
        const link = await ready(context, "page_404");
        context.network.misbehave("page_404");
        const { outcome } = await errorOf(change(context, link), operation);
        check(outcome !== "refused", `${operation}: expected the outcome unknown or not_sent, got ${outcome}`);
        check(!(await isShown(context, link)), `expected the link not to show the ${operation}`);
      });
    }

    test(`${operation}: if it never arrives, the outcome is unknown and nothing has changed`, [], async (context) => {
      const link = await ready(context, "lose_request");
      const error = await errorOf(change(context, link), operation);
      equal([error.kind, error.outcome], ["network", "unknown"], `${operation}: kind and outcome`);
      equal(context.network.writes, 1, `${operation}: requests that could change something`);
      check(!(await isShown(context, link)), `expected the link not to show the ${operation}`);
    });
  }
};
