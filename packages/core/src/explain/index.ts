// Why a delivery is refused. Loaded when `explainWebhook` is first called.
import { err } from "neverthrow";
import { valueOr } from "../contained.ts";
import type { DriverWebhookError } from "../driver-contract.ts";
import type { Configuration } from "../operations/configuration.ts";
import { withTimeLimit } from "../operations/deadline.ts";
import { malformedWebhook } from "../operations/driver-error.ts";
import { type ReadDelivery, readDelivery, targetOf } from "../operations/read-delivery.ts";
import { unknownWebhookGateway } from "../operations/webhooks.ts";
import type { WebhookRequest } from "../webhook.ts";
import type { ExplainWebhookOptions, WebhookExplanation } from "../webhook-explanation.ts";
import { findCause } from "./find-cause.ts";
import { type Finding, unreadFinding } from "./findings.ts";

/** Explains why `parseWebhook` refuses a delivery. Never rejects. */
export const explainDelivery = async (
  runtime: Configuration,
  key: string,
  request: WebhookRequest,
  options: ExplainWebhookOptions | undefined,
): Promise<WebhookExplanation> => {
  const gateway = runtime.gateways.get(key);
  if (!gateway?.driver.handlers.parseWebhook) {
    const { gateway: name, message, hint } = unknownWebhookGateway(key, runtime);
    return explanation(name, [], { cause: "unknown_gateway", message, hint });
  }
  const begun = readDelivery(untouched(request), runtime.maxWebhookBytes);
  const onTimeout = (): ReadDelivery => {
    if ("stop" in begun) begun.stop();
    return err(SILENT);
  };
  const read = "stop" in begun ? await withTimeLimit(runtime.timeoutMs, begun.read(), onTimeout) : begun;
  if (read.isErr()) return explanation(gateway.key, [], unreadFinding(request, read.error));
  const tried: string[] = [];
  const publicUrl = options?.publicUrl;
  const isUsable = targetOf(publicUrl) !== undefined;
  if (publicUrl !== undefined && !isUsable) tried.push("publicUrl is not used: expected a URL or a path");
  const subject = { runtime, gateway, delivery: read.value, publicUrl: isUsable ? publicUrl : undefined, tried };
  return explanation(gateway.key, tried, await findCause(subject));
};

const SILENT: DriverWebhookError = malformedWebhook(
  "the rest of the body did not arrive in time",
  "Compare the body with the gateway's own log.",
  { problem: "incomplete" },
);

/** A copy of a Fetch request whose body was not read, so that the caller can still read it. */
const untouched = (request: WebhookRequest): WebhookRequest =>
  valueOr(() => ("bodyUsed" in request && !request.bodyUsed ? request.clone() : request), request);

const explanation = (gateway: string, tried: readonly string[], finding: Finding): WebhookExplanation =>
  Object.freeze({ proven: true, ...finding, gateway, tried: Object.freeze([...tried]) });
