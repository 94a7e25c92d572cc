import type { Context } from "../frame/command.ts";

/** The context of all checks. */
export interface DoctorContext extends Pick<Context, "environment" | "signal" | "atEnd"> {
  /** Whether nothing is called. */
  readonly offline: boolean;
}
