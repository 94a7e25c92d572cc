/** Whether something is in order. `skipped`: it was not looked at, and `message` has the reason. */
export type CheckState = "ok" | "warn" | "fail" | "skipped";

/** One thing that was looked at. Contains no secret. */
export interface Check {
  /** What it is about: `config`, `secrets`, `gateways.midtrans` and so on. */
  readonly subject: string;
  readonly state: CheckState;
  /** The name of the fault, or of what is in order: for scripts. */
  readonly cause: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

const check =
  (state: CheckState) =>
  (subject: string, cause: string, message: string, hint?: string): Check => ({
    subject,
    state,
    cause,
    message,
    ...(hint === undefined || hint === "" ? {} : { hint }),
  });

export const good = check("ok");
export const warning = check("warn");
export const failing = check("fail");
export const skipped = check("skipped");
