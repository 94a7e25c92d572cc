import { err, type Result } from "neverthrow";
import type { Clock, ConfirmSubject, DriverError, DriverObservation } from "../driver-contract.ts";
import { driverError } from "./driver-error.ts";
import { Turns } from "./turns.ts";

type Answer = Result<DriverObservation, DriverError>;

const MAX_ANSWERS = 500;

/** Results of longer reports are not kept: anyone can send one, and it is kept as the key. */
const MAX_KEY_LENGTH = 8192;

/** A question that is being asked, or waits for its turn. */
interface Flight {
  readonly answer: Promise<Answer>;
  /** Whether the question was sent: the answer may not include later events. */
  isSent: boolean;
  /** The number of callers that wait. When the last one gives up, the question is aborted. */
  waiting: number;
  readonly giveUp: AbortController;
}

const GIVEN_UP: DriverError = driverError("aborted", {
  message: "no caller waits for the result",
  outcome: "not_sent",
});

export interface Question {
  readonly gateway: string;
  readonly subject: ConfirmSubject;
  /** Whether the delivery reported an event without its content. */
  readonly isNotice: boolean;
  /** The report of the delivery as text. The same text is the same report. */
  readonly report: string;
  readonly signal: AbortSignal;
}

/**
 * Asks a gateway one question about a subject at a time, and one question about the same report: gateways repeat deliveries,
 * anyone can replay one, and each would cost a call.
 *
 * Callers with the same report share one question, and its answer is reused for some time. A notice has no content, so its
 * question must be sent after it arrived: notices that arrive while a question is running share the next one. Errors are shared
 * by the waiting callers, but not kept.
 */
export class Confirmations {
  readonly #reuseMs: number;
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight>();
  readonly #turns = new Turns();
  /** Oldest first. */
  readonly #answers = new Map<string, { readonly atMs: number; readonly answer: Answer }>();

  constructor(reuseMs: number, clock: Clock) {
    this.#reuseMs = reuseMs;
    this.#clock = clock;
  }

  async ask(question: Question, send: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { gateway, subject, isNotice, report, signal } = question;
    const subjectKey = JSON.stringify([gateway, subject.kind, subject.providerId]);
    const key = JSON.stringify([subjectKey, isNotice, report]);
    const kept = isNotice ? undefined : this.#keptAnswer(key);
    if (kept) return kept;
    const running = this.#flights.get(key);
    const canJoin = running !== undefined && !running.giveUp.signal.aborted && !(isNotice && running.isSent);
    const flight = canJoin ? running : this.#start(key, subjectKey, isNotice, send);
    flight.waiting += 1;
    const leave = (): void => {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.giveUp.abort(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    try {
      return await flight.answer;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #start(key: string, subjectKey: string, isNotice: boolean, send: (signal: AbortSignal) => Promise<Answer>): Flight {
    const giveUp = new AbortController();
    const run = async (): Promise<Answer> => {
      if (giveUp.signal.aborted) return err(GIVEN_UP);
      flight.isSent = true;
      const answer = await send(giveUp.signal);
      if (answer.isOk() && !isNotice) this.#keep(key, answer);
      return answer;
    };
    // Starts after this function has returned, so that `flight` is set.
    const answer = this.#turns.take(subjectKey, giveUp.signal, run);
    const flight: Flight = { answer, isSent: false, waiting: 0, giveUp };
    const forget = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    giveUp.signal.addEventListener("abort", forget, { once: true });
    answer.then(forget, forget);
    this.#flights.set(key, flight);
    return flight;
  }

  #keptAnswer(key: string): Answer | undefined {
    const kept = this.#answers.get(key);
    return kept && this.#isFresh(kept.atMs) ? kept.answer : undefined;
  }

  #isFresh(atMs: number): boolean {
    const ageMs = this.#clock.now() - atMs;
    return ageMs >= 0 && ageMs < this.#reuseMs;
  }

  #keep(key: string, answer: Answer): void {
    if (this.#reuseMs === 0 || key.length > MAX_KEY_LENGTH) return;
    this.#answers.delete(key);
    this.#answers.set(key, { atMs: this.#clock.now(), answer });
    for (const [oldest, { atMs }] of this.#answers) {
      if (this.#answers.size <= MAX_ANSWERS && this.#isFresh(atMs)) break;
      this.#answers.delete(oldest);
    }
  }
}
