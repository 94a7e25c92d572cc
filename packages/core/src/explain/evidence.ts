import { valueOr } from "../contained.ts";
import type { DriverDelivery, DriverWebhookError, WebhookFacts } from "../driver-contract.ts";
import type { Configuration, ConfiguredGateway } from "../operations/configuration.ts";
import { deliveryDefect } from "../operations/driver-defect.ts";
import { ReceivedDelivery } from "../operations/read-delivery.ts";

/**
 * The result of one call of a driver's `parseWebhook`. `late`: the signature is right and its time is not. `unsigned`: accepted
 * without a signature, which proves nothing.
 */
export type Verdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "unsigned" }
  | { readonly kind: "late" | "refused"; readonly error: DriverWebhookError };

export const isVerified = ({ kind }: Verdict): boolean => kind === "accepted" || kind === "late";

/** Verifies a delivery as a gateway would: the driver alone compares signatures. */
export const verdictOf = async (
  { clock }: Configuration,
  gateway: ConfiguredGateway,
  delivery: DriverDelivery,
): Promise<Verdict> => {
  try {
    const parsed = await gateway.driver.handlers.parseWebhook?.(delivery, { clock });
    if (!parsed) return { kind: "refused", error: deliveryDefect(gateway, parsed) };
    if (parsed.isErr())
      return { kind: parsed.error.kind === "signature_expired" ? "late" : "refused", error: parsed.error };
    const isUnsigned = parsed.value.length > 0 && parsed.value.every((each) => each.trust === "unsigned");
    return { kind: isUnsigned ? "unsigned" : "accepted" };
  } catch (thrown) {
    return { kind: "refused", error: deliveryDefect(gateway, thrown) };
  }
};

/** The facts that a driver has about a delivery; `undefined` if it has none. */
export const factsOf = async (
  { clock }: Configuration,
  { driver }: ConfiguredGateway,
  delivery: DriverDelivery,
): Promise<WebhookFacts | undefined> => {
  try {
    const facts = await driver.handlers.explainWebhook?.(delivery, { clock });
    return facts?.isOk() ? facts.value : undefined;
  } catch {
    return undefined;
  }
};

/** The same delivery with another path and query, with other headers or with another body. */
export const withParts = (
  delivery: DriverDelivery,
  { target = delivery.target, header = delivery.header, text = delivery.text }: Partial<Omit<DriverDelivery, "bytes">>,
): DriverDelivery => new ReceivedDelivery(target, header, text);

/** The length that the sender named, if the body was not compressed on its way. */
export const namedLength = ({ header }: DriverDelivery): number | undefined => {
  const length = valueOr(() => header("content-length"), undefined);
  return length !== undefined && /^\d{1,9}$/.test(length) && header("content-encoding") === undefined
    ? Number(length)
    : undefined;
};
