import type { DriverDelivery, DriverWebhookError, WebhookFacts } from "../driver-contract.ts";
import type { Configuration, ConfiguredGateway } from "../operations/configuration.ts";
import { factsOf, isVerified, namedLength, verdictOf, withParts } from "./evidence.ts";
import type { Finding } from "./findings.ts";
import * as findings from "./findings.ts";
import { isJson, isJsonObject, otherBodies } from "./spellings.ts";
import { otherTargets } from "./targets.ts";

/** The most changed deliveries that are verified: each can cost a hash of the whole body for each secret. */
const MAX_CHANGES = 40;
const MAX_GATEWAYS = 16;

export interface Subject {
  readonly runtime: Configuration;
  readonly gateway: ConfiguredGateway;
  readonly delivery: DriverDelivery;
  readonly publicUrl: string | undefined;
  /** Collects, in words, what was compared. */
  readonly tried: string[];
}

/** A refused delivery, with the error of `parseWebhook` and the facts of its driver. */
interface Refused extends Subject {
  readonly error: DriverWebhookError;
  readonly facts: WebhookFacts | undefined;
  changesLeft: number;
}

type Step = (refused: Refused) => Promise<Finding | undefined> | Finding | undefined;

/** The cause of a refusal. Causes that a right signature proves come before those that the form only suggests. */
export const findCause = async (subject: Subject): Promise<Finding> => {
  const { runtime, gateway, delivery, tried } = subject;
  tried.push("the delivery as it arrived");
  const verdict = await verdictOf(runtime, gateway, delivery);
  if (verdict.kind === "accepted") return findings.GENUINE;
  if (verdict.kind === "unsigned") return findings.GENUINE_UNSIGNED;
  const facts = await factsOf(runtime, gateway, delivery);
  const { error } = verdict;
  if (verdict.kind === "late") return findings.clockOff(error, facts?.signedAtMs, runtime.clock.now());
  const refused: Refused = { ...subject, error, facts, changesLeft: MAX_CHANGES };
  for (const step of STEPS) {
    const finding = await step(refused);
    if (finding) return finding;
  }
  return findings.unknownCause(error);
};

/** The other gateways of the configuration, each once although it may have aliases. */
const othersThan = ({ runtime, gateway }: Subject): readonly ConfiguredGateway[] =>
  [...new Set(runtime.gateways.values())].filter((each) => each !== gateway).slice(0, MAX_GATEWAYS);

/** The delivery is genuine for another gateway: of the same driver, only the secret differs. */
const genuineElsewhere: Step = async (refused) => {
  const { runtime, gateway, delivery, tried } = refused;
  const others = othersThan(refused);
  if (others.length > 0) tried.push(`the ${others.length} other gateways of the configuration`);
  for (const other of others) {
    if (!isVerified(await verdictOf(runtime, other, delivery))) continue;
    return other.driver.name === gateway.driver.name
      ? findings.secretOfGateway(gateway.key, other.key)
      : findings.deliveredElsewhere(gateway.key, other.key, true);
  }
  return undefined;
};

const emptyBody: Step = ({ delivery }) =>
  delivery.text.trim() === "" ? findings.bodyEmpty(namedLength(delivery)) : undefined;

const contentType: Step = async (refused) => {
  const { delivery, tried } = refused;
  if (/json/i.test(delivery.header("content-type") ?? "json")) return undefined;
  tried.push("the content type application/json");
  const header = (name: string): string | undefined =>
    name === "content-type" ? "application/json" : delivery.header(name);
  return (await verifies(refused, withParts(delivery, { header }))) ? findings.wrongContentType() : undefined;
};

/** Bodies that may have been signed, if the signature covers more than their JSON or the body is not JSON. */
const spelledOtherwise: Step = async (refused) => {
  const { delivery, facts } = refused;
  const isCovered = facts === undefined || facts.signedBody === "bytes" || !isJsonObject(delivery.text);
  const bodies = function* (): Generator<Changed> {
    yield* facts?.otherBodies ?? [];
    if (isCovered) yield* otherBodies(delivery.text);
  };
  const form = await firstThatVerifies(refused, bodies(), "spellings of the body");
  return form === undefined ? undefined : findings.bodyReserialised(form);
};

const calledOtherwise: Step = async (refused) => {
  const { delivery, facts, publicUrl } = refused;
  if (facts?.signsUrl === false) return undefined;
  const form = await firstThatVerifies(refused, otherTargets(delivery, publicUrl), "URLs");
  return form === undefined ? undefined : findings.wrongUrl(form);
};

