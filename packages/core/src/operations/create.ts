import { err, type Result } from "neverthrow";
import type { DriverCapabilities } from "../capabilities.ts";
import type { DriverError, DriverLink } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import { epochMsOf } from "../instant.ts";
import type { PaymentLink } from "../payment-link.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import type { CreatePaymentLink } from "../request.ts";
import { snapshotOf } from "../validation/snapshot.ts";
import { type CallScope, call, stopped } from "./call.ts";
import type { CallOptions, Configuration, Operation } from "./configuration.ts";
import { invalidRequest } from "./driver-error.ts";
import { type Existing, lookBefore } from "./existing-link.ts";
import { expiryWarning } from "./link-age.ts";
import { prepareAt } from "./prepare-create.ts";
import { explainUnknownCreate, judgeRepeated, recoverCreate } from "./recover-create.ts";
import { errorOfRoute, gatewaysFor, mayTryNext, withTried } from "./route.ts";
import { sameAsAsked } from "./same-request.ts";
import { readStoredCreate } from "./stored-create.ts";
import { toPaymentLink } from "./to-domain.ts";

/** Creates a link at the gateway of the request, or along the route: prepares and sends it for one gateway after the other. */
export const createLink: Operation<CreatePaymentLink, PaymentLink> = (runtime, request, options) => {
  const keys = gatewaysFor(runtime, request);
  // A request is read at once, and copied only to be read again later.
  return keys.length > 1
    ? createAlong(keys, runtime, snapshotOf(request), options)
    : createAt(keys[0] as string, runtime, request, options);
};

const createAt = (
  key: string,
  runtime: Configuration,
  request: CreatePaymentLink,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const prepared = prepareAt(runtime, request, key);
  return prepared.isOk() ? sendCreate(runtime, prepared.value, options) : Promise.resolve(err(prepared.error));
};

const createAlong = async (
  keys: readonly string[],
  runtime: Configuration,
  request: CreatePaymentLink,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const startedAtMs = performance.now();
  const timeoutMs = options?.timeoutMs ?? runtime.timeoutMs;
  const tried: PaymentLinkError[] = [];
  for (const key of keys) {
    const leftMs = timeoutMs - (performance.now() - startedAtMs);
    if (tried.length > 0 && leftMs < 1) break;
    const left = tried.length > 0 ? { ...options, timeoutMs: leftMs } : options;
    const created = await createAt(key, runtime, request, left);
    if (created.isOk()) return created;
    tried.push(created.error);
    if (!mayTryNext(created.error)) return err(withTried(created.error, tried));
  }
  return err(errorOfRoute(tried));
};

/** Sends a create that was prepared before, by this process or another. */
export const sendStoredCreate: Operation<unknown, PaymentLink> = async (runtime, stored, options) => {
  const prepared = readStoredCreate(runtime, stored);
  return prepared.isOk() ? sendCreate(runtime, prepared.value, options) : err(prepared.error);
};

const sendCreate: Operation<PreparedCreate, PaymentLink> = (runtime, prepared, options) =>
  callForLink(runtime, prepared, options, (scope, leftMs) => {
    const sinceMs = runtime.clock.now();
    const expired = expiredBefore(prepared, sinceMs);
    return expired ? err(expired) : createOrGet(runtime, scope, prepared, { sinceMs, leftMs });
  });

/** Calls the gateway of a prepared create, for its link. `leftMs` is how much of the call's time is left. */
export const callForLink = (
  runtime: Configuration,
  prepared: PreparedCreate,
  options: CallOptions | undefined,
  work: (scope: CallScope<"create">, leftMs: () => number) => Existing | Promise<Existing>,
): Promise<Result<PaymentLink, PaymentLinkError>> => {
  const startedAtMs = performance.now();
  const { gateway } = prepared;
  const asked = { operation: "create", gateway, options, explainUnknown: explainUnknownCreate } as const;
  return call(runtime, asked, async (scope) => {
    const made = await work(scope, () => scope.timeoutMs - (performance.now() - startedAtMs));
    return made.map((link) => stampCreated(scope, prepared, link, runtime.clock.now()));
  });
};

