import type { CreateInput, DriverError } from "@tautan/core/driver";
import { checkProviderOptions, fields, webUrl } from "@tautan/driver-kit/http";
import type { Result } from "neverthrow";
import type { SingapayApiVersion } from "./capabilities.ts";
import type { SingapayProviderOptions } from "./options.ts";

const CHECKS = { 1: fields({}), 2: fields({ expiredRedirectUrl: webUrl(2048) }) } as const;

/** The options of one link, if this version supports them and they are valid. */
export const readProviderOptions = (
  { providerOptions }: CreateInput,
  version: SingapayApiVersion,
): Result<SingapayProviderOptions, DriverError> =>
  checkProviderOptions("singapay", providerOptions as SingapayProviderOptions | undefined, CHECKS[version]);
