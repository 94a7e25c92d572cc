import { err, type Result } from "neverthrow";
import type { Clock, CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import type { PaymentLink } from "../payment-link.ts";
import type { CreatePaymentLink } from "../request.ts";
import { applyCapabilities, type CapabilityResult } from "../validation/apply-capabilities.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { type CallScope, call } from "./call.ts";
import type { CallOptions, Configuration, ConfiguredGateway } from "./configuration.ts";
import { isTimeout, withDeadlineShare } from "./deadline.ts";
import { driverError } from "./driver-error.ts";
import { type AskedCreate, type Existing, judgeReplayed, lookBefore } from "./existing-link.ts";
import { expiryWarning } from "./link-age.ts";
import { explainUnknownCreate, recoverCreate } from "./recover-create.ts";
import { refusal } from "./refusal.ts";
import { sameAsAsked } from "./same-request.ts";
import { toPaymentLink } from "./to-domain.ts";
import { Turns } from "./turns.ts";

export const createLink = (
  runtime: Configuration,
  request: CreatePaymentLink,
  gateway: string,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> =>
  call(runtime, { operation: "create", gateway, options, explainUnknown: explainUnknownCreate }, async (handling) => {
    const fit = fitRequest(runtime, request, handling.gateway);
    if (fit.kind !== "fits") return err(refusal(fit, "request"));
    const startedAtMs = performance.now();
    const made = await inTurn(runtime, handling, fit, () => createOrGet(handling, fit, runtime.clock, startedAtMs));
    return made.map((link) => stampCreated(handling, fit, link, runtime.clock.now()));
  });

const TURNS: WeakMap<Configuration, Turns> = new WeakMap();

/**
 * If only a search before the create prevents a second link, creates of one reference run one at a time in this process: two at
 * once would both find none.
 */
const inTurn = (
  runtime: Configuration,
  { gateway, context: { signal } }: CallScope<"create">,
  { input }: AskedCreate,
  create: () => Promise<Existing>,
): Promise<Existing> => {
  if (gateway.driver.capabilities.createRecovery !== "scan") return create();
  const turns = TURNS.get(runtime) ?? new Turns();
  TURNS.set(runtime, turns);
  return turns.take(JSON.stringify([gateway.key, input.reference]), signal, async () =>
    signal.aborted ? err(stoppedBefore(isTimeout(signal))) : create(),
  );
};

/** The link of the reference: the one that this request creates, or the one that it created before. */
const createOrGet = async (
  handling: CallScope<"create">,
  asked: AskedCreate,
  clock: Clock,
  startedAtMs: number,
): Promise<Existing> => {
  const { gateway, timeoutMs, context } = handling;
  const { createRecovery } = gateway.driver.capabilities;
  const before = createRecovery === "scan" ? await lookBefore(handling, asked) : undefined;
  if (before) return before;
  if (context.signal.aborted) return err(stoppedBefore(isTimeout(context.signal)));
  const sentAtMs = clock.now();
  const sent = await sendCreate(handling, asked.input, timeoutMs - (performance.now() - startedAtMs));
  if (sent.isErr()) return recoverCreate(handling, { ...asked, sentAtMs }, sent.error);
  return createRecovery === "replay"
    ? judgeReplayed(handling, asked, sent.value, sentAtMs)
    : sameAsAsked(gateway, asked.input, sent.value);
};

const stoppedBefore = (isLate: boolean): DriverError =>
  isLate
    ? driverError("timeout", { message: "the deadline passed before anything was sent", outcome: "not_sent" })
    : driverError("aborted", {
        message: "the caller's signal was aborted before anything was sent",
        outcome: "not_sent",
      });

/** Checks a request, and applies the capabilities of a gateway. */
export const fitRequest = (
  runtime: Configuration,
  request: CreatePaymentLink,
  { key, driver }: ConfiguredGateway,
): CapabilityResult => {
  const nowMs = runtime.clock.now();
  const checked = checkCreateRequest(request, { nowMs, wideReferences: runtime.wideReferences });
  if ("issues" in checked) return { kind: "invalid_request", issues: checked.issues };
  return applyCapabilities(driver.capabilities, checked.checked, {
    gateway: key,
    driverName: driver.name,
    nowMs,
    defaultExpiryMs: runtime.defaultExpiryMs,
    randomSlug: runtime.randomSlug,
  });
};

/** If a lost response can be recovered, the create leaves time for that. */
const sendCreate = (
  { gateway, handle, context }: CallScope<"create">,
  input: CreateInput,
  leftMs: number,
): PromiseLike<Result<DriverLink, DriverError>> =>
  gateway.driver.capabilities.createRecovery === "none"
    ? handle(input, context)
    : withDeadlineShare(leftMs, context.signal, (signal) => handle(input, { ...context, signal }));

const stampCreated = (
  { gateway: { key, driver } }: CallScope<"create">,
  { input, warnings }: Extract<CapabilityResult, { kind: "fits" }>,
  link: DriverLink,
  nowMs: number,
): PaymentLink => {
  const expiry = expiryWarning(key, driver.capabilities, input, link);
  return toPaymentLink(key, link, nowMs, expiry ? [...warnings, expiry] : warnings);
};
