import { err, ok, type Result } from "neverthrow";
import type {
  ConfirmSubject,
  DriverError,
  DriverHistory,
  DriverLink,
  DriverObservation,
  DriverPage,
} from "../driver-contract.ts";
import { rankReported } from "../history-record.ts";
import type { ConfiguredGateway } from "./configuration.ts";
import { driverError } from "./driver-error.ts";

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
    const { providerId: id, otherIds } = value.record;
    return id === providerId || otherIds.includes(providerId) ? ok(value) : err(mismatch(gateway, "history"));
  });

/**
 * The gateway's own word on what an observation was about. `unknown` is one too: what the delivery spoke of exists, and is
 * nothing of ours.
 */
export const sameSubject = (
  gateway: ConfiguredGateway,
  confirmed: Checked<DriverObservation>,
  { kind, providerId, isNotice }: ConfirmSubject & { readonly isNotice: boolean },
): Checked<DriverObservation> =>
  confirmed.andThen((value) => {
    const isOfSubject =
      value.kind === "unknown"
        ? kind === "history"
        : value.kind === "history"
          ? kind === "history" &&
            // What was reported before can only be merged with a record under the same id.
            (value.record.providerId === providerId || (isNotice && value.record.otherIds.includes(providerId)))
          : value.kind === "link" && kind === "link" && value.link.providerId === providerId;
    return value.trust === "read" && isOfSubject ? ok(value) : err(mismatch(gateway, kind));
  });

/** Histories of one link: none of them says that it belongs to another. */
export const historiesOfLink = (
  gateway: ConfiguredGateway,
  page: Checked<DriverPage<DriverHistory>>,
  linkProviderId: string,
): Checked<DriverPage<DriverHistory>> =>
  page.andThen((value) => {
    const isForeign = value.items.some(({ record }) => {
      const [claim] = rankReported(record.linkProviderIds);
      return claim !== undefined && claim.value !== linkProviderId;
    });
    return isForeign ? err(mismatch(gateway, "history")) : ok(value);
  });

const mismatch = ({ key }: ConfiguredGateway, what: "link" | "history"): DriverError =>
  driverError("reply_mismatch", {
    message: `${key} returned a different ${what} than requested`,
    hint: "Discard this reply and retry. If it persists, report it with the id.",
    retryable: true,
  });
