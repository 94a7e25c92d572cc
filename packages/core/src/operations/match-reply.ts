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

// Whether a reply is about the requested subject: a cache, a proxy or a defect of a driver can return another one.

type Reply<T> = Result<T, DriverError>;

/** The reply if it is about the subject of this id or reference, otherwise an error. */
type Match<T> = (gateway: ConfiguredGateway, reply: Reply<T>, wanted: string) => Reply<T>;

const matching = <T>(
  { key }: ConfiguredGateway,
  subject: "link" | "history",
  reply: Reply<T>,
  matches: (value: T) => boolean,
): Reply<T> =>
  reply.andThen((value) => {
    if (matches(value)) return ok(value);
    const message = `${key} returned a different ${subject} than requested`;
    const hint = "Discard this reply and retry. If it persists, report it with the id.";
    return err(driverError("reply_mismatch", { message, hint, retryable: true }));
  });

export const sameLink: Match<DriverLink> = (gateway, reply, providerId) =>
  matching(gateway, "link", reply, (link) => isOfLink(link, providerId));

export const isOfLink = (link: DriverLink, providerId: string): boolean => {
  if (typeof link.providerId !== "string") throw new TypeError("expected a link with its providerId");
  return link.providerId === providerId;
};

export const sameReference: Match<DriverLink> = (gateway, reply, reference) =>
  matching(gateway, "link", reply, (link) => hasReference(link, reference));

/** Whether a link was created under a reference. One that was made elsewhere has the provider's id in its place. */
export const hasReference = (link: DriverLink, reference: string): boolean =>
  link.madeElsewhere !== true && link.reference === reference;

export const sameHistory: Match<DriverHistory> = (gateway, reply, providerId) =>
  matching(gateway, "history", reply, ({ record: { providerId: id, otherIds } }) =>
    [id, ...otherIds].includes(providerId),
  );

/** An observation of the subject that was confirmed, read from the gateway. An `unknown` one is not ours. */
export const sameSubject = (
  gateway: ConfiguredGateway,
  reply: Reply<DriverObservation>,
  { kind, providerId, isNotice }: ConfirmSubject & { readonly isNotice: boolean },
): Reply<DriverObservation> =>
  matching(gateway, kind, reply, (observed) => {
    if (observed.trust !== "read") return false;
    if (observed.kind === "unknown") return true;
    if (observed.kind === "link") return kind === "link" && observed.link.providerId === providerId;
    if (observed.kind !== "history" || kind !== "history") return false;
    // A record can be merged with an earlier report only under the same id.
    const { record } = observed;
    return record.providerId === providerId || (isNotice && record.otherIds.includes(providerId));
  });

/** Histories of one link: none reports that it belongs to another. */
export const historiesOfLink: Match<DriverPage<DriverHistory>> = (gateway, reply, linkProviderId) =>
  matching(gateway, "history", reply, ({ items }) =>
    items.every(({ record }) => (rankReported(record.linkProviderIds)[0]?.value ?? linkProviderId) === linkProviderId),
  );
