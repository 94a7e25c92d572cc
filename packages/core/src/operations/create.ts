import { err, type Result } from "neverthrow";
import type { CreateInput, DriverError, DriverLink } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import type { PaymentLink } from "../payment-link.ts";
import type { CreatePaymentLink } from "../request.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { type FitResult, fitCreateRequest } from "../validation/fit-create.ts";
import { call, type Handling } from "./call.ts";
import { firstShareOf } from "./deadline.ts";
import { expiryWarning, sameAsAsked } from "./integrity.ts";
import { explainUnknownCreate, recoverCreate } from "./recover-create.ts";
import { refusal } from "./refusal.ts";
import type { CallOptions, Runtime } from "./runtime.ts";
import { stampLink } from "./stamp.ts";

export const createLink = (
  runtime: Runtime,
  request: CreatePaymentLink,
  gateway: string,
  options: CallOptions | undefined,
): Promise<Result<PaymentLink, PaymentLinkError>> =>
  call(runtime, { operation: "create", gateway, options, explainUnknown: explainUnknownCreate }, async (handling) => {
    const fit = fitRequest(runtime, request, handling);
    if (fit.kind !== "fits") return err(refusal(fit, "request"));
    const sentAtMs = runtime.clock.now();
    const sent = await sendCreate(handling, fit.input);
    const made = sent.isOk()
      ? sameAsAsked(handling.gateway, fit.input, sent.value)
      : await recoverCreate(handling, { ...fit, sentAtMs }, sent.error);
    return made.map((link) => stampCreated(handling, fit, link, sentAtMs));
  });

const fitRequest = (
  runtime: Runtime,
  request: CreatePaymentLink,
  { gateway: { key, driver } }: Handling<"create">,
): FitResult => {
  const nowMs = runtime.clock.now();
  const checked = checkCreateRequest(request, { nowMs, wideReferences: runtime.wideReferences });
  if ("issues" in checked) return { kind: "invalid_request", issues: checked.issues };
  return fitCreateRequest(driver.capabilities, checked.checked, {
    gateway: key,
    driverName: driver.name,
    nowMs,
    defaultExpiryMs: runtime.defaultExpiryMs,
    randomSlug: runtime.randomSlug,
  });
};

/** Where a lost answer can be recovered afterwards, the first request to create leaves time for that. */
const sendCreate = (
  { gateway, handle, context, timeoutMs }: Handling<"create">,
  input: CreateInput,
): PromiseLike<Result<DriverLink, DriverError>> =>
  gateway.driver.capabilities.createRecovery === "none"
    ? handle(input, context)
    : firstShareOf(timeoutMs, context.signal, (signal) => handle(input, { ...context, signal }));

const stampCreated = (
  { gateway: { key, driver } }: Handling<"create">,
  { input, warnings }: Extract<FitResult, { kind: "fits" }>,
  link: DriverLink,
  nowMs: number,
): PaymentLink => {
  const expiry = expiryWarning(key, driver.capabilities, input, link);
  return stampLink(key, link, nowMs, expiry ? [...warnings, expiry] : warnings);
};
