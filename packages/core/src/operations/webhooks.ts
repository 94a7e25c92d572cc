import { err, ok, type Result } from "neverthrow";
import type {
  ConfirmSubject,
  DriverError,
  DriverHandlers,
  DriverObservation,
  DriverWebhookError,
  ParsedWebhook,
} from "../driver-contract.ts";
import type { WebhookError } from "../errors.ts";
import { splitId } from "../identifiers.ts";
import { withHidden } from "../raw.ts";
import { isTimeoutMs, MAX_TIMEOUT_MS } from "../timeout.ts";
import type {
  Delivery,
  HistoryObservation,
  NoticeObservation,
  Observation,
  WebhookAcknowledgement,
  WebhookRequest,
} from "../webhook.ts";
import { call, isProviderId, nameOf } from "./call.ts";
import type { Configuration, ConfiguredGateway, Operation } from "./configuration.ts";
import { withHardDeadline, withTimeLimit } from "./deadline.ts";
import { deliveryDefect } from "./driver-defect.ts";
import { attributeError, invalidRequest, malformedWebhook } from "./driver-error.ts";
import { instrumented } from "./instrumented.ts";
import { sameSubject } from "./match-reply.ts";
import { type ReadDelivery, readDelivery } from "./read-delivery.ts";
import { readHistories } from "./read-histories.ts";
import { sha256Hex, sha256HexOfNode } from "./sha256.ts";
import { observationUnderKey, toObservation } from "./to-domain.ts";

type Parsed = Result<Delivery, WebhookError>;

/** Verifies and reads a delivery: at once, unless its body, the driver or the instrumentation must be waited for. Never throws. */
export const parseDelivery = (
  runtime: Configuration,
  key: string,
  request: WebhookRequest,
): Parsed | Promise<Parsed> => {
  const gateway = runtime.gateways.get(key);
  if (!gateway?.driver.handlers.parseWebhook) return err(unknownWebhookGateway(key, runtime));
  const read = readDelivery(request, runtime.maxWebhookBytes);
  const onSilence = (): Parsed => {
    if ("stop" in read) read.stop();
    const message = `the delivery was not read within ${runtime.timeoutMs} ms`;
    const hint = "Send the acknowledgement: the gateway will retry.";
    return err(attributeWebhookError(gateway, malformedWebhook(message, hint, { retryable: true })));
  };
  const run = (): Parsed | Promise<Parsed> =>
    "stop" in read
      ? read.read().then((each) => verifyAndParse(runtime, gateway, each))
      : verifyAndParse(runtime, gateway, read);
  if (runtime.instrument) {
    const wrap = (work: () => Promise<Parsed>): Promise<Parsed> => instrumented(runtime, gateway, "parseWebhook", work);
    const start = (_: unknown, end: (parsed: Parsed) => void, fail: (thrown: unknown) => void): void =>
      void Promise.resolve().then(run).then(end, fail);
    return withHardDeadline(start, { timeoutMs: runtime.timeoutMs, graceMs: 0, wrap, onSilence });
  }
  const parsed = run();
  return parsed instanceof Promise ? withTimeLimit(runtime.timeoutMs, parsed, onSilence) : parsed;
};

const verifyAndParse = (
  { clock }: Configuration,
  gateway: ConfiguredGateway,
  read: ReadDelivery,
): Parsed | Promise<Parsed> => {
  if (read.isErr()) return err(attributeWebhookError(gateway, read.error));
  const onThrow = (thrown: unknown): Parsed => err(attributeWebhookError(gateway, deliveryDefect(gateway, thrown)));
  const { text } = read.value;
  const finish = (parsed: ParsedWebhook): Parsed | Promise<Parsed> => {
    if (parsed.isErr()) return err(attributeWebhookError(gateway, parsed.error));
    const nowMs = clock.now();
    const observations = Object.freeze(parsed.value.map((each) => toObservation(gateway.key, each, nowMs)));
    const deliveryWith = (digest?: string): Parsed => ok(new VerifiedDelivery(gateway, observations, text, digest));
    return sha256HexOfNode() ? deliveryWith() : sha256Hex(text).then(deliveryWith);
  };
  try {
    const handlers = gateway.driver.handlers as Pick<DriverHandlers, "parseWebhook">;
    const parsed = handlers.parseWebhook(read.value, { clock });
    return "then" in parsed ? Promise.resolve(parsed).then(finish).catch(onThrow) : finish(parsed);
  } catch (thrown) {
    return onThrow(thrown);
  }
};

