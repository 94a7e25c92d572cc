import { type CreateInput, type DriverError, invalidRequest } from "@tautan/core/driver";
import { fields, providerOptionsIssues, webUrl } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { SingapayApiVersion } from "./capabilities.ts";
import type { SingapayProviderOptions } from "./options.ts";

const CHECKS = { 1: fields({}), 2: fields({ expiredRedirectUrl: webUrl(2048) }) } as const;

/** The options of one link, if this version supports them and they are valid. */
export const readProviderOptions = (
  { providerOptions }: CreateInput,
  version: SingapayApiVersion,
): Result<SingapayProviderOptions, DriverError> => {
  const issues = providerOptionsIssues("singapay", providerOptions, CHECKS[version]);
  return issues.length === 0
    ? ok((providerOptions ?? {}) as SingapayProviderOptions)
    : err(invalidRequest("the request", issues));
};
