import type { CallOptions, LinkId, PaymentLinkError } from "@tautan/core";
import type { ResultAsync } from "neverthrow";
import { anyChange } from "../changes.ts";
import { KEY, type TestContext } from "../context.ts";
import { check, checkKind, equal, errorOf } from "../expect.ts";
import type { Group, GroupContext } from "../plan.ts";
import type { ActName } from "../subject.ts";

/** Short, because a test waits for all of it. No result depends on it. */
const TIMEOUT_MS = 60;

type Call = (context: TestContext, id: LinkId, options: CallOptions) => ResultAsync<unknown, PaymentLinkError>;

/** Operations that wait for a response. */
const CALLS = {
  create: (context, _id, options) => context.links.create(context.request(), options),
  get: ({ links }, id, options) => links.get(id, options),
  find: ({ links }, _id, options) => links.find({ reference: "CHECK-1" }, options),
  list: ({ links }, _id, options) => links.list({}, options),
  update: (context, id, options) => context.links.update(id, anyChange(context, context.subject), options),
  close: ({ links }, id, options) => links.close(id, options),
  reopen: ({ links }, id, options) => links.reopen(id, options),
  delete: ({ links }, id, options) => links.delete(id, options),
  listHistories: ({ links }, id, options) => links.listHistories(id, {}, options),
  listRecentHistories: ({ links }, _id, options) => links.listRecentHistories({ since: new Date(0) }, options),
  listPaymentMethods: ({ links }, _id, options) => links.listPaymentMethods({}, options),
} as const satisfies Readonly<Record<string, Call>>;

/** Operations that wait for a response about a payment. */
const HISTORY_CALLS = {
  getHistory: ({ links }, id, options) => links.getHistory(id, options),
  confirm: ({ links }, id, options) =>
    links.confirm({ kind: "notice", gateway: KEY, trust: "unsigned", resource: "history", id }, options),
} as const satisfies Readonly<Record<string, Call>>;

/** Every call ends at its deadline or if its caller aborts, and releases its request. */
export const deadlines: Group = {
  name: "deadlines",
  define: (context) => {
    for (const [operation, call] of Object.entries(CALLS)) {
      if (context.capabilities.operations[operation as keyof typeof CALLS] !== true) continue;
      ends(context, operation, call, { needs: [], prepare: async (context) => (await context.create()).id });
    }
    for (const [operation, call] of Object.entries(HISTORY_CALLS)) {
      if (context.capabilities.operations[operation as keyof typeof HISTORY_CALLS] !== true) continue;
      ends(context, operation, call, { needs: ["pay"], prepare: paidHistory });
    }
  },
};

/** The preparation that a call needs, and the acts for it. */
interface Subject {
  readonly needs: readonly ActName[];
  readonly prepare: (context: TestContext) => Promise<LinkId>;
}

const paidHistory = async (context: TestContext): Promise<LinkId> => {
  const { link } = await context.paidLink();
  const [history] = await context.histories(link);
  check(history !== undefined, "listHistories: expected the payment");
  return history.id;
};

const ends = ({ test }: GroupContext, operation: string, call: Call, { needs, prepare }: Subject): void => {
  test(`${operation}: sends nothing if the caller aborted before the call`, needs, async (context) => {
    const id = await prepare(context);
    context.network.reset();
    const error = await errorOf(call(context, id, { signal: AbortSignal.abort() }), operation);
    equal(
      [error.kind, error.outcome, context.network.sent],
      ["aborted", "not_sent", 0],
      `${operation}: kind, outcome, requests`,
    );
  });

  test(
    `${operation}: ends if the caller aborts while it waits, and the request is released`,
    needs,
    async (context) => {
      const id = await silenced(context, prepare);
      const caller = new AbortController();
      const result = call(context, id, { signal: caller.signal });
      await Promise.race([context.network.untilPending(), result]);
      check(context.network.pendingRequests.length > 0, `${operation}: expected a request that waits`);
      caller.abort();
      const error = await errorOf(result, operation);
      checkKind(error, ["aborted"], operation);
      checkLetGo(context, error, operation);
    },
  );

  test(`${operation}: ends at its deadline, and the request is released`, needs, async (context) => {
    const id = await silenced(context, prepare);
    const error = await errorOf(call(context, id, { timeoutMs: TIMEOUT_MS }), operation);
    checkKind(error, ["timeout"], operation);
    checkLetGo(context, error, operation);
  });
};

/** The link and history, at a provider that has stopped responding. */
const silenced = async (context: TestContext, prepare: Subject["prepare"]): Promise<LinkId> => {
  const id = await prepare(context);
  context.network.reset();
  context.network.misbehave("silence");
  return id;
};

const checkLetGo = ({ network, capabilities }: TestContext, { outcome }: PaymentLinkError, operation: string): void => {
  const waiting = network.pendingRequests.filter((each) => !each.signal.aborted).length;
  equal(waiting, 0, `${operation}: requests that still wait after the call has ended`);
  const isRepeated = capabilities.createRecovery === "replay" || capabilities.createRecovery === "keyed";
  const most = operation === "create" && isRepeated ? 2 : 1;
  check(
    network.writes <= most,
    `${operation}: expected ${most} request that could change something, got ${network.writes}`,
  );
  if (network.writes > 0) equal(outcome, "unknown", `${operation}: outcome of what was sent`);
};
