import { err, ResultAsync } from "neverthrow";
import { loadFingerprint } from "./facade/load-operations.ts";
import { snapshotOf } from "./facade/snapshot.ts";
import type { InvalidRequest } from "./operations/fingerprint.ts";
import type { CreatePaymentLink } from "./request.ts";

/**
 * What a request to create a link asks for, as a short text: `r1-` and the SHA-256 of the checked request. The same request gives
 * the same text however it is written: in whatever order its fields stand, with `"190000.00"` for `"190000"`, with the default
 * usage named or not. Left out are `startsAt` and `expiresAt`, because an honest repeat computes "in an hour" anew, and
 * `gateway`, because it says where and not what.
 *
 * Store it beside a reference, to tell a repeat from another request under it. `r1` changes where a later version's text would
 * be another for the same request. Asynchronous, because every runtime's own hash is.
 */
export const requestFingerprint = (request: CreatePaymentLink): ResultAsync<string, InvalidRequest> => {
  const kept = snapshotOf(request);
  return new ResultAsync(
    loadFingerprint().then(
      (fingerprintOf) => fingerprintOf(kept).catch(() => err(NOT_READ)),
      () => err(NOT_LOADED),
    ),
  );
};

/** Getters of a caller's object may throw. */
const NOT_READ: InvalidRequest = Object.freeze({
  issues: Object.freeze([{ path: "", message: "the request could not be read" }]),
});

const NOT_LOADED: InvalidRequest = Object.freeze({
  issues: Object.freeze([{ path: "", message: "a part of the library could not be loaded; check the installation" }]),
});
