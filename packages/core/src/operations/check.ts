import { err, ok, type Result } from "neverthrow";
import type { PaymentLinkError } from "../errors.ts";
import type { LinkWarning } from "../payment-link.ts";
import type { PrepareOptions } from "../prepared-create.ts";
import type { CreatePaymentLink } from "../request.ts";
import { nameOf, unknownGateway } from "./call.ts";
import type { Configuration, ConfiguredGateway } from "./configuration.ts";
import { ContainedHandlers } from "./contained-handlers.ts";
import { attributeError } from "./driver-error.ts";
import { prepareAt } from "./prepare-create.ts";

/** Whether one gateway accepts a request to create a link. */
export type CreateCheck =
  | {
      readonly gateway: string;
      readonly accepted: true;
      /** The fields that would be left out, as requested by `omitIfUnsupported`. */
      readonly omitted: readonly string[];
      /** The warnings of the link, including the omitted fields with their reasons. */
      readonly warnings: readonly LinkWarning[];
    }
  | {
      readonly gateway: string;
      readonly accepted: false;
      /** The error that `create` would return, without sending anything. */
      readonly error: PaymentLinkError;
    };

/** What `check` is asked. */
export interface CheckQuery<Key extends string = string> extends PrepareOptions {
  /** The key of the gateway. Default: that of the request, or all gateways. */
  readonly gateway?: Key | undefined;
}

/** Checks whether each gateway, or one, would accept this request, with the same code as a create. No I/O. */
export const checkCreate = async (
  runtime: Configuration,
  request: CreatePaymentLink,
  { gateway: wanted, enforceExpiry = false }: CheckQuery,
): Promise<Result<readonly CreateCheck[], PaymentLinkError>> => {
  const key = wanted ?? request?.gateway;
  const gateways = (key === undefined ? runtime.keys : [key]).map((each) => runtime.gateways.get(each));
  const checks: CreateCheck[] = [];
  for (const gateway of gateways) {
    if (!gateway) return err(attributeError(unknownGateway(runtime, key), nameOf(key), "create"));
    checks.push(Object.freeze(await checkAt(runtime, request, gateway, enforceExpiry)));
  }
  return ok(Object.freeze(checks));
};

const checkAt = async (
  runtime: Configuration,
  request: CreatePaymentLink,
  gateway: ConfiguredGateway,
  enforceExpiry: boolean,
): Promise<CreateCheck> => {
  const refused = (error: PaymentLinkError): CreateCheck => ({ gateway: gateway.key, accepted: false, error });
  const prepared = prepareAt(runtime, request, gateway.key, enforceExpiry);
  if (prepared.isErr()) return refused(prepared.error);
  const preview = await new ContainedHandlers(gateway).looker("preview")?.(prepared.value.input, {
    clock: runtime.clock,
  });
  if (preview?.isErr()) return refused(attributeError(preview.error, gateway.key, "create"));
  const warnings = Object.freeze(prepared.value.warnings.map((each) => Object.freeze(each)));
  const omitted = Object.freeze(warnings.filter(({ code }) => code === "omitted").map(({ field }) => field));
  return { gateway: gateway.key, accepted: true, omitted, warnings };
};
