import type { CreatePaymentLink, OperationName, PaymentLinkError, PaymentLinks } from "@tautan/core";
import type { ResultAsync } from "neverthrow";
import { KEY, type TestContext } from "./context.ts";
import { check, checkKind, equal, errorOf, okOf } from "./expect.ts";
import { type GroupContext, reasonOf } from "./plan.ts";
import type { SampleFields } from "./requests.ts";

type CallOperation = Exclude<OperationName, "parseWebhook" | "confirm" | "create">;
type Call = (links: PaymentLinks) => ResultAsync<unknown, PaymentLinkError>;

const ID = `${KEY}:1` as const;

/** A call of each operation that needs no existing link. */
const CALLS: Readonly<Record<CallOperation, Call>> = {
  get: (links) => links.get(ID),
  find: (links) => links.find({ reference: "CHECK-1" }),
  list: (links) => links.list(),
  update: (links) => links.update(ID, { title: "Concert, day 2" }),
  close: (links) => links.close(ID),
  reopen: (links) => links.reopen(ID),
  delete: (links) => links.delete(ID),
  listHistories: (links) => links.listHistories(ID),
  listRecentHistories: (links) => links.listRecentHistories({ since: new Date(0) }),
  getHistory: (links) => links.getHistory(ID),
  listPaymentMethods: (links) => links.listPaymentMethods(),
};

/** Checks that nothing was sent since the network was reset. */
export const checkNothingSent = ({ network }: TestContext, what: string): void =>
  equal(network.sent, 0, `${what}: requests that reached the network`);

/** Declares the test that an operation is refused if it is unsupported. Returns whether it is supported. */
export const operationIsClaimed = ({ capabilities, test }: GroupContext, operation: CallOperation): boolean => {
  const lack = reasonOf(capabilities.operations[operation]);
  if (!lack) return true;
  test(`${operation} is unsupported: refused with the reason, and nothing is sent`, [], async (context) => {
    const error = await errorOf(CALLS[operation](context.links), operation);
    checkRefusal(error, operation, lack.unsupported);
    equal(error.outcome, "not_sent", `${operation}: outcome`);
    checkNothingSent(context, operation);
    check(!(operation in context.links.gateway(KEY)), `links.gateway(key) must not have ${operation}`);
  });
  return false;
};

const checkRefusal = (error: PaymentLinkError, feature: string, reason: string): void => {
  checkKind(error, ["unsupported"], feature);
  const features = error.kind === "unsupported" ? error.features : [];
  const reported = features.find((each) => each.feature === feature);
  check(reported !== undefined, `${feature}: expected the error to name it, got ${JSON.stringify(features)}`);
  check(
    reported.reason.includes(reason),
    `${feature}: expected the declared reason "${reason}", got "${reported.reason}"`,
  );
};

/** A field of a request, with a valid value. */
export type PlainField = keyof SampleFields | "startsAt" | "expiresAt";

/** Declares the tests that a field is refused or left out if it is unsupported. Returns whether it is supported. */
export const fieldIsClaimed = (
  { capabilities, test }: GroupContext,
  field: PlainField,
  valueOf: (context: TestContext, request: CreatePaymentLink) => unknown,
): boolean => {
  const lack = reasonOf(capabilities[field]);
  if (!lack) return true;
  test(`${field} is unsupported: refused with the reason, and nothing is sent`, [], async (context) => {
    const request = context.request();
    const error = await errorOf(context.links.create({ ...request, [field]: valueOf(context, request) }), field);
    checkRefusal(error, field, lack.unsupported);
    checkNothingSent(context, field);
  });
  test(`${field} is unsupported: left out with a warning if the caller allows that`, [], async (context) => {
    const request = context.request();
    const changes = { [field]: valueOf(context, request), omitIfUnsupported: [field] };
    const link = await okOf(context.links.create({ ...request, ...changes }), `create without ${field}`);
    const codes = link.warnings.filter((each) => each.field === field).map((each) => each.code);
    check(
      codes.includes("omitted"),
      `expected a warning that ${field} was omitted, got ${JSON.stringify(link.warnings)}`,
    );
  });
  return false;
};

/** Checks that a create is refused and nothing is sent. */
export const checkRefusedUnsent = async (
  context: TestContext,
  request: CreatePaymentLink,
  kind: PaymentLinkError["kind"],
  what: string,
  links: PaymentLinks = context.links,
): Promise<void> => {
  context.network.reset();
  const error = await errorOf(links.create(request), what);
  checkKind(error, [kind], what);
  equal(error.outcome, "not_sent", `${what}: outcome`);
  checkNothingSent(context, what);
};