/** Not all need the bytes and the digest, so they are computed when they are read. */
class VerifiedDelivery implements Delivery {
  readonly gateway: string;
  readonly observations: readonly Observation[];
  readonly acknowledgement: WebhookAcknowledgement;
  readonly retryLater: WebhookAcknowledgement;
  readonly respondWithinMs: number;
  declare readonly digest: string;
  readonly #text: string;
  #digest: string | undefined;

  constructor(
    { key, driver }: ConfiguredGateway,
    observations: readonly Observation[],
    text: string,
    digest: string | undefined,
  ) {
    this.gateway = key;
    this.observations = observations;
    this.acknowledgement = driver.acknowledgements.accepted;
    this.retryLater = driver.acknowledgements.retryLater;
    this.respondWithinMs = driver.capabilities.webhooks.respondWithinMs;
    this.#text = text;
    this.#digest = digest;
    Object.defineProperty(this, "digest", VerifiedDelivery.#DIGEST);
    Object.freeze(this);
  }

  get raw(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }

  /** An own field: copies and JSON have it. */
  static readonly #DIGEST: PropertyDescriptor & ThisType<VerifiedDelivery> = {
    enumerable: true,
    get() {
      this.#digest ??= sha256HexOfNode()?.(this.#text);
      return this.#digest;
    },
  };
}

export const confirmObservation: Operation<Observation, Observation> = async (runtime, observation, options) => {
  const subject = subjectOf(observation);
  if (!subject) return ok(underCurrentKey(runtime, observation));
  if (!isProviderId(subject.providerId)) {
    const issues = [{ path: "id", message: "expected the id of a link or history" }];
    const key = runtime.gateways.get(observation.gateway)?.key ?? nameOf(observation.gateway);
    return err(attributeError(invalidRequest("the observation", issues), key, "confirm"));
  }
  const confirm = { operation: "confirm", options, defaultTimeoutMs: withinDelivery } as const;
  return call(runtime, { ...confirm, gateway: observation.gateway }, async (scope) => {
    const { gateway, handle, handlers, context } = scope;
    const isNotice = observation.kind === "notice";
    const ask = async (signal: AbortSignal): Promise<Result<DriverObservation, DriverError>> => {
      const asking = { ...context, signal };
      const confirmed = sameSubject(gateway, await handle(subject, asking), { ...subject, isNotice });
      if (confirmed.isErr() || confirmed.value.kind !== "link") return confirmed;
      // The event of a link may be a payment that no delivery reported in full. They are read even if no use is counted: a count may
      // lag, and a reversed payment is no longer counted.
      const observed = confirmed.value;
      const read = await readHistories({ ...scope, context: asking }, observed.link.providerId);
      return read.map((histories) => (histories ? { ...observed, histories } : observed));
    };
    const question = { gateway: gateway.key, subject, isNotice, report: reportIn(observation), signal: context.signal };
    // By this call, or by the one whose answer it shares.
    handlers.wasAsked = true;
    const answer = await runtime.confirmations.ask(question, ask);
    const asked = underCurrentKey(runtime, observation);
    return answer.map((value) => withLinksOf(asked, toObservation(gateway.key, value, runtime.clock.now())));
  });
};

/** The observation may be of a delivery whose gateway waits for the response: a third of the time is left for that. */
const withinDelivery = ({ driver }: ConfiguredGateway): number => {
  const { respondWithinMs } = driver.capabilities.webhooks;
  return isTimeoutMs(respondWithinMs) ? Math.ceil((respondWithinMs * 2) / 3) : MAX_TIMEOUT_MS;
};

