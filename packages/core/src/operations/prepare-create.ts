import { err, ok, type Result } from "neverthrow";
import { isSupported } from "../capabilities.ts";
import type { Issue, PaymentLinkError } from "../errors.ts";
import { instantAt } from "../instant.ts";
import type { CreatePlan, PreparedCreate, PrepareOptions } from "../prepared-create.ts";
import type { CreatePaymentLink } from "../request.ts";
import { applyCapabilities, type CapabilityResult, type FitRules } from "../validation/apply-capabilities.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { isPlainData } from "../validation/plain-data.ts";
import { nameOf, unknownGateway, unsupportedOperation } from "./call.ts";
import type { Configuration, ConfiguredGateway } from "./configuration.ts";
import { ContainedHandlers } from "./contained-handlers.ts";
import { attributeError, invalidRequest } from "./driver-error.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { orderedInput } from "./ordered-input.ts";
import { refusal } from "./refusal.ts";
import { errorOfRoute, gatewaysFor } from "./route.ts";
import { frozenWhole } from "./to-domain.ts";

/** Decides everything about a create at one gateway, without I/O. */
export const prepareAt = (
  runtime: Configuration,
  request: CreatePaymentLink,
  key: string,
  enforceExpiry = false,
): Result<PreparedCreate, PaymentLinkError> => {
  const gateway = runtime.gateways.get(key);
  if (!gateway) return err(attributeError(unknownGateway(runtime, key), nameOf(key), "create"));
  const { driver } = gateway;
  const isOffered = typeof driver.handlers.create === "function" && isSupported(driver.capabilities.operations.create);
  if (!isOffered) return err(attributeError(unsupportedOperation(gateway, "create"), gateway.key, "create"));
  const nowMs = runtime.clock.now();
  const preparedAt = instantAt(nowMs);
  const fit = fitRequest(runtime, request, gateway, { nowMs, enforceExpiry });
  if (fit.kind !== "fits") return err(attributeError(refusal(fit, "request"), gateway.key, "create"));
  const { enforcedExpiry, slugIsRandom, warnings } = fit;
  const input = orderedInput(driver.capabilities, fit.input);
  return ok({
    version: 1,
    gateway: gateway.key,
    driver: driver.name,
    preparedAt,
    input,
    ...(enforcedExpiry !== undefined && { enforcedExpiry }),
    slugIsRandom,
    warnings,
  });
};

/** Checks a request, and fits it to what a gateway can honour. */
const fitRequest = (
  runtime: Configuration,
  request: CreatePaymentLink,
  { key, driver }: ConfiguredGateway,
  { nowMs, enforceExpiry }: Pick<FitRules, "nowMs" | "enforceExpiry">,
): CapabilityResult => {
  const checked = checkCreateRequest(request, { nowMs, wideReferences: runtime.wideReferences });
  if ("issues" in checked) return { kind: "invalid_request", issues: checked.issues };
  return applyCapabilities(driver.capabilities, checked.checked, {
    gateway: key,
    driverName: driver.name,
    nowMs,
    enforceExpiry,
    defaultExpiryMs: runtime.defaultExpiryMs,
    randomSlug: runtime.randomSlug,
  });
};

/** Prepares a create, unless the driver's preview refuses it: what would not be sent need not be stored. */
const previewAt = async (
  runtime: Configuration,
  request: CreatePaymentLink,
  key: string,
  enforceExpiry: boolean,
): Promise<Result<PreparedCreate, PaymentLinkError>> => {
  const prepared = prepareAt(runtime, request, key, enforceExpiry);
  const gateway = runtime.gateways.get(key);
  if (prepared.isErr() || !gateway) return prepared;
  const preview = await new ContainedHandlers(gateway).looker("preview")?.(prepared.value.input, {
    clock: runtime.clock,
  });
  // A preview that fails otherwise is a defect of the driver, and does not prove that it would not send the request.
  const isRefused = preview?.isErr() && preview.error.outcome === "not_sent";
  return isRefused ? err(attributeError(preview.error, gateway.key, "create")) : prepared;
};

/** Prepares a create for every gateway of its route, so that it can be stored before anything is sent. */
export const planCreate = async (
  runtime: Configuration,
  request: CreatePaymentLink,
  { enforceExpiry = false }: PrepareOptions = {},
): Promise<Result<CreatePlan, PaymentLinkError>> => {
  const prepared = await Promise.all(
    gatewaysFor(runtime, request).map((key) => previewAt(runtime, request, key, enforceExpiry)),
  );
  const candidates = prepared.flatMap((each) => (each.isOk() ? [each.value] : []));
  const refused = prepared.flatMap((each) => (each.isErr() ? [each.error] : []));
  const [first] = candidates;
  if (!first) return err(errorOfRoute(refused));
  const refuse = (issues: readonly Issue[]): Result<never, PaymentLinkError> =>
    err(attributeError(invalidRequest("request", issues), first.gateway, "create"));
  const unstorable = candidates.filter(({ input: { providerOptions } }) => !isPlainData(providerOptions ?? null));
  if (unstorable.length > 0)
    return refuse(unstorable.map(({ driver }) => ({ path: `providerOptions.${driver}`, message: NOT_PLAIN })));
  const fingerprint = await fingerprintOf(request);
  if (fingerprint.isErr()) return refuse(fingerprint.error.issues);
  // JSON drops fields that are undefined, which providerOptions may have.
  const stored = JSON.parse(JSON.stringify(candidates)) as readonly PreparedCreate[];
  const plan: CreatePlan = { fingerprint: fingerprint.value, candidates: stored, refused };
  return ok(frozenWhole(plan));
};

const NOT_PLAIN = "expected plain data that JSON keeps as it is: no Date, no function, no circle";
