import type { DriverCapabilities, PaymentLinkError } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin } from "../requests.ts";
import { lostChanges } from "./recovery-of-changes.ts";

/** What happens when an answer is lost: nothing is sent twice, nothing is called a failure that may have happened. */
export const recovery: Group = {
  name: "unknown outcome and recovery",
  define: (context) => {
    lostCreate(context);
    unsentCreate(context);
    takenReference(context);
    lostChanges(context);
    if (context.subject.wire === "http") unreadableCreate(context);
    reads(context);
  },
};

/** Whether a create whose answer was lost can find its link by reading. */
const looksUp = ({ createRecovery }: DriverCapabilities): boolean =>
  createRecovery === "lookup" || createRecovery === "scan";

/** That no second link can have been made: one request, or the identical one again where the gateway documents repeats. */
const checkSentOnce = ({ wire, capabilities: { createRecovery } }: TestContext): void => {
  if (createRecovery !== "replay") return equal(wire.writes, 1, "requests that could create");
  check(wire.writes <= 2, `expected one request that could create and one repeat, got ${wire.writes}`);
  equal(new Set(wire.written).size, 1, "different requests that could create");
};

/** That a create ended as unknown, and made no second link. */
const checkUnknown = (bench: TestContext, error: PaymentLinkError): void => {
  equal(error.outcome, "unknown", `create: outcome of ${error.kind}`);
  checkSentOnce(bench);
};

const AFTER_A_LOST_ANSWER: Readonly<Record<DriverCapabilities["createRecovery"], string>> = {
  lookup: "finds the link it made",
  scan: "finds the link it made",
  replay: "is sent again, word for word",
  none: "is unknown",
};

const lostCreate = ({ test, capabilities }: GroupContext): void => {
  const { createRecovery, operations } = capabilities;

  test(`a create whose answer is lost ${AFTER_A_LOST_ANSWER[createRecovery]}`, [], async (bench) => {
    const request = bench.request();
    bench.wire.misbehave("lose_answer", "writes", 1);
    const result = await bench.links.create(request);
    checkSentOnce(bench);
    if (createRecovery === "none") {
      check(result.isErr(), "create: expected an error where nothing can be recovered");
      checkKind(result.error, ["network"], "create");
      return equal(result.error.outcome, "unknown", "create: outcome");
    }
    const link = await okOf(result, "create");
    const { reference, amount } = request;
    equal([link.reference, link.amount, link.status], [reference, amount, "active"], "create: the link");
    equal((await bench.read(link)).reference, reference, "get: link.reference");
    if (operations.find === true) {
      equal((await okOf(bench.links.find({ reference }), "find")).id, link.id, "find: link.id");
    }
    if (operations.list === true) {
      const { items } = await okOf(bench.links.list({ limit: 100 }), "list");
      equal(items.filter((each) => each.reference === reference).length, 1, "links under the reference");
    }
  });

  test("a create that never arrives is unknown all the same: absence proves nothing", [], async (bench) => {
    bench.wire.misbehave("lose_request", "writes");
    const error = await errorOf(bench.links.create(bench.request()), "create");
    checkKind(error, ["network"], "create");
    checkUnknown(bench, error);
  });

  test("a create after which nothing answers any more is unknown", [], async (bench) => {
    bench.wire.misbehave("lose_answer", "all");
    const error = await errorOf(bench.links.create(bench.request()), "create");
    checkKind(error, ["network"], "create");
    if (createRecovery !== "scan") return checkUnknown(bench, error);
    // The gateway is asked before the create, and nothing is sent where that fails.
    equal([error.outcome, bench.wire.writes], ["not_sent", 0], "create: outcome, requests that could create");
  });
};

const unsentCreate = ({ test }: GroupContext): void =>
  test("a create whose connection cannot be opened was not sent, and may be tried again", [], async (bench) => {
    const request = bench.request();
    bench.wire.misbehave("refuse_connection");
    const error = await errorOf(bench.links.create(request), "create");
    checkKind(error, ["network"], "create");
    equal([error.outcome, error.retryable], ["not_sent", true], "create: outcome and retryable");
    equal(bench.wire.writes, 0, "requests that could create");
    bench.wire.behave();
    const link = await okOf(bench.links.create(request), "create again");
    equal(link.reference, request.reference, "create again: link.reference");
  });

