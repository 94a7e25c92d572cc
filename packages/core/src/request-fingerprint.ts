import { ResultAsync } from "neverthrow";
import { contained } from "./contained.ts";
import type { InvalidInput } from "./errors.ts";
import { fingerprintOf } from "./operations/fingerprint.ts";
import type { CreatePaymentLink } from "./request.ts";

/**
 * Returns a hash of a request to create a link: `r1-` and the SHA-256 of the checked request.
 *
 * The same request has the same fingerprint, however it is written: the order of fields does not matter, `"190000.00"` equals
 * `"190000"`, and the default usage may be present or absent. `startsAt` and `expiresAt` are not part of it, because a repeated
 * request computes "in an hour" again. `gateway` is not part of it either.
 *
 * Store it beside a reference, to distinguish a repeated request from a different one. The prefix `r1` changes if a later
 * version computes another hash for the same request. Asynchronous, because the hash functions of runtimes are.
 *
 * @example
 * ```ts
 * import { type CreatePaymentLink, requestFingerprint } from "@tautan/core";
 *
 * const isRepeated = async (request: CreatePaymentLink, stored: string): Promise<boolean> =>
 *   (await requestFingerprint(request)).unwrapOr("invalid") === stored;
 * ```
 */
export const requestFingerprint = (request: CreatePaymentLink): ResultAsync<string, InvalidInput> =>
  new ResultAsync(contained(() => fingerprintOf(request), unreadable));

const unreadable = (): InvalidInput =>
  Object.freeze({ issues: Object.freeze([{ path: "", message: "the request could not be read" }]) });
