import type { Hono } from "hono";
import type { PayPage } from "./pages/pay-page.ts";
import type { Random } from "./state/random.ts";
import type { State } from "./state/store.ts";
import type { Clock, LinkSummary, OtherPayment, Payment } from "./types.ts";

/** What the payer typed into the pay page about themself. */
export interface PayerDetails {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

/** What a payer says besides which link. */
export interface PayerChoice {
  readonly method?: string | undefined;
  readonly payment?: string | undefined;
  /** In the smallest unit of the currency. */
  readonly amount?: number | undefined;
  readonly details?: PayerDetails | undefined;
  /** A visitor of the page does not take over what another payer has pending. */
  readonly isNew?: boolean | undefined;
}

/** One link as its payer sees it. State changes at once; the promises wait for the webhooks. */
export interface PayableLink {
  open(choice: PayerChoice): Promise<Payment>;
  pay(choice: PayerChoice): Promise<Payment>;
  fail(choice: PayerChoice): Promise<Payment>;
  challenge(choice: PayerChoice): Promise<Payment>;
  settle(choice: PayerChoice): Promise<Payment>;
  expire(choice: PayerChoice): Promise<void>;
  approve(choice: PayerChoice): Promise<Payment>;
  deny(choice: PayerChoice): Promise<Payment>;
  reverse(choice: PayerChoice): Promise<Payment>;
  chargeback(choice: PayerChoice): Promise<Payment>;
  refund(choice: PayerChoice): Promise<Payment>;
  page(): PayPage;
}

/** One provider: its HTTP API with the pay pages, and its links as a payer sees them. */
export interface Simulator {
  readonly app: Hono;
  /** Whether a path is that of a pay page rather than of the API. */
  isPayPage(path: string): boolean;
  /** The link whose pay page has this path. */
  linkAt(path: string): PayableLink | undefined;
  links(): readonly LinkSummary[];
  /** Present where other products of an account notify the same URL. */
  payElsewhere?(payment: OtherPayment): Promise<Omit<Payment, "link">>;
  /** Expires and settles what is due by the clock; waits for the webhooks this causes. */
  runDue(): Promise<void>;
  /** When {@link runDue} has something to do next, in milliseconds since 1970; infinity where never. */
  nextDueMs(): number;
  /** Present where calls carry a token. */
  readonly tokens?: {
    /** Whether a path is where tokens are issued. */
    isCall(path: string): boolean;
    /** Ends all that were issued. */
    expire(): void;
    /** The answer that issues one, with its life as a number. */
    withNumericLife(answer: Response): Promise<Response>;
  };
}

/** What payers and merchants do with payments at some providers only. `review` is what fraud detection leaves to the merchant. */
export type SpecialAction = "review" | "reverse" | "refund" | "chargeback";

/** What a simulator is given. */
export interface SimulatorContext {
  /** Where this provider listens, without a trailing slash. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** For whatever is made up: ids, numbers of accounts, tokens. */
  readonly random: Random;
  /** The number of a new link, over all gateways. */
  readonly nextLinkNumber: () => number;
  /** Signs and delivers one webhook; resolves when it was answered or has failed. */
  readonly send: (body: string) => Promise<void>;
  /** Refuses what this provider does not have, and names those that do. `reason` is a sentence without its period. */
  readonly unsupported: (action: SpecialAction, reason: string) => () => Promise<never>;
  /** What lasts beyond the process. */
  readonly state: State;
}

/** A control action that makes no sense now. `status` is the HTTP status the control API answers with. */
export class RefusedAction extends Error {
  override readonly name = "RefusedAction";
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
