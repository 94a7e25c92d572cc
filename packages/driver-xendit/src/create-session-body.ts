import type { CreateInput, DriverError } from "@tautan/core/driver";
import { invalidRequest } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { currencyOf, toWireCustomer, type WireCreate } from "./create-body.ts";
import { toWireAmount } from "./money.ts";
import type { XenditProviderOptions } from "./options.ts";
import { readSessionOptions } from "./provider-options.ts";

/** The country of a currency that one country of Xendit has. */
const COUNTRIES: ReadonlyMap<string, string> = new Map([
  ["IDR", "ID"],
  ["THB", "TH"],
  ["VND", "VN"],
  ["PHP", "PH"],
  ["MYR", "MY"],
]);

/** Source of the fields: https://docs.xendit.co/apidocs/create-session. */
export const toWireSession = (
  input: CreateInput<XenditProviderOptions<"session">>,
  countryOfDriver: string | undefined,
): Result<WireCreate, DriverError> => {
  const read = readSessionOptions(input);
  if (read.isErr()) return err(read.error);
  const customer = toWireCustomer(input);
  if (customer.isErr()) return err(customer.error);
  const options = read.value;
  const currency = currencyOf(input);
  const country = options.country ?? countryOfDriver ?? COUNTRIES.get(currency);
  if (country === undefined) {
    const message = `expected the country of the link, because ${currency} does not determine it`;
    return err(invalidRequest("the request", [{ path: "providerOptions.xendit.country", message }]));
  }
  const redirect = input.redirect?.url;
  // JSON leaves out what is undefined.
  const body = {
    reference_id: input.reference,
    session_type: "PAY",
    mode: "PAYMENT_LINK",
    amount: "open" in input.amount ? undefined : toWireAmount(input.amount),
    currency,
    country,
    customer: customer.value && {
      reference_id: input.reference,
      type: "INDIVIDUAL",
      email: customer.value.email,
      mobile_number: customer.value.phone,
      individual_detail: { given_names: customer.value.name },
    },
    items: input.items?.map(({ name, quantity, unitPrice, id }) => ({
      reference_id: id,
      name,
      net_unit_amount: toWireAmount(unitPrice),
      quantity,
      currency,
    })),
    allowed_payment_channels: options.allowedPaymentChannels,
    expires_at: input.expiresAt,
    locale: options.locale,
    description: input.title,
    metadata: input.metadata,
    success_return_url: redirect,
    cancel_return_url: options.cancelReturnUrl ?? redirect,
  };
  return ok({ body, customer: customer.value, warnings: [] });
};
