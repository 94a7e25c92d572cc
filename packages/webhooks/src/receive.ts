import type { WebhookAcknowledgement, WebhookExplanation, WebhookRequest } from "@tautan/core";
import { type BodyStream, watchedBody } from "./body.ts";
import { createExplain } from "./explain.ts";
import { checkOptions, checkReceiver, type WebhookHandlerOptions } from "./options.ts";
import { type Outcome, passerOf, refusalOf, tooLarge } from "./pass.ts";
import { problemOf } from "./problem.ts";
import { createPublicTarget } from "./public-target.ts";
import type { WebhookReceiver } from "./receiver.ts";

/** A request as a server has it. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  /** The path and query, or the whole URL. */
  readonly url: string | undefined;
  readonly headers: Exclude<WebhookRequest, Request>["headers"];
  /** `undefined` if something read it before. */
  readonly body: string | Uint8Array | BodyStream | undefined;
  /** The gateway's key, if the route has it. */
  readonly gateway?: string | undefined;
}

/** Answers a request. Never rejects. */
export type Receive = (request: ReceivedRequest) => Promise<WebhookAcknowledgement>;

/** `bodyParsedHint` names the change that repairs a server whose parser ran before. */
export const createReceive = (
  receiver: WebhookReceiver,
  options: WebhookHandlerOptions,
  bodyParsedHint: string,
): Receive => {
  checkReceiver(receiver);
  const { onProblem, maxBodyBytes, gateway: onlyGateway, publicUrl, clock } = checkOptions(options);
  const publicTarget = createPublicTarget(publicUrl);
  const pass = passerOf(receiver);
  const explain = createExplain(receiver, clock, publicUrl);

  const answer = async (request: ReceivedRequest, target: string, gateway: string): Promise<Outcome> => {
    if (request.method?.toUpperCase() !== "POST") return wrongMethod(request.method);
    const { headers, body } = request;
    if (declaredLength(headers) > maxBodyBytes) return tooLarge(maxBodyBytes);
    const watched = body === undefined ? undefined : watchedBody(body, maxBodyBytes);
    // A missing body goes to core too: its error has the answer that makes this gateway repeat the delivery.
    const url = publicTarget(target, gateway);
    const parts = { method: "POST", url, headers, body: watched?.body } as Exclude<WebhookRequest, Request>;
    const outcome = await pass(gateway, parts);
    if (watched?.isTooLarge()) return tooLarge(maxBodyBytes);
    const [problem] = outcome.problems;
    if (!watched || problem?.kind !== "refused" || !problem.error) return outcome;
    const explanation = await explain(gateway, { ...parts, body: watched.bytesRead() }, problem.error);
    return explanation ? { ...outcome, problems: [explained(problem, explanation)] } : outcome;
  };

  return async (request) => {
    const target = targetOf(request.url);
    const gateway = onlyGateway ?? request.gateway ?? lastPartOf(target);
    const outcome = await answer(request, target, gateway).catch(refusalOf);
    const { status } = outcome.acknowledgement;
    for (const { cause, ...problem } of outcome.problems) {
      const hint = problem.kind === "body_parsed" ? bodyParsedHint : problem.hint;
      // A failed report changes no answer, and ends no process: also one that rejects later.
      const report = async (): Promise<void> => onProblem(problemOf({ ...problem, hint, gateway, status }, cause));
      report().catch(() => {});
    }
    return outcome.acknowledgement;
  };
};

const explained = (problem: Outcome["problems"][number], explanation: WebhookExplanation): typeof problem => {
  const { cause, message, hint } = explanation;
  // The error of the refusal is more exact than an unknown cause.
  return { ...problem, ...(cause !== "unknown" && { message, hint }), explanation };
};

const wrongMethod = (method: string | undefined): Outcome => ({
  acknowledgement: { status: 405, headers: { allow: "POST" }, body: null },
  problems: [
    { kind: "wrong_method", message: `expected a POST, got ${method ?? "no method"}`, hint: "Gateways send POST." },
  ],
});

/** As it was written: a signature covers the spelling. */
const targetOf = (url: string | undefined): string => {
  if (url === undefined || url.startsWith("/") || !URL.canParse(url)) return url ?? "/";
  const { pathname, search } = new URL(url);
  return pathname + search;
};

const lastPartOf = (target: string): string => {
  const [path = ""] = target.split("?", 1);
  const last = path.split("/").findLast((part) => part !== "") ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    // No gateway has such a key.
    return last;
  }
};

const declaredLength = (headers: ReceivedRequest["headers"]): number => {
  const declared =
    "get" in headers && typeof headers.get === "function"
      ? headers.get("content-length")
      : (headers as Readonly<Record<string, unknown>>)["content-length"];
  return typeof declared === "string" && /^\d+$/.test(declared) ? Number(declared) : 0;
};
