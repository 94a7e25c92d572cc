import {
  type CreateInput,
  type DriverError,
  driverError,
  epochMsOf,
  invalidRequest,
  omitUndefined,
} from "@tautan/core/driver";
import { err, type Result } from "neverthrow";
import { codeOfMethod } from "./methods.ts";
import { toMinorUnits } from "./money.ts";

/** The body of `POST /links`. The same input results in the same bytes, as a replay requires. Source: PROVIDER.md, Links. */
export const toWireCreate = (input: CreateInput<never>): Result<object, DriverError> => {
  if (input.providerOptions !== undefined) {
    const issue = { path: "providerOptions.contoh", message: "Contoh Pay has no options of its own" };
    return err(invalidRequest("the request", [issue]));
  }
  if ("open" in input.amount || input.usage.limit === "unlimited") return err(beyondCapabilities());
  const { currency } = input.amount;
  return toMinorUnits(input.amount).map((amount) =>
    omitUndefined({
      reference: input.reference,
      title: input.title,
      amount,
      currency,
      max_payments: input.usage.limit,
      methods: input.methods?.map(codeOfMethod),
      customer: input.customer,
      return_url: input.redirect?.url,
      metadata: input.metadata,
      expires_at: input.expiresAt === undefined ? null : Math.floor(epochMsOf(input.expiresAt) / 1000),
    }),
  );
};

/** Core refuses both, but the types of a handler's input do not depend on the capabilities. */
const beyondCapabilities = (): DriverError =>
  driverError("unsupported", {
    message: "nothing was sent: a link at Contoh Pay has a fixed amount and a limit",
    features: [],
    outcome: "not_sent",
  });
