import { err, ok, type Result } from "neverthrow";
import type { ConfirmSubject, DriverError, DriverHistory, DriverLink, DriverObservation } from "../driver-contract.ts";
import { failure } from "./failure.ts";
import type { ConfiguredGateway } from "./runtime.ts";

// Whether a gateway's answer is about what was asked for: a cache, a proxy or a fault of a driver can give another's.

type Checked<T> = Result<T, DriverError>;

/** A link that was asked for by its id. */
export const sameLink = (
  gateway: ConfiguredGateway,
  link: Checked<DriverLink>,
  providerId: string,
): Checked<DriverLink> =>
  link.andThen((value) => (isOfLink(value, providerId) ? ok(value) : err(mismatch(gateway, "link"))));

export const isOfLink = (link: DriverLink, providerId: string): boolean => {
  if (typeof link.providerId !== "string") throw new TypeError("expected a link with its providerId");
  return link.providerId === providerId;
};

/** A link that was asked for by the merchant's reference. */
export const sameReference = (
  gateway: ConfiguredGateway,
  link: Checked<DriverLink>,
  reference: string,
): Checked<DriverLink> =>
  link.andThen((value) => (value.reference === reference ? ok(value) : err(mismatch(gateway, "link"))));

/** A history that was asked for by its id, or by another id of the same. */
export const sameHistory = (
  gateway: ConfiguredGateway,
  history: Checked<DriverHistory>,
  providerId: string,
): Checked<DriverHistory> =>
  history.andThen((value) => {
    const { providerId: id, aliases } = value.evidence;
    return id === providerId || aliases.includes(providerId) ? ok(value) : err(mismatch(gateway, "history"));
  });

/** The gateway's own word on what an observation was about. */
export const sameSubject = (
  gateway: ConfiguredGateway,
  confirmed: Checked<DriverObservation>,
  { kind, providerId }: ConfirmSubject,
): Checked<DriverObservation> =>
  confirmed.andThen((value) => {
    const isOfSubject =
      value.trust === "read" &&
      (value.kind === "history"
        ? kind === "history" && value.evidence.providerId === providerId
        : value.kind === "link" && kind === "link" && value.link.providerId === providerId);
    return isOfSubject ? ok(value) : err(mismatch(gateway, kind));
  });

const mismatch = ({ key }: ConfiguredGateway, what: "link" | "history"): DriverError =>
  failure("reply_mismatch", {
    message: `${key} answered with another ${what} than was asked for`,
    hint: "Use nothing of it. Try again; if it stays so, report it with the id.",
    retryable: true,
  });
