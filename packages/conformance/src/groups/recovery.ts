import type { DriverCapabilities, PaymentLinkError } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin } from "../requests.ts";
import { listsHistories } from "../traits.ts";
import { lostChanges } from "./recovery-of-changes.ts";

/** Lost responses: nothing is sent twice, and nothing that may have happened is reported as a failure. */
export const recovery: Group = {
  name: "unknown outcome and recovery",
  define: (context) => {
    lostCreate(context);
    unsentCreate(context);
    takenReference(context);
    lostChanges(context);
    if (context.subject.traffic === "http") unreadableCreate(context);
    reads(context);
  },
};

/** Whether a create whose response was lost can find its link by reading. */
const looksUp = ({ createRecovery }: DriverCapabilities): boolean =>
  createRecovery === "lookup" || createRecovery === "scan";

/** Checks that no second link was made: one request, or an identical one if the gateway documents repeats. */
const checkSentOnce = ({ network, capabilities: { createRecovery } }: TestContext): void => {
  if (createRecovery !== "replay" && createRecovery !== "keyed")
    return equal(network.writes, 1, "requests that could create");
  check(network.writes <= 2, `expected one request that could create and one repeat, got ${network.writes}`);
  equal(new Set(network.written).size, 1, "different requests that could create");
};

/** Checks that a create has the outcome unknown, and made no second link. */
const checkUnknown = (context: TestContext, error: PaymentLinkError): void => {
  equal(error.outcome, "unknown", `create: outcome of ${error.kind}`);
  checkSentOnce(context);
};

const AFTER_A_LOST_ANSWER: Readonly<Record<DriverCapabilities["createRecovery"], string>> = {
  lookup: "finds the link that it created",
  scan: "finds the link that it created",
  replay: "is sent again, identically",
  keyed: "is sent again, identically",
  none: "is unknown",
};

const lostCreate = ({ test, capabilities }: GroupContext): void => {
  const { createRecovery, operations } = capabilities;

  test(`a create whose response is lost ${AFTER_A_LOST_ANSWER[createRecovery]}`, [], async (context) => {
    const request = context.request();
    context.network.misbehave("lose_answer", "writes", 1);
    const result = await context.links.create(request);
    checkSentOnce(context);
    if (createRecovery === "none") {
      check(result.isErr(), "create: expected an error if nothing can be recovered");
      checkKind(result.error, ["network"], "create");
      return equal(result.error.outcome, "unknown", "create: outcome");
    }
    const link = await okOf(result, "create");
    const { reference, amount } = request;
    equal([link.reference, link.amount, link.status], [reference, amount, "active"], "create: the link");
    equal((await context.read(link)).reference, reference, "get: link.reference");
    if (operations.find === true) {
      equal((await okOf(context.links.find({ reference }), "find")).id, link.id, "find: link.id");
    }
    if (operations.list === true) {
      const { items } = await okOf(context.links.list({ limit: 100 }), "list");
      equal(items.filter((each) => each.reference === reference).length, 1, "links under the reference");
    }
  });

  test("a create that never arrives has the outcome unknown, because absence proves nothing", [], async (context) => {
    context.network.misbehave("lose_request", "writes");
    const error = await errorOf(context.links.create(context.request()), "create");
    checkKind(error, ["network"], "create");
    checkUnknown(context, error);
  });

  test("a create after which the gateway stops responding has the outcome unknown", [], async (context) => {
    context.network.misbehave("lose_answer", "all");
    const error = await errorOf(context.links.create(context.request()), "create");
    checkKind(error, ["network"], "create");
    if (createRecovery !== "scan") return checkUnknown(context, error);
    // The driver reads before the create, and sends nothing if that fails.
    equal([error.outcome, context.network.writes], ["not_sent", 0], "create: outcome, requests that could create");
  });
};

const unsentCreate = ({ test }: GroupContext): void =>
  test("a create whose connection cannot be opened has the outcome not_sent, and is retryable", [], async (context) => {
    const request = context.request();
    context.network.misbehave("refuse_connection");
    const error = await errorOf(context.links.create(request), "create");
    checkKind(error, ["network"], "create");
    equal([error.outcome, error.retryable], ["not_sent", true], "create: outcome and retryable");
    equal(context.network.writes, 0, "requests that could create");
    context.network.behave();
    const link = await okOf(context.links.create(request), "create again");
    equal(link.reference, request.reference, "create again: link.reference");
  });

