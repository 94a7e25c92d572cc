import type { DriverCapabilities, PaymentLink, PreparedCreate } from "@tautan/core";
import type { TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin, DAY_MS, MINUTE_MS } from "../requests.ts";
import { checkPaidStatus } from "../traits.ts";
import { richRequest } from "./create-again.ts";

/** A create in steps: prepared, stored, sent, and resumed by a process that knows only what was stored. */
export const resume: Group = {
  name: "prepare, send, resume",
  define: (context) => {
    prepared(context);
    lostOnce(context);
    lostForEver(context);
    takenMeanwhile(context);
    if (context.capabilities.createRecovery === "scan") manyLinksLater(context);
  },
};

/** After this time, core treats a request that was sent as ended. */
const ENDED_MS = 16 * MINUTE_MS;

/** Short, because a test waits for all of it. No result depends on it. */
const SHORT_MS = 40;

type Recovery = DriverCapabilities["createRecovery"];

const stored = (create: PreparedCreate): PreparedCreate => JSON.parse(JSON.stringify(create)) as PreparedCreate;

const prepareOne = async (context: TestContext, changes: Parameters<TestContext["request"]>[0] = {}) => {
  const { candidates } = await okOf(context.links.prepare(context.request(changes)), "prepare");
  equal(candidates.length, 1, "prepare: candidates");
  return stored(candidates[0] as PreparedCreate);
};

const prepared = ({ test, subject, capabilities }: GroupContext): void => {
  test("nothing that was prepared contains a key", [], async (context) => {
    const text = JSON.stringify(await okOf(context.links.prepare(context.request(richRequest(context))), "prepare"));
    for (const [index, secret] of subject.secrets.entries()) {
      check(!text.includes(secret), `prepare: expected no key in the plan, got secrets[${index}]`);
    }
  });

  test("prepare sends nothing, and what it returns is plain data", [], async (context) => {
    const plan = await okOf(context.links.prepare(context.request(richRequest(context))), "prepare");
    equal(context.network.sent, 0, "requests");
    equal(
      JSON.parse(JSON.stringify(plan.candidates)),
      plan.candidates,
      "prepare: candidates after a trip through JSON",
    );
  });

  test("what was stored makes the link that was asked for, in another process", [], async (context) => {
    const create = await prepareOne(context, richRequest(context));
    const link = await okOf(context.otherLinks.send(create), "send");
    const { reference, amount } = create.input;
    equal([link.reference, link.amount, link.status], [reference, amount, "active"], "send: the link");
    equal(context.network.writes, 1, "requests that could create");
    equal((await context.read(link)).url, link.url, "get: link.url");
  });

  test("one that is damaged is refused unsent, and its outcome stays open in resume", [], async (context) => {
    const create = await prepareOne(context);
    const damaged = { ...create, input: { ...create.input, amount: 5 } } as unknown as PreparedCreate;
    const sent = await errorOf(context.links.send(damaged), "send");
    equal([sent.kind, sent.outcome], ["invalid_request", "not_sent"], "send: kind and outcome");
    const resumed = await errorOf(context.links.resume(damaged), "resume");
    equal([resumed.kind, resumed.outcome], ["invalid_request", "unknown"], "resume: kind and outcome");
    equal(context.network.sent, 0, "requests");
  });

  if (capabilities.createRecovery === "none") return;
  test("the same request in one step makes a link that reads alike", [], async (context) => {
    const request = context.request(richRequest(context));
    const { warnings: _, ...inSteps } = await okOf(context.links.send(await prepareOne(context, request)), "send");
    const created = await okOf(context.links.create(request), "create");
    equal([created.id, created.url, created.amount], [inSteps.id, inSteps.url, inSteps.amount], "create: the link");
  });
};

/** Sends a create whose result is lost, as if the process had died. Returns what was stored. */
const sendAndDie = async (context: TestContext, fault: "lose_answer" | "lose_request"): Promise<PreparedCreate> => {
  const create = await prepareOne(context);
  // A gateway whose list is searched is read before the create.
  const isScanned = context.capabilities.createRecovery === "scan";
  context.network.misbehave(fault, isScanned ? "writes" : "all");
  const sent = await context.links.send(create);
  check(sent.isOk() || sent.error.outcome === "unknown", "send: expected a link or an unknown outcome");
  context.network.behave();
  return create;
};

