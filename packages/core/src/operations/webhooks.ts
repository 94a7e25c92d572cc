import { err, ok, type Result } from "neverthrow";
import type { ConfirmSubject, DriverWebhookError } from "../driver-contract.ts";
import type { PaymentLinkError, WebhookError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import { withHidden } from "../raw.ts";
import type { Delivery, Observation, WebhookAcknowledgement, WebhookRequest } from "../webhook.ts";
import { call, isPathStep } from "./call.ts";
import { failure, stampError } from "./failure.ts";
import { readDelivery } from "./read-delivery.ts";
import type { CallOptions, ConfiguredGateway, Runtime } from "./runtime.ts";
import { stampObservation } from "./stamp.ts";

export const parseDelivery = async (
  runtime: Runtime,
  key: string,
  request: WebhookRequest,
): Promise<Result<Delivery, WebhookError>> => {
  const gateway = runtime.gateways.get(key);
  const parseWebhook = gateway?.driver.handlers.parseWebhook;
  if (!gateway || !parseWebhook) return err(unknownGateway(key, runtime));
  const run = async (): Promise<Result<Delivery, WebhookError>> => {
    const delivery = await readDelivery(request, runtime.maxWebhookBytes, runtime.timeoutMs);
    if (delivery.isErr()) return err(stampWebhookError(gateway, delivery.error));
    let parsed: Awaited<ReturnType<typeof parseWebhook>>;
    try {
      parsed = await parseWebhook(delivery.value, { clock: runtime.clock });
    } catch (thrown) {
      return err(stampWebhookError(gateway, driverFault(gateway, thrown)));
    }
    if (parsed.isErr()) return err(stampWebhookError(gateway, parsed.error));
    const { accepted, retryLater } = gateway.driver.acknowledgements;
    const nowMs = runtime.clock.now();
    const observations = parsed.value.map((each) => stampObservation(gateway.key, each, nowMs));
    return ok(Object.freeze({ gateway: gateway.key, observations, acknowledgement: accepted, retryLater }));
  };
  if (!runtime.instrument) return run();
  return runtime.instrument({ gateway: gateway.key, driver: gateway.driver.name, operation: "parseWebhook" }, run);
};

export const confirmObservation = async (
  runtime: Runtime,
  observation: Observation,
  options: CallOptions | undefined,
): Promise<Result<Observation, PaymentLinkError>> => {
  const subject = subjectOf(observation);
  if (!subject) return ok(observation);
  if (isPathStep(subject.providerId)) {
    const message = "expected an observation of something with an id";
    const error = failure("invalid_request", { message, issues: [{ path: "id", message }] });
    return err(stampError(error, observation.gateway, "confirm"));
  }
  return call(
    runtime,
    { operation: "confirm", gateway: observation.gateway, options },
    async ({ gateway, handle, context }) => {
      const confirmed = await handle(subject, context);
      if (confirmed.isErr()) return err(confirmed.error);
      if (confirmed.value.kind === "unknown" || confirmed.value.kind === "hint") {
        return err(
          failure("reply_mismatch", {
            message: `${gateway.key} answered without a word on what was asked`,
            retryable: true,
          }),
        );
      }
      return ok(stampObservation(gateway.key, confirmed.value, runtime.clock.now()));
    },
  );
};

/** What to ask the gateway about; `undefined` where the observation stands as it is. */
const subjectOf = (observation: Observation): ConfirmSubject | undefined => {
  if (observation.kind === "unknown") return undefined;
  if (observation.kind === "hint") {
    const providerId = splitId(observation.id)?.providerId ?? ".";
    return { kind: observation.resource, providerId };
  }
  if (observation.trust === "read" || observation.trust === "signed") return undefined;
  return observation.kind === "link"
    ? { kind: "link", providerId: observation.link.providerId }
    : { kind: "history", providerId: observation.history.providerId, evidence: observation.history.evidence };
};

const base = (gateway: string) =>
  ({ gateway, operation: "parseWebhook", retryable: false, outcome: "not_sent" }) as const;

const stampWebhookError = ({ key, driver }: ConfiguredGateway, error: DriverWebhookError): WebhookError => {
  const { forged, malformed } = driver.acknowledgements;
  const acknowledgement = error.kind === "malformed_webhook" ? malformed : forged;
  return withHidden<WebhookError>({ ...error, ...base(key), acknowledgement }, "cause", error.cause);
};

const driverFault = ({ driver }: ConfiguredGateway, thrown: unknown): DriverWebhookError => ({
  kind: "malformed_webhook",
  message: `the driver ${driver.name} could not read the delivery (${thrown instanceof Error ? thrown.name : typeof thrown})`,
  hint: "This is a fault in the driver: please report it.",
  retryable: false,
  outcome: "not_sent",
  cause: thrown,
});

const NOT_FOUND: WebhookAcknowledgement = Object.freeze({ status: 404, headers: Object.freeze({}), body: null });

const unknownGateway = (key: unknown, runtime: Runtime): WebhookError =>
  Object.freeze({
    ...base(nameOf(key)),
    kind: "unknown_gateway",
    message: `no gateway that sends webhooks is configured under ${JSON.stringify(nameOf(key))}`,
    hint: `Use one of: ${runtime.keys.join(", ")}. A renamed gateway keeps its old key, webhook path included, under aliases.`,
    acknowledgement: NOT_FOUND,
  });

/** The key in a webhook's path comes from outside. */
const nameOf = (key: unknown): string => (typeof key === "string" ? key.slice(0, 64) : typeof key);
