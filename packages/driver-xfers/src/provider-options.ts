import type { CreateInput, DriverError } from "@tautan/core/driver";
import { checkProviderOptions, expected, fields } from "@tautan/driver-kit/http";
import type { Result } from "neverthrow";
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
}: CreateInput<XfersProviderOptions>): Result<XfersProviderOptions, DriverError> =>
  checkProviderOptions("xfers", providerOptions, checkOptions);