/** The number of creating requests that a resume sends, if the first one created the link and if it did not. */
const REQUESTS: Readonly<Record<Recovery, { readonly ifMade: number; readonly ifNot: number }>> = {
  lookup: { ifMade: 0, ifNot: 1 },
  scan: { ifMade: 0, ifNot: 1 },
  replay: { ifMade: 1, ifNot: 1 },
  keyed: { ifMade: 1, ifNot: 1 },
  none: { ifMade: 0, ifNot: 0 },
};

const checkOne = async (context: TestContext, reference: string): Promise<void> => {
  if (context.capabilities.operations.list !== true) return;
  const { items } = await okOf(context.links.list({ limit: 100 }), "list");
  equal(items.filter((each) => each.reference === reference).length, 1, "links under the reference");
};

/** Resumes a create in another process, and counts its creating requests. */
const resumed = async (
  context: TestContext,
  create: PreparedCreate,
  requests: number,
  sentAtMs?: number,
): Promise<PaymentLink> => {
  context.network.reset();
  const options = sentAtMs === undefined ? {} : { sentAt: new Date(sentAtMs) };
  const link = await okOf(context.otherLinks.resume(create, options), "resume");
  equal(context.network.writes, requests, "resume: requests that could create");
  equal([link.reference, link.amount], [create.input.reference, create.input.amount], "resume: the link");
  await checkOne(context, create.input.reference);
  return link;
};

const lostOnce = ({ test, absent, capabilities }: GroupContext): void => {
  const { createRecovery } = capabilities;
  const { ifMade, ifNot } = REQUESTS[createRecovery];
  if (createRecovery === "none") {
    const reason = "the gateway has no way to find out the outcome of a create";
    absent("a create whose response was lost is found by another process", reason);
    test("the outcome of a create stays open, and nothing is sent", [], async (context) => {
      const create = await sendAndDie(context, "lose_answer");
      context.network.reset();
      const error = await errorOf(context.otherLinks.resume(create), "resume");
      equal([error.outcome, context.network.sent], ["unknown", 0], "resume: outcome, requests");
    });
    return;
  }

  test("a create whose response was lost is found by another process, minutes later", ["wait"], async (context) => {
    const create = await sendAndDie(context, "lose_answer");
    await context.acts.wait(5 * MINUTE_MS);
    const link = await resumed(context, create, ifMade);
    equal(link.status, "active", "resume: link.status");
    equal((await resumed(context, create, ifMade)).id, link.id, "resume again: link.id");
  });

  // A key ends. The group "kept answers" tests that nothing is sent then.
  const { createKeyKeptMs = Number.POSITIVE_INFINITY } = capabilities;
  const isKeptFor = (ms: number): boolean => createRecovery !== "keyed" || createKeyKeptMs > ms + ENDED_MS;
  if (isKeptFor(2 * DAY_MS))
    test("and two days later, when it has expired", ["wait"], async (context) => {
      const create = await sendAndDie(context, "lose_answer");
      await context.acts.wait(2 * DAY_MS);
      const link = await resumed(context, create, ifMade);
      if (create.input.expiresAt !== undefined) equal(link.status, "expired", "resume: link.status");
    });

  test("and as paid, if it was paid in the meantime", ["pay", "wait"], async (context) => {
    const create = await sendAndDie(context, "lose_answer");
    const link = await resumed(context, create, ifMade);
    await context.acts.pay(link);
    await context.acts.wait(MINUTE_MS);
    checkPaidStatus(context, await resumed(context, create, ifMade), "resume: link");
  });

  test("a create whose request was lost is sent again, once that is safe", ["wait"], async (context) => {
    const create = await sendAndDie(context, "lose_request");
    const sentAtMs = context.clock.now();
    await context.acts.wait(5 * MINUTE_MS);
    if (createRecovery === "scan") {
      context.network.reset();
      const error = await errorOf(context.otherLinks.resume(create, { sentAt: new Date(sentAtMs) }), "resume");
      checkKind(error, ["not_found"], "resume");
      equal([error.outcome, context.network.writes], ["unknown", 0], "resume: outcome, requests that could create");
      await context.acts.wait(ENDED_MS);
    }
    const link = await resumed(context, create, ifNot, sentAtMs);
    equal((await context.read(link)).url, link.url, "get: link.url");
  });

  if (createRecovery === "scan") return;
  test("two processes that resume at once get the same link", [], async (context) => {
    const create = await sendAndDie(context, "lose_request");
    const both = await Promise.all([context.links.resume(create), context.otherLinks.resume(create)]);
    const [one, other] = await Promise.all(both.map((each) => okOf(each, "resume")));
    equal(one?.id, other?.id, "resume: link.id");
    await checkOne(context, create.input.reference);
  });
};

