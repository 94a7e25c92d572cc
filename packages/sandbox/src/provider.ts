import type { FaultName } from "./chaos/faults.ts";
import type { JsonObject } from "./http/input-reader.ts";
import type { Currency } from "./money.ts";
import type { Simulator, SimulatorContext, SpecialAction } from "./simulator.ts";
import type { OutgoingWebhook } from "./webhooks/post.ts";
import type { RetryPolicy } from "./webhooks/retries.ts";
import type { SignatureCheck, SignedDelivery, SigningTarget } from "./webhooks/signing.ts";

/** An answer in the provider's shape of an error. */
interface ErrorBody {
  readonly contentType: string;
  readonly body: object;
}

/** Calls the simulator of the provider, without a network. */
export type CallSimulator = (request: Request) => Response | Promise<Response>;

/** Everything the sandbox knows of one provider. It stands in the provider's folder as `definition.ts`. */
export interface ProviderDefinition<Name extends string = string, Credentials extends object = object> {
  /** In options, URLs and records. */
  readonly name: Name;
  /** As its people write it. */
  readonly label: string;
  /** What its amounts are in, and how they are written. */
  readonly currency: Currency;
  /** What its API takes, and what its webhooks are signed with. */
  readonly credentials: Credentials;
  /** What not every provider has. */
  readonly specialActions: readonly SpecialAction[];
  /** The faults that cannot happen here, such as those of tokens if there are none. */
  readonly inapplicableFaults: readonly FaultName[];
  readonly retryPolicy: RetryPolicy;
  create(context: SimulatorContext): Simulator;
  /** Signs a body as the provider does. The content was decided before. */
  sign(body: string, target: SigningTarget): OutgoingWebhook;
  /** Why a body cannot be signed; `undefined` if it can. */
  problemWithBody(body: string): string | undefined;
  /** How a delivery was signed, computed again from what was sent. */
  explainSignature(delivery: SignedDelivery): SignatureCheck;
  /** A delivery once more, as the provider's dashboard sends it. Absent: the same bytes and headers. */
  copy?(delivery: SignedDelivery, target: SigningTarget): OutgoingWebhook;
  /** For an answer that does not come from the simulator. */
  errorBody(path: string, status: number, message: string): ErrorBody;
  /** The call that creates a link with this body. */
  createRequest(body: JsonObject, baseUrl: string, call: CallSimulator): Request | Promise<Request>;
  /** What a webhook reports and of which payment, in the provider's words; what is not a string is left out. */
  eventOf(body: JsonObject): readonly unknown[];
  /** Present if other products of an account notify the same URL: what is wrong with such a payment, or nothing. */
  problemsWithOtherPayment?(payment: unknown): readonly string[];
}

/** The providers that a sandbox knows, started or not. */
export interface ProviderSet {
  readonly all: readonly ProviderDefinition[];
  readonly names: readonly string[];
  get(name: string): ProviderDefinition;
}

export const createProviderSet = (all: readonly ProviderDefinition[]): ProviderSet => {
  const byName = new Map(all.map((definition) => [definition.name, definition]));
  return {
    all,
    names: [...byName.keys()],
    get(name) {
      const definition = byName.get(name);
      if (definition === undefined) throw new Error(`There is no provider ${name}.`);
      return definition;
    },
  };
};
