import { err, type Result } from "neverthrow";
import type { Clock, ConfirmSubject, DriverError, DriverObservation } from "../driver-contract.ts";
import { driverError } from "./driver-error.ts";
import { Turns } from "./turns.ts";

type Answer = Result<DriverObservation, DriverError>;

/** How many answers are kept at most. */
const MAX_ANSWERS = 500;

/** Of longer news no answer is kept: strangers write them, and each would be kept beside its answer. */
const MAX_KEY_LENGTH = 8192;

/** What is being asked, or waits to be. */
interface Flight {
  readonly answer: Promise<Answer>;
  /** Whether the question has gone out: what happened after that may not be in the answer. */
  isSent: boolean;
  /** Who waits for it. When the last one has left, it is given up. */
  waiting: number;
  readonly giveUp: AbortController;
}

/** Nobody waits for this any more. */
const GIVEN_UP: DriverError = driverError("aborted", {
  message: "no caller waits for the result",
  outcome: "not_sent",
});

export interface Question {
  /** The gateway's key. */
  readonly gateway: string;
  readonly subject: ConfirmSubject;
  /** Whether nothing was told but that something happened. */
  readonly isNotice: boolean;
  /** What the delivery told, in text; the same text is the same news. */
  readonly told: string;
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal;
}

/**
 * Asks a gateway about one subject at a time, and about the same news once: deliveries are sent again, by gateways and by those who
 * recorded one, and each would cost a call.
 *
 * The same news is asked once while that goes on, and its answer is used again for some time. A notice reports
 * only that something happened, so it needs an answer that was asked for after it arrived: notices that arrive while a question
 * is under way share the next one. Errors are shared by those who waited for them, and not kept.
 */
export class Confirmations {
  readonly #reuseMs: number;
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight>();
  /** One question at a time, by subject. */
  readonly #turns = new Turns();
  /** Oldest first. */
  readonly #answers = new Map<string, { readonly atMs: number; readonly answer: Answer }>();

  constructor(reuseMs: number, clock: Clock) {
    this.#reuseMs = reuseMs;
    this.#clock = clock;
  }

  async ask(question: Question, send: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { gateway, subject, isNotice, told, signal } = question;
    const subjectKey = JSON.stringify([gateway, subject.kind, subject.providerId]);
    const key = JSON.stringify([subjectKey, isNotice, told]);
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
    // Begins after this function has returned, so that the flight is there.
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