const lostForEver = ({ test, capabilities }: GroupContext): void => {
  const { createRecovery } = capabilities;
  for (const fault of ["lose_answer", "lose_request", "refuse_connection"] as const) {
    test(`nothing is known while the gateway cannot be asked: ${fault.replaceAll("_", " ")}`, [], async (context) => {
      const create = await sendAndDie(context, "lose_answer");
      context.network.reset();
      context.network.misbehave(fault);
      const error = await errorOf(context.otherLinks.resume(create, { sentAt: new Date(0) }), "resume");
      equal(error.outcome, "unknown", "resume: outcome");
      const most = createRecovery === "replay" || createRecovery === "keyed" ? 1 : 0;
      check(
        context.network.writes <= most,
        `expected at most ${most} requests that could create, got ${context.network.writes}`,
      );
    });
  }

  if (createRecovery === "none") return;
  for (const first of ["lose_answer", "lose_request"] as const) {
    test(
      `after ${first.replace("_", " ")}, whatever else is lost, resuming ends with one link`,
      ["wait"],
      async (context) => {
        const create = await sendAndDie(context, first);
        let sentAtMs = context.clock.now();
        for (const fault of ["lose_request", "lose_answer", "silence"] as const) {
          for (const target of ["reads", "writes", "all"] as const) {
            await context.acts.wait(ENDED_MS);
            context.network.misbehave(fault, target);
            const options = { sentAt: new Date(sentAtMs), timeoutMs: fault === "silence" ? SHORT_MS : undefined };
            sentAtMs = context.clock.now();
            const result = await context.otherLinks.resume(create, options);
            context.network.behave();
            check(result.isOk() || result.error.outcome === "unknown", "resume: expected a link or an unknown outcome");
          }
        }
        await context.acts.wait(ENDED_MS);
        const link = await okOf(context.otherLinks.resume(create, { sentAt: new Date(sentAtMs) }), "resume");
        equal([link.reference, link.status], [create.input.reference, "active"], "resume: the link");
        await checkOne(context, create.input.reference);
      },
    );
  }

  if (createRecovery === "replay" || createRecovery === "keyed") return;
  test("one that would have expired is not sent any more, and certainly made nothing", ["wait"], async (context) => {
    const create = await sendAndDie(context, "lose_request");
    if (create.input.expiresAt === undefined) return;
    const sentAt = new Date(context.clock.now());
    await context.acts.wait(2 * DAY_MS);
    context.network.reset();
    const error = await errorOf(context.otherLinks.resume(create, { sentAt }), "resume");
    equal([error.kind, error.outcome], ["invalid_request", "not_sent"], "resume: kind and outcome");
    equal(context.network.writes, 0, "requests that could create");
  });
};

const takenMeanwhile = ({ test, capabilities }: GroupContext): void => {
  if (capabilities.createRecovery === "none") return;
  test("a link of another request under the reference is never taken for it", [], async (context) => {
    const create = await sendAndDie(context, "lose_request");
    const { reference } = create.input;
    const other = context.request({ reference, amount: amountWithin(capabilities, "75000") });
    const first = await okOf(context.links.create(other), "create");
    const error = await errorOf(context.otherLinks.resume(create), "resume");
    checkKind(error, ["duplicate_reference"], "resume");
    // A gateway that cannot look up a reference reports that the key was used, and not for which link.
    const isSeen = capabilities.operations.find === true || capabilities.createRecovery === "replay";
    const existing = error.kind === "duplicate_reference" ? error.existing?.id : undefined;
    if (isSeen || existing !== undefined) equal(existing, first.id, "error.existing.id");
    await checkOne(context, reference);
  });
};

/** More than the first page of any list. */
const MANY = 120;

const manyLinksLater = ({ test }: GroupContext): void =>
  test("a link is found behind many that were made after it", ["wait"], async (context) => {
    const create = await sendAndDie(context, "lose_answer");
    for (let each = 0; each < MANY; each += 1) await context.create();
    await context.acts.wait(ENDED_MS);
    context.network.reset();
    const options = { sentAt: new Date(context.clock.now() - ENDED_MS) };
    const link = await okOf(context.otherLinks.resume(create, options), "resume");
    equal(
      [link.reference, context.network.writes],
      [create.input.reference, 0],
      "resume: link, requests that could create",
    );
  });
