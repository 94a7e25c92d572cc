import type { LinkId, Outcome, PaymentLink, PaymentLinkError } from "@tautan/core";
import type { ResultAsync } from "neverthrow";
import { KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf, okOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import { amountWithin } from "../requests.ts";
import type { ReplyFault, ScriptedAnswer } from "../traffic.ts";

/** Every failure has the right kind, the outcome of the request, and advice. */
export const errors: Group = {
  name: "errors",
  define: (context) => {
    requests(context);
    references(context);
    if (context.subject.traffic === "http") replies(context);
  },
};

const requests = ({ test, subject }: GroupContext): void => {
  test("an invalid request is refused, every problem is named, and nothing is sent", [], async (context) => {
    const request = { ...context.request(), reference: "has a space", usage: { limit: 0 }, titel: "x" };
    const error = await errorOf(context.links.create(request), "create");
    checkKind(error, ["invalid_request"], "create");
    const paths = error.kind === "invalid_request" ? error.issues.map((each) => each.path) : [];
    for (const path of ["reference", "usage.limit", "titel"])
      check(paths.includes(path), `expected ${path} in ${paths.join()}`);
    equal(
      [error.outcome, error.operation, context.network.sent],
      ["not_sent", "create", 0],
      "create: outcome, operation, requests",
    );
  });

  test("unknown provider options are refused, and make no link", [], async (context) => {
    const providerOptions = { [context.driver.name]: { noSuchOption: true } };
    const request = context.request({ providerOptions });
    const error = await errorOf(context.links.create(request), "unknown provider options");
    equal([error.kind, error.outcome], ["invalid_request", "not_sent"], "unknown provider options: kind and outcome");
    // A driver checks these itself. A network of calls has then counted the call already.
    if (subject.traffic === "http") equal(context.network.sent, 0, "requests that reached the network");
    await okOf(context.links.create({ ...request, providerOptions: undefined }), "create without them");
  });

  test("check returns the result of create without sending a request", [], async (context) => {
    const accepted = await okOf(context.links.check(context.request()), "check");
    equal(
      accepted.map((each) => [each.gateway, each.accepted]),
      [[KEY, true]],
      "check of the least request",
    );
    const broken: Record<string, object> = {
      "a request that breaks a rule": { usage: { limit: 0 } },
      "another currency": { amount: { amount: "50000", currency: "XTS" } },
      // The driver's preview checks what only the driver knows.
      ...(context.driver.handlers.preview && {
        "unknown provider options": { providerOptions: { [context.driver.name]: { noSuchOption: true } } },
      }),
    };
    const requests = Object.entries(broken).map(([what, changes]) => ({ what, request: context.request(changes) }));
    const checked = [];
    for (const { what, request } of requests) checked.push((await okOf(context.links.check(request), what))[0]);
    equal(context.network.sent, 0, "requests that checks sent");
    for (const [index, { what, request }] of requests.entries()) {
      const [check] = [checked[index]];
      const error = await errorOf(context.links.create(request), what);
      const reported =
        check?.accepted === false ? [check.error.kind, check.error.message, check.error.outcome] : "accepted";
      equal(reported, [error.kind, error.message, error.outcome], `check of ${what}`);
    }
  });

  test("ids of other gateways, and texts that are not ids, are refused, and nothing is sent", [], async (context) => {
    checkKind(await errorOf(context.links.get("other:1"), "get"), ["unknown_gateway"], "get of another gateway's");
    for (const id of ["nothing", "checked:", "checked:%", "checked:.."] as const) {
      checkKind(await errorOf(context.links.get(id as never), "get"), ["invalid_request"], `get of ${id}`);
    }
    equal(context.network.sent, 0, "requests");
  });
};

const references = ({ test, absent, capabilities }: GroupContext): void => {
  const { createRecovery } = capabilities;
  if (createRecovery === "none") {
    absent("the same request twice at once makes one link", "the gateway accepts a reference any number of times");
    return;
  }

  test("the same request twice at once makes one link", [], async (context) => {
    const request = context.request();
    const results = await Promise.all([context.links.create(request), context.links.create(request)]);
    const ids = new Set(results.flatMap((each) => (each.isOk() ? [each.value.id] : [])));
    check(ids.size > 0, "expected one of the two to make the link");
    equal(ids.size, 1, "created links");
    for (const each of results) if (each.isErr()) checkKind(each.error, ["duplicate_reference"], "create");
  });

  test("a reference that is used with another amount is refused, and the link stays", [], async (context) => {
    const request = context.request();
    const first = (await context.links.create(request))._unsafeUnwrap();
    const other = amountWithin(capabilities, "75000");
    const error = await errorOf(context.links.create({ ...request, amount: other }), "create");
    checkKind(error, ["duplicate_reference"], "create");
    check(!JSON.stringify(error).includes(first.url), "expected error.existing to stay out of JSON");
    equal((await context.read(first)).amount, request.amount, "get: link.amount");
  });
};

type Call = (context: TestContext, id: LinkId) => ResultAsync<unknown, PaymentLinkError>;

/** Operations that get a reply: two that write and two that read. */
const CALLS: Readonly<Record<"create" | "close" | "get" | "listHistories", Call>> = {
  create: (context) => context.links.create(context.request()),
  close: ({ links }, id) => links.close(id),
  get: ({ links }, id) => links.get(id),
  listHistories: ({ links }, id) => links.listHistories(id),
};

/** The error of an operation on a link that was made before the provider began to misbehave. */
const errorAt = async (
  context: TestContext,
  operation: keyof typeof CALLS,
  fault: ReplyFault,
): Promise<PaymentLinkError> => {
  context.network.behave();
  const { id } = await context.create();
  // If the driver reads before a create, that read must not get the reply.
  context.network.misbehave(fault, operation === "create" ? "writes" : "all");
  return errorOf(CALLS[operation](context, id), `${operation} that gets ${fault}`);
};

/** The meaning of a status alone, whatever the provider's texts: rules of the domain. */
const STATUSES: readonly (readonly [ReplyFault, PaymentLinkError["kind"], Outcome])[] = [
  ["http_401", "unauthenticated", "refused"],
  ["http_403", "forbidden", "refused"],
  ["http_404", "not_found", "refused"],
  ["http_429", "rate_limited", "refused"],
  ["http_500", "unavailable", "unknown"],
  ["http_503", "unavailable", "unknown"],
];

/** A genuine response in which every web address runs a script. */
const withScripts: ScriptedAnswer = async (send) => {
  const { status, header, text } = (await send())._unsafeUnwrap();
  return { status, header, text: text.replaceAll(/"https?:(?:[^"\\]|\\.)*"/g, '"javascript:alert(1)"') };
};

const replies = ({ test, capabilities }: GroupContext): void => {
  const supported = (names: readonly (keyof typeof CALLS)[]): readonly (keyof typeof CALLS)[] =>
    names.filter((name) => capabilities.operations[name] === true);
  for (const [fault, kind, outcome] of STATUSES) {
    const status = Number(fault.slice("http_".length));
    test(`HTTP ${status} is ${kind}, and a create that gets it has the outcome ${outcome}`, [], async (context) => {
      for (const operation of supported(["create", "close", "get", "listHistories"])) {
        const error = await errorAt(context, operation, fault);
        checkKind(error, [kind], `${operation} that gets ${status}`);
        equal(error.status, status, `${operation} that gets ${status}: error.status`);
        if (operation === "create") equal(error.outcome, outcome, `create that gets ${status}: outcome`);
      }
    });
  }

  for (const operation of supported(["create", "get"])) {
    test(`${operation}: no link has an address that runs a script`, [], async (context) => {
      const { id } = await context.create();
      context.network.answerWith(withScripts);
      const result = await CALLS[operation](context, id);
      const url = result.isOk() ? (result.value as PaymentLink).url : "https:";
      check(/^https?:/.test(url), `${operation}: expected an error, or a link with a web address, got ${url}`);
    });
  }

  for (const fault of ["html", "empty", "truncated"] as const) {
    test(`an undocumented response is never a success: ${fault}`, [], async (context) => {
      for (const operation of supported(["get", "listHistories"])) {
        const what = `${operation} that gets ${fault}`;
        checkKind(await errorAt(context, operation, fault), ["malformed_response"], what);
      }
    });
  }
};