/** An older link with the same reference is never returned for a create whose response was lost. */
const takenReference = ({ test, capabilities }: GroupContext): void => {
  const { createRecovery } = capabilities;
  test("a lost create never returns another link with the same reference", [], async (context) => {
    const request = context.request();
    const first = await okOf(context.links.create(request), "create");
    context.network.reset();
    context.network.misbehave("lose_request", "writes");
    const other = { ...request, amount: amountWithin(capabilities, "75000") };
    const error = await errorOf(context.links.create(other), "create");
    // If a reference may occur twice, the driver reads first.
    if (createRecovery === "scan") equal(context.network.writes, 0, "requests that could create");
    else checkSentOnce(context);
    if (!looksUp(capabilities)) return equal(error.outcome, "unknown", "create: outcome");
    checkKind(error, ["duplicate_reference"], "create");
    equal(error.kind === "duplicate_reference" ? error.existing?.id : undefined, first.id, "error.existing.id");
    equal(error.outcome, "refused", "create: outcome");
  });
};

/** The kinds that a page's status may have: none that only a gateway can report about the request. */
const PAGE_KINDS: readonly PaymentLinkError["kind"][] = [
  "unauthenticated",
  "forbidden",
  "not_found",
  "rate_limited",
  "rejected",
  "malformed_response",
];

const unreadableCreate = ({ test, capabilities }: GroupContext): void => {
  for (const fault of ["html", "empty", "http_500", "http_503"] as const) {
    test(`a create whose response is ${fault.replace("_", " ")} has the outcome unknown`, [], async (context) => {
      context.network.misbehave(fault, "writes");
      const error = await errorOf(context.links.create(context.request()), "create");
      checkKind(error, fault.startsWith("http") ? ["unavailable"] : ["malformed_response"], "create");
      checkUnknown(context, error);
    });
  }

  for (const status of [400, 401, 403, 404, 409, 422, 429] as const) {
    test(`a proxy's page with HTTP ${status} does not count as a refusal of a create`, [], async (context) => {
      context.network.misbehave(`page_${status}`, "writes");
      const error = await errorOf(context.links.create(context.request()), "create");
      checkUnknown(context, error);
      checkKind(error, PAGE_KINDS, "create");
    });
  }

  test("a create that gets such a page after it took effect makes no second link", [], async (context) => {
    const request = context.request();
    context.network.misbehave("page_afterwards", "writes", 1);
    const result = await context.links.create(request);
    checkSentOnce(context);
    if (capabilities.createRecovery === "none") {
      return equal(result.isErr() && result.error.outcome, "unknown", "create: outcome");
    }
    equal((await okOf(result, "create")).reference, request.reference, "create: link.reference");
  });

  test("a create whose response is truncated never makes a second link", [], async (context) => {
    const request = context.request();
    context.network.misbehave("truncated", "writes");
    const result = await context.links.create(request);
    checkSentOnce(context);
    equal(result.isOk(), looksUp(capabilities), "create: whether the link is found");
    if (result.isErr()) equal(result.error.outcome, "unknown", "create: outcome");
    else equal(result.value.reference, request.reference, "create: link.reference");
  });

  for (const fault of ["http_400", "http_401", "http_403", "http_422", "http_429"] as const) {
    test(`a create that is refused with ${fault.replace("_", " ")} created nothing`, [], async (context) => {
      const request = context.request();
      context.network.misbehave(fault, "writes");
      const error = await errorOf(context.links.create(request), "create");
      equal(error.outcome, "refused", "create: outcome");
      // A refused token refuses its request too, so a fresh token may be tried.
      const allowed = fault === "http_401" ? 2 : 1;
      check(
        context.network.writes <= allowed,
        `expected ${allowed} requests that could create, got ${context.network.writes}`,
      );
      context.network.behave();
      const link = await okOf(context.links.create(request), "create again");
      equal(link.reference, request.reference, "create again: link.reference");
    });
  }
};

const reads = ({ test, subject }: GroupContext): void => {
  test("a read that fails is an error, and changes nothing", [], async (context) => {
    const link = await context.create();
    context.network.reset();
    context.network.misbehave("lose_answer", "reads");
    const isListed = listsHistories(context.capabilities);
    for (const result of [context.links.get(link.id), ...(isListed ? [context.links.listHistories(link.id)] : [])]) {
      checkKind(await errorOf(result, "a read"), ["network"], "a read");
    }
    equal(context.network.writes, 0, "requests that could change something");
  });

  if (subject.traffic !== "http") return;
  test("a read whose response is lost once is sent again", [], async (context) => {
    const link = await context.create();
    context.network.misbehave("lose_answer", "reads", 1);
    equal((await context.read(link)).id, link.id, "get: link.id");
  });
};
