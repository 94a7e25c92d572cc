import { type DriverError, driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";

/**
 * An id as one segment of a URL. `.` and `..` change the path, even percent-encoded; half a surrogate pair cannot be
 * encoded. Ids come from deliveries too, or are the rest of an id without its suffix.
 */
export const pathSegment = (id: string): Result<string, DriverError> =>
  ["", ".", ".."].includes(id) || !id.isWellFormed() ? err(NOT_AN_ID) : ok(encodeURIComponent(id));

const NOT_AN_ID: DriverError = driverError("not_found", {
  message: "nothing was sent: the id cannot be part of a URL, so no resource has it",
  outcome: "not_sent",
});
