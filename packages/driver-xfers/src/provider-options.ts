import { type CreateInput, type DriverError, invalidRequest } from "@tautan/core/driver";
import { expected, fields, providerOptionsIssues } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { XfersProviderOptions } from "./options.ts";

const checkOptions = fields({
  displayName: expected(
    "a text of 1 to 255 characters without control characters",
    (value) =>
      typeof value === "string" &&
      value.trim() !== "" &&
      value.length <= 255 &&
      value.isWellFormed() &&
      !/\p{Cc}/u.test(value),
  ),
});

/** The options of one link, if they are valid. */
export const readProviderOptions = ({
  providerOptions,
}: CreateInput<XfersProviderOptions>): Result<XfersProviderOptions, DriverError> => {
  const issues = providerOptionsIssues("xfers", providerOptions, checkOptions);
  return issues.length === 0 ? ok(providerOptions ?? {}) : err(invalidRequest("the request", issues));
};
