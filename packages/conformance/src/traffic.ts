import type { Result } from "neverthrow";

/** One HTTP request, as a driver's transport receives it. */
export interface NetworkRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface NetworkReply {
  readonly status: number;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** Why there is no reply; `sent` if a byte of the request may have been sent. */
export interface NetworkFailure {
  /** The network itself returns `connect`, `broken`, `timeout` and `aborted`. */
  readonly reason: string;
  readonly sent: boolean;
  readonly code?: string;
}

/** Sends a driver's requests; the `Transport` of `@tautan/driver-kit` is one. */
export interface NetworkTransport {
  send(request: NetworkRequest): Promise<Result<NetworkReply, NetworkFailure>>;
}

/** Faults without a reply. */
export type SilentFault =
  /** The connection cannot be opened: nothing leaves. */
  | "refuse_connection"
  /** The request left and never arrived; the connection breaks. */
  | "lose_request"
  /** The request arrived and took effect; the connection breaks before the response. */
  | "lose_answer"
  /** The request did not arrive and no response comes, until the caller aborts. */
  | "silence";

/** Faults of a reply. All but `truncated` and `page_afterwards` replace the provider: nothing takes effect. */
export type ReplyFault =
  /** A page of a proxy, with status 200. */
  | "html"
  /** An empty body, with status 200. */
  | "empty"
  /** The first half of the provider's own response: the request took effect. */
  | "truncated"
  /** A page of a proxy with status 403, after the request took effect. */
  | "page_afterwards"
  /** Pages of a proxy, with a status that a refusal has. */
  | "page_400"
  | "page_401"
  | "page_403"
  | "page_404"
  | "page_409"
  | "page_422"
  | "page_429"
  /** Refusals and faults that repeat the whole request, headers included. */
  | "http_400"
  | "http_401"
  | "http_403"
  | "http_404"
  | "http_409"
  | "http_422"
  | "http_429"
  | "http_500"
  | "http_503";

export type Fault = SilentFault | ReplyFault;

/** Which requests misbehave: those that can create or change something, those that cannot, or all. */
export type FaultTarget = "writes" | "reads" | "all";

/** A request that waits for a response which does not come. */
export interface PendingRequest {
  readonly signal: AbortSignal;
}

/** The response to a request: in the provider's place, or a changed result of `send`. */
export type ScriptedAnswer = (send: () => Promise<Result<NetworkReply, NetworkFailure>>) => Promise<NetworkReply>;

/** The traffic of one test: counts requests and decides which of them misbehave. */
export class Traffic {
  /** Sent requests, including those for preparation. */
  sent = 0;
  /** Sent requests that could create or change something. */
  writes = 0;
  /** Their exact content. */
  readonly written: string[] = [];
  /** Requests that were made to wait. */
  readonly pendingRequests: PendingRequest[] = [];
  /** The body of a refusal, in the provider's form. */
  readonly refusalBody: (status: number, text: string) => string;
  readonly isPreparation: (request: NetworkRequest) => boolean;
  /** Whether a request could create or change something. */
  readonly isWrite: (request: NetworkRequest) => boolean;
  #script: Script | undefined;
  #fault: { readonly fault: Fault; readonly target: FaultTarget; timesLeft: number } | undefined;
  #onHold: (() => void)[] = [];

  constructor({
    refusalBody = commonRefusalBody,
    isPreparation = () => false,
    isWrite = isNoGet,
  }: FaultyNetworkOptions = {}) {
    this.refusalBody = refusalBody;
    this.isPreparation = isPreparation;
    this.isWrite = isWrite;
  }

  /** From now on, requests misbehave: the given number of times, by default always. */
  misbehave(fault: Fault, target: FaultTarget = "all", times: number = Number.POSITIVE_INFINITY): void {
    this.#fault = { fault, target, timesLeft: times };
  }

  behave(): void {
    this.#fault = undefined;
    this.#script = undefined;
  }

  /** From now on, requests get the responses of a script, which may send them. */
  answerWith(answer: ScriptedAnswer, target: FaultTarget | "preparations" = "all"): void {
    this.#script = { answer, target };
  }

  /** The scripted response to a request, if there is one. */
  scriptFor(request: NetworkRequest): ScriptedAnswer | undefined {
    const { answer, target = "all" } = this.#script ?? {};
    if (this.isPreparation(request)) return target === "preparations" ? answer : undefined;
    const fits = target === "all" || (target === "writes") === this.isWrite(request);
    return fits && target !== "preparations" ? answer : undefined;
  }

  /** Resets the counts to zero. */
  reset(): void {
    this.sent = 0;
    this.writes = 0;
    this.written.length = 0;
    this.pendingRequests.length = 0;
  }

  /** Resolves once a request waits for a response that does not come. */
  untilPending(): Promise<void> {
    return this.pendingRequests.length > 0 ? Promise.resolve() : new Promise((resolve) => this.#onHold.push(resolve));
  }

  /** Takes the next fault for a request. */
  faultFor(isWrite: boolean): Fault | undefined {
    const current = this.#fault;
    if (!current || current.timesLeft <= 0) return undefined;
    if (current.target !== "all" && (current.target === "writes") !== isWrite) return undefined;
    current.timesLeft -= 1;
    return current.fault;
  }

  /** Counts a request. `write` is its content, if it could change something. */
  count(write?: string): void {
    this.sent += 1;
    if (write === undefined) return;
    this.writes += 1;
    this.written.push(write);
  }

  /** Waits until the caller aborts. */
  hold(signal: AbortSignal): Promise<void> {
    this.pendingRequests.push({ signal });
    for (const resolve of this.#onHold.splice(0)) resolve();
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

interface Script {
  readonly answer: ScriptedAnswer;
  readonly target: FaultTarget | "preparations";
}

export interface FaultyNetworkOptions {
  readonly refusalBody?: ((status: number, text: string) => string) | undefined;
  readonly isPreparation?: ((request: NetworkRequest) => boolean) | undefined;
  readonly isWrite?: ((request: NetworkRequest) => boolean) | undefined;
}

const isNoGet = ({ method }: NetworkRequest): boolean => method !== "GET";

const commonRefusalBody = (status: number, text: string): string =>
  JSON.stringify({
    status,
    message: text,
    error: { code: status, message: text },
    errors: [{ title: text, detail: text }],
  });
