import type { FaultName, RareFaultName } from "./chaos/faults.ts";
import type { JsonObject } from "./http/input-reader.ts";
import type { Currency } from "./money.ts";
import type { Simulator, SimulatorContext, SpecialAction } from "./simulator.ts";
import type { RecordedRequest } from "./types.ts";
import type { OutgoingWebhook } from "./webhooks/post.ts";
import type { RetryPolicy } from "./webhooks/retries.ts";
import type { SignatureCheck, SignedDelivery, SigningTarget } from "./webhooks/signing.ts";

/** A response in the provider's form of an error. */
interface ErrorBody {
  readonly contentType: string;
  readonly body: object;
}

/** The meaning of a status for a merchant: paid, pending, failed, or returned. */
export type Tone = "good" | "waiting" | "bad" | "returned";

/** A webhook that a provider documents. */
export interface WebhookEvent {
  /** As the provider calls it. */
  readonly name: string;
  /** When it is sent. */
  readonly label: string;
  readonly about: "payment" | "link";
}

/** Calls the provider's simulator in the process, without a network. */
export type CallSimulator = (request: Request) => Response | Promise<Response>;

/** Everything that the sandbox needs about one provider, in the provider's folder as `definition.ts`. */
export interface ProviderDefinition<Name extends string = string, Credentials extends object = object> {
  /** Its name in options, URLs and records. */
  readonly name: Name;
  /** Its name as the provider writes it. */
  readonly label: string;
  /** Present if a sandbox starts it only if `gateways` names it. */
  readonly startsOnRequest?: true;
  /** The currency of its amounts, and how they are written. */
  readonly currency: Currency;
  /** Present if it takes others, too: the one of a payment, by its ISO 4217 code. */
  readonly currencyOf?: (code: string) => Currency;
  /** The keys that its API accepts, and with which it signs webhooks. */
  readonly credentials: Credentials;
  /** The headers beside `Authorization` that contain a key, in lower case, with the sandbox's own key. Other keys are not recorded. */
  readonly keyHeaders?: Readonly<Record<string, string>>;
  /** The actions that not every provider has. */
  readonly specialActions: readonly SpecialAction[];
  /** The faults that are impossible here, such as those of tokens at a provider without tokens. */
  readonly inapplicableFaults: readonly FaultName[];
  /** The faults that are possible here, of those that few providers have: while the merchant changes the key, two signatures. */
  readonly rareFaults?: readonly RareFaultName[];
  readonly retryPolicy: RetryPolicy;
  /** Each status of a payment that it documents. */
  readonly paymentStatuses: Readonly<Record<string, Tone>>;
  /** The webhooks that it documents. Its simulator writes their bodies. */
  readonly webhookEvents: readonly WebhookEvent[];
  create(context: SimulatorContext): Simulator;
  /** Signs a body as the provider does. */
  sign(body: string, target: SigningTarget): OutgoingWebhook;
  /** Why a body cannot be signed; `undefined` if it can. */
  problemWithBody(body: string): string | undefined;
  /** Recomputes the signature of a delivery, and explains it. */
  explainSignature(delivery: SignedDelivery): SignatureCheck;
  /** A delivery as the provider's dashboard sends it again. Absent: with the same bytes and headers. */
  copy?(delivery: SignedDelivery, target: SigningTarget): OutgoingWebhook;
  /** The body of a response that the simulator did not write, such as that of a fault. */
  errorBody(path: string, status: number, message: string): ErrorBody;
  /** The request that creates a link with this body. */
  createRequest(body: JsonObject, baseUrl: string, call: CallSimulator): Request | Promise<Request>;
  /** The `Authorization` header of a call to this path, with the credentials above. `earlier`: the calls before it, oldest first; one of them may have issued a token. */
  authorization(path: string, earlier: readonly Pick<RecordedRequest, "path" | "answer">[]): string | undefined;
  /** The event of a webhook and its payment, in the provider's words. Values that are not strings are left out. */
  eventOf(body: JsonObject): readonly unknown[];
  /** Present if other products of an account send webhooks to the same URL: the problems with such a payment. */
  problemsWithOtherPayment?(payment: unknown): readonly string[];
}

/** The currency of a payment. */
export const currencyOfPayment = (
  { currency, currencyOf }: Pick<ProviderDefinition, "currency" | "currencyOf">,
  code: string,
): Currency => (currencyOf === undefined || code === currency.code ? currency : currencyOf(code));

/** All providers of a sandbox, whether started or not. */
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