/** A body or a target that may have been signed, and how it differs in words. */
type Changed = Partial<Pick<DriverDelivery, "text" | "target">> & { readonly form: string };

/** The form of the first change, of those that differ, with which the delivery is genuine. */
const firstThatVerifies = async (
  refused: Refused,
  changes: Iterable<Changed>,
  names: string,
): Promise<string | undefined> => {
  const { delivery, tried } = refused;
  const seen = new Set([delivery.text, delivery.target]);
  let count = 0;
  for (const { form, text = delivery.text, target = delivery.target } of changes) {
    const changed = text === delivery.text ? target : text;
    if (seen.has(changed)) continue;
    seen.add(changed);
    if (refused.changesLeft === 0) break;
    count += 1;
    if (await verifies(refused, withParts(delivery, { text, target }))) return form;
  }
  if (count > 0) tried.push(`${count} other ${names}`);
  return undefined;
};

const verifies = async (refused: Refused, delivery: DriverDelivery): Promise<boolean> => {
  refused.changesLeft -= 1;
  return isVerified(await verdictOf(refused.runtime, refused.gateway, delivery));
};

const truncatedBody: Step = ({ delivery }) => {
  if (isJson(delivery.text)) return undefined;
  const length = namedLength(delivery);
  const { byteLength } = delivery.bytes;
  if (length !== undefined && length > byteLength) return findings.bodyTruncated(byteLength, length);
  return /^\s*[{[]/.test(delivery.text) ? findings.bodyTruncated(byteLength, undefined) : undefined;
};

const formOfAnother: Step = async (refused) => {
  const { runtime, gateway, delivery, facts, error, tried } = refused;
  const isOwn = facts?.isOwnForm ?? !(error.kind === "signature_invalid" && error.problem === "missing");
  if (isOwn) return undefined;
  const others = othersThan(refused).filter(({ driver }) => driver.name !== gateway.driver.name);
  for (const other of others) {
    const { isOwnForm = false } = (await factsOf(runtime, other, delivery)) ?? {};
    if (isOwnForm) return findings.deliveredElsewhere(gateway.key, other.key, false);
  }
  if (others.length > 0) tried.push("the forms of other gateways' deliveries");
  return undefined;
};

const missing: Step = ({ error, facts }) => {
  const names = facts?.missing ?? [];
  const isReported = error.kind === "signature_invalid" && error.problem === "missing";
  return isReported || names.length > 0 ? findings.headerMissing(names, error) : undefined;
};

const malformed: Step = ({ error, facts }) => {
  const isReported = error.kind === "signature_invalid" && error.problem === "malformed";
  return isReported || facts?.malformed ? findings.signatureMalformed(facts?.malformed, error) : undefined;
};

const otherSecret: Step = ({ facts, tried }) => {
  if (!facts) return undefined;
  tried.push("the other secrets of the gateway", "its secrets without white space and quotes");
  const { otherSecret: found } = facts;
  if (!found) return undefined;
  return found.problem === "padded" ? findings.secretPadded(found.option) : findings.secretOfOption(found.option);
};

const keyForm: Step = ({ facts, tried }) => {
  if (facts?.wrongKey) return findings.wrongKey(facts.wrongKey);
  const { configured, ofKey, ofBody } = facts?.environment ?? {};
  if (configured === undefined) return undefined;
  tried.push("the environment of the keys and of the body");
  if (ofKey !== undefined && ofKey !== configured) return findings.keyOfOtherEnvironment(configured, ofKey);
  return ofBody !== undefined && ofBody !== configured
    ? findings.bodyOfOtherEnvironment(configured, ofBody)
    : undefined;
};

const otherLength: Step = ({ delivery, facts }) => {
  const length = namedLength(delivery);
  const { byteLength } = delivery.bytes;
  const isCovered = facts === undefined || facts.signedBody === "bytes";
  return length !== undefined && length !== byteLength && isCovered
    ? findings.bodyOfOtherLength(byteLength, length)
    : undefined;
};

const reported: Step = ({ error }) => {
  if (error.kind === "signature_invalid" && error.problem === "body_reserialised")
    return findings.reportedReserialised(error);
  return error.kind === "malformed_webhook" ? findings.contentMalformed(error) : undefined;
};

const STEPS: readonly Step[] = [
  emptyBody,
  genuineElsewhere,
  contentType,
  otherSecret,
  formOfAnother,
  missing,
  malformed,
  spelledOtherwise,
  calledOtherwise,
  truncatedBody,
  keyForm,
  otherLength,
  reported,
];