/** An observation that may have been stored under an alias, with the gateway's current key in all its ids. */
const underCurrentKey = (runtime: Configuration, observation: Observation): Observation => {
  const key = runtime.gateways.get(observation.gateway)?.key;
  return key === undefined || key === observation.gateway ? observation : observationUnderKey(observation, key);
};

const reportIn = (observation: Observation): string => {
  const { kind, trust } = observation;
  if (kind === "history") return JSON.stringify([trust, observation.history.record, observation.linkCandidates]);
  if (kind === "link") return JSON.stringify([trust, observation.link]);
  return kind === "notice" ? JSON.stringify([trust, observation.linkCandidates ?? []]) : "";
};

/** The subject to read from the gateway; `undefined` if the observation needs no confirmation. */
const subjectOf = (observation: Observation): ConfirmSubject | undefined => {
  if (observation.kind === "unknown") return undefined;
  if (observation.kind === "notice") {
    const providerId = splitId(observation.id)?.providerId ?? ".";
    return { kind: observation.resource, providerId, ...candidatesIn(observation) };
  }
  if (observation.trust === "read" || observation.trust === "signed") return undefined;
  return observation.kind === "link"
    ? { kind: "link", providerId: observation.link.providerId }
    : {
        kind: "history",
        providerId: observation.history.providerId,
        record: observation.history.record,
        ...candidatesIn(observation),
      };
};

type Candidates = Pick<Extract<ConfirmSubject, { kind: "history" }>, "linkCandidates">;

/** The links that a delivery named, by the provider's ids. A stored one may name anything. */
const candidatesIn = ({ linkCandidates = [] }: HistoryObservation | NoticeObservation): Candidates => {
  const named = linkCandidates.flatMap(({ id, reference }) => {
    const providerId = splitId(id)?.providerId;
    const isNamed = providerId !== undefined && providerId !== "" && isProviderId(providerId);
    if (!isNamed && reference === undefined) return [];
    return [{ ...(isNamed && { providerId }), ...(reference !== undefined && { reference }) }];
  });
  return named.length === 0 ? {} : { linkCandidates: named };
};

/** A history that was read without its link has the links of a signed notice. An unsigned one could name the link of another. */
const withLinksOf = (observation: Observation, answer: Observation): Observation => {
  const isProof = observation.kind === "notice" && (observation.trust === "signed" || observation.trust === "read");
  if (!isProof || answer.kind !== "history" || answer.linkCandidates.length > 0) return answer;
  return observation.linkCandidates ? Object.freeze({ ...answer, linkCandidates: observation.linkCandidates }) : answer;
};

const base = (gateway: string) => ({ gateway, operation: "parseWebhook", outcome: "not_sent" }) as const;

const attributeWebhookError = ({ key, driver }: ConfiguredGateway, error: DriverWebhookError): WebhookError => {
  const { forged, malformed, retryLater } = driver.acknowledgements;
  const unread = error.retryable ? retryLater : malformed;
  const isTooLarge = error.kind === "malformed_webhook" && error.problem === "too_large";
  const acknowledgement = isTooLarge ? TOO_LARGE : error.kind === "malformed_webhook" ? unread : forged;
  return withHidden<WebhookError>({ ...error, ...base(key), acknowledgement }, "cause", error.cause);
};

const TOO_LARGE: WebhookAcknowledgement = Object.freeze({ status: 413, headers: Object.freeze({}), body: null });

const NOT_FOUND: WebhookAcknowledgement = Object.freeze({ status: 404, headers: Object.freeze({}), body: null });

export const unknownWebhookGateway = (key: unknown, runtime: Configuration): WebhookError =>
  Object.freeze({
    ...base(nameOf(key)),
    kind: "unknown_gateway",
    message: `no gateway that sends webhooks is configured under ${JSON.stringify(nameOf(key))}`,
    hint: `Use one of: ${runtime.keys.join(", ")}. A renamed gateway keeps its old key, webhook path included, under aliases.`,
    retryable: false,
    acknowledgement: NOT_FOUND,
  });
