import { nameOfThrown } from "../contained.ts";
import type { DriverError, DriverWebhookError } from "../driver-contract.ts";
import { withHidden } from "../raw.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { driverError, malformedWebhook } from "./driver-error.ts";

export const driverDefect = ({ driver }: ConfiguredGateway, thrown: unknown): DriverError => {
  const error = driverError("malformed_response", {
    message: `the driver ${driver.name} could not handle the reply (${nameOfThrown(thrown)})`,
    hint: `${adviceOn(thrown)} Read the link to see the effect of the request.`,
    retryable: false,
  });
  return withHidden({ ...error }, "cause", thrown);
};

/** The error of a driver that throws on a delivery. It requests a retry, because the delivery may report a payment. */
export const deliveryDefect = ({ driver }: ConfiguredGateway, thrown: unknown): DriverWebhookError => {
  const message = `the driver ${driver.name} could not read the delivery (${nameOfThrown(thrown)})`;
  const hint = `${adviceOn(thrown)} Send the acknowledgement: the gateway will retry.`;
  return { ...malformedWebhook(message, hint, { retryable: true }), cause: thrown };
};

/** `process` or `Buffer` are not defined without Node's modules. */
const adviceOn = (thrown: unknown): string =>
  thrown instanceof ReferenceError
    ? "The driver needs Node's modules: Cloudflare Workers have them with nodejs_compat. If they are there, this is a defect of the driver: please report it."
    : "This is a defect of the driver: please report it.";
