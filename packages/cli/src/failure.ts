/** What went wrong: an error of core or of the ledger, or one of this program. Never contains a secret. */
export interface Failure {
  readonly kind: string;
  /** The expected and the received value. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  readonly outcome?: "not_sent" | "refused" | "unknown";
}

const failure = (kind: string, message: string, hint: string): Failure =>
  Object.freeze({ kind, message, hint, outcome: "not_sent" as const });

/** The command line cannot be understood. */
export const usageError = (message: string, hint: string): Failure => failure("usage", message, hint);

/** The configuration, or the project around it, cannot be used. */
export const configError = (message: string, hint: string): Failure => failure("invalid_config", message, hint);

/** This program does not do what was asked. */
export const refusedError = (message: string, hint: string): Failure => failure("refused", message, hint);

/** The person who was asked did not agree, or nobody could be asked. */
export const notConfirmed = (message: string, hint: string): Failure => failure("not_confirmed", message, hint);

/** Whether a value is an error with a kind, and not an exception. */
export const isFailure = (thrown: unknown): thrown is Failure =>
  typeof thrown === "object" &&
  thrown !== null &&
  !(thrown instanceof Error) &&
  "kind" in thrown &&
  "message" in thrown;