/** The error for a prepared create whose link would have expired already. */
export const expiredBefore = (
  { input, enforcedExpiry: expiresAt = input.expiresAt }: PreparedCreate,
  nowMs: number,
): DriverError | undefined =>
  expiresAt !== undefined && epochMsOf(expiresAt) <= nowMs
    ? invalidRequest("the prepared create", [{ path: "input.expiresAt", message: `has passed: ${expiresAt}` }], {
        hint: "Prepare the request again.",
      })
    : undefined;

const TAKES_TURNS: ReadonlySet<DriverCapabilities["createRecovery"]> = new Set(["scan", "keyed"]);

export interface Sending {
  /** An older link was created by another request, if it is older by more than clocks can differ. */
  readonly sinceMs: number;
  readonly leftMs: () => number;
}

/**
 * The link of the reference: the one that this create makes, or the one that it made before.
 *
 * If only a search before the create prevents a second link, creates of one reference run one at a time in this process: two at
 * once would both find none. The same if a gateway refuses a key that is in flight.
 */
export const createOrGet = (
  runtime: Configuration,
  scope: CallScope<"create">,
  prepared: PreparedCreate,
  sending: Sending,
): Promise<Existing> => {
  const { gateway, context } = scope;
  const { signal } = context;
  const create = (): Promise<Existing> => createAfterLook(scope, prepared, sending);
  if (!TAKES_TURNS.has(gateway.driver.capabilities.createRecovery)) return create();
  return runtime.turns.take(JSON.stringify([gateway.key, prepared.input.reference]), signal, create);
};

const createAfterLook = async (
  scope: CallScope<"create">,
  prepared: PreparedCreate,
  { sinceMs, leftMs }: Sending,
): Promise<Existing> => {
  const { gateway, context, deadline } = scope;
  const { createRecovery } = gateway.driver.capabilities;
  if (context.signal.aborted) return err(stopped(context.signal, false));
  const before = createRecovery === "scan" ? await lookBefore(scope, prepared) : undefined;
  if (before) return before;
  if (context.signal.aborted) return err(stopped(context.signal, false));
  const sent = await request(scope, prepared, leftMs());
  deadline.endShare();
  if (sent.isErr()) return recoverCreate(scope, { ...prepared, sinceMs }, sent.error);
  return createRecovery === "replay" || createRecovery === "keyed"
    ? judgeRepeated(scope, prepared, sent.value, { sinceMs, attempt: "first" })
    : sameAsAsked(gateway, prepared.input, sent.value);
};

/** If a lost response can be recovered, the create leaves time for that. */
const request = (
  { gateway, handle, context, deadline }: CallScope<"create">,
  { input }: PreparedCreate,
  leftMs: number,
): PromiseLike<Result<DriverLink, DriverError>> =>
  gateway.driver.capabilities.createRecovery === "none"
    ? handle(input, context)
    : handle(input, { ...context, signal: deadline.startShare(leftMs) });

const stampCreated = (
  { gateway: { key, driver } }: CallScope<"create">,
  { input, enforcedExpiry, warnings }: PreparedCreate,
  link: DriverLink,
  nowMs: number,
): PaymentLink => {
  const expiry = expiryWarning(key, driver.capabilities, input, link);
  const effective: DriverLink =
    enforcedExpiry === undefined ? link : { ...link, expiresAt: enforcedExpiry, ...ENFORCED_BY_LEDGER };
  return toPaymentLink(key, effective, nowMs, expiry ? [...warnings, expiry] : warnings);
};

/** No driver reports this. */
const ENFORCED_BY_LEDGER: Pick<PaymentLink, "expiryEnforcedBy"> = { expiryEnforcedBy: "ledger" };