/** An older link under the reference is never taken for the one whose answer was lost. */
const takenReference = ({ test, capabilities }: GroupContext): void => {
  const { createRecovery } = capabilities;
  test("a lost create under a reference that another link has is never that link", [], async (bench) => {
    const request = bench.request();
    const first = await okOf(bench.links.create(request), "create");
    bench.wire.reset();
    bench.wire.misbehave("lose_request", "writes");
    const other = { ...request, amount: amountWithin(capabilities, "75000") };
    const error = await errorOf(bench.links.create(other), "create");
    // Where a reference may stand twice, the gateway is asked before.
    if (createRecovery === "scan") equal(bench.wire.writes, 0, "requests that could create");
    else checkSentOnce(bench);
    if (!looksUp(capabilities)) return equal(error.outcome, "unknown", "create: outcome");
    checkKind(error, ["duplicate_reference"], "create");
    equal(error.kind === "duplicate_reference" ? error.existing?.id : undefined, first.id, "error.existing.id");
    equal(error.outcome, "refused", "create: outcome");
  });
};

/** What a page's status may be read as: nothing that a gateway says about the request. */
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
    test(`a create that is answered with ${fault.replace("_", " ")} is unknown`, [], async (bench) => {
      bench.wire.misbehave(fault, "writes");
      const error = await errorOf(bench.links.create(bench.request()), "create");
      checkKind(error, fault.startsWith("http") ? ["unavailable"] : ["malformed_response"], "create");
      checkUnknown(bench, error);
    });
  }

  for (const status of [400, 401, 403, 404, 409, 422, 429] as const) {
    test(`a page with HTTP ${status} that the provider did not write refuses no create`, [], async (bench) => {
      bench.wire.misbehave(`page_${status}`, "writes");
      const error = await errorOf(bench.links.create(bench.request()), "create");
      checkUnknown(bench, error);
      checkKind(error, PAGE_KINDS, "create");
    });
  }

  test("a create that is answered with such a page after it took effect makes no second link", [], async (bench) => {
    const request = bench.request();
    bench.wire.misbehave("page_afterwards", "writes", 1);
    const result = await bench.links.create(request);
    checkSentOnce(bench);
    if (capabilities.createRecovery === "none") {
      return equal(result.isErr() && result.error.outcome, "unknown", "create: outcome");
    }
    equal((await okOf(result, "create")).reference, request.reference, "create: link.reference");
  });

  test("a create whose answer is cut short never makes a second link", [], async (bench) => {
    const request = bench.request();
    bench.wire.misbehave("truncated", "writes");
    const result = await bench.links.create(request);
    checkSentOnce(bench);
    equal(result.isOk(), looksUp(capabilities), "create: whether the link is found");
    if (result.isErr()) equal(result.error.outcome, "unknown", "create: outcome");
    else equal(result.value.reference, request.reference, "create: link.reference");
  });

  for (const fault of ["http_400", "http_401", "http_403", "http_422", "http_429"] as const) {
    test(`a create that is refused with ${fault.replace("_", " ")} has created nothing`, [], async (bench) => {
      const request = bench.request();
      bench.wire.misbehave(fault, "writes");
      const error = await errorOf(bench.links.create(request), "create");
      equal(error.outcome, "refused", "create: outcome");
      // A token that is refused refuses the request with it, so that a fresh one may be tried.
      const allowed = fault === "http_401" ? 2 : 1;
      check(bench.wire.writes <= allowed, `expected ${allowed} requests that could create, got ${bench.wire.writes}`);
      bench.wire.behave();
      const link = await okOf(bench.links.create(request), "create again");
      equal(link.reference, request.reference, "create again: link.reference");
    });
  }
};

const reads = ({ test, subject }: GroupContext): void => {
  test("a read that fails says so, and changes nothing", [], async (bench) => {
    const link = await bench.create();
    bench.wire.reset();
    bench.wire.misbehave("lose_answer", "reads");
    for (const result of [bench.links.get(link.id), bench.links.listHistories(link.id)]) {
      checkKind(await errorOf(result, "a read"), ["network"], "a read");
    }
    equal(bench.wire.writes, 0, "requests that could change something");
  });

  if (subject.wire !== "http") return;
  test("a read whose answer is lost once is sent again", [], async (bench) => {
    const link = await bench.create();
    bench.wire.misbehave("lose_answer", "reads", 1);
    equal((await bench.read(link)).id, link.id, "get: link.id");
  });
};
