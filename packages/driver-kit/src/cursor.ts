import { type DriverError, invalidRequest } from "@tautan/core/driver";

/** The error for a cursor that is not one of the list's; `refused` if the list had to be read to find that out. */
export const unknownCursor = (
  expected = "expected a nextCursor of this list",
  outcome: "not_sent" | "refused" = "not_sent",
): DriverError =>
  invalidRequest("cursor", [{ path: "cursor", message: expected }], { hint: "Start again without a cursor.", outcome });
