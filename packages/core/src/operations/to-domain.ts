import { deriveHistory, historyUnderKey } from "../derive-history.ts";
import type { DriverHistory, DriverLink, DriverLinkCandidate, DriverObservation } from "../driver-contract.ts";
import type { PaymentLinkHistory } from "../history.ts";
import { joinId, splitId } from "../identifiers.ts";
import { linkStatus, statusAcceptsPayments } from "../link-status.ts";
import { setField } from "../omit-undefined.ts";
import type { LinkWarning, PaymentLink } from "../payment-link.ts";
import { withRaw } from "../raw.ts";
import type { LinkCandidate, Observation } from "../webhook.ts";
import { shownWord } from "../word.ts";

// A driver knows neither its gateway's key nor any status. Both are added here, for all drivers alike.

export const toPaymentLink = (
  gateway: string,
  link: DriverLink,
  nowMs: number,
  moreWarnings: readonly LinkWarning[] = NONE,
): PaymentLink => {
  const { providerId, url, state, usage, startsAt, expiresAt, warnings = NONE } = link;
  if (!isText(providerId) || !isText(url)) throw new TypeError("expected a link with providerId and url");
  const status = linkStatus({ state, usage, startsAt, expiresAt, nowMs });
  // First, so that a reader sees them first.
  const fields: Record<string, unknown> = {
    id: joinId(gateway, providerId),
    gateway,
    status,
    acceptsPayments: statusAcceptsPayments(status),
  };
  for (const name of Object.keys(link)) {
    const value = link[name as keyof DriverLink];
    if (value === undefined || NOT_COPIED.has(name)) continue;
    setField(fields, name, value === lastMethods ? value : frozenWhole(value));
    if (name === "methods") lastMethods = value;
  }
  if (link.madeElsewhere === true) fields["reference"] = providerId;
  fields["warnings"] = moreWarnings.length + warnings.length === 0 ? NONE : frozenWhole([...moreWarnings, ...warnings]);
  return withRaw(fields, link.raw) as object as PaymentLink;
};

const NONE: readonly never[] = Object.freeze([]);

/** The methods of the last link, frozen: a driver may return one list for all links of its account. */
let lastMethods: unknown;

/** What is set here: a driver must not override it. And what only core reads. */
const NOT_COPIED: ReadonlySet<string> = new Set(
  "id gateway status acceptsPayments warnings raw state isKeptAnswer".split(" "),
);

export const toPaymentLinkHistory = (gateway: string, { record, raw }: DriverHistory): PaymentLinkHistory =>
  deriveHistory(gateway, record, raw);

export const toObservation = (gateway: string, observation: DriverObservation, nowMs: number): Observation => {
  const { kind, trust } = observation;
  switch (kind) {
    case "history": {
      const history = toPaymentLinkHistory(gateway, observation);
      const linkCandidates = Object.freeze(observation.linkCandidates.map((each) => toLinkCandidate(gateway, each)));
      return Object.freeze({ kind, gateway, trust, history, linkCandidates });
    }
    case "link": {
      const link = toPaymentLink(gateway, observation.link, nowMs);
      const histories = observation.histories?.map((each) => toPaymentLinkHistory(gateway, each));
      return Object.freeze({ kind, gateway, trust, link, ...(histories && { histories: Object.freeze(histories) }) });
    }
    case "notice": {
      const { resource, providerId, linkCandidates: named } = observation;
      const linkCandidates = named && Object.freeze(named.map((each) => toLinkCandidate(gateway, each)));
      const id = joinId(gateway, providerId);
      return Object.freeze({ kind, gateway, trust, resource, id, ...(linkCandidates && { linkCandidates }) });
    }
    case "unknown":
      return withRaw({ kind, gateway, trust, event: shownWord(observation.event) }, observation.raw);
  }
};

/** The observation with another key of its gateway in all its ids. */
export const observationUnderKey = (observation: Observation, gateway: string): Observation => {
  const renamedId = (id: string): string => joinId(gateway, splitId(id)?.providerId ?? "");
  const renamedHistory = (each: PaymentLinkHistory): object => historyUnderKey(each, gateway);
  const renamedLink = (each: PaymentLink): object =>
    withRaw({ ...each, id: joinId(gateway, each.providerId), gateway }, each.raw);
  const renamedCandidate = (each: LinkCandidate): object =>
    each.id === undefined ? each : Object.freeze({ ...each, id: renamedId(each.id) });
  const renamed = {
    ...observation,
    gateway,
    ...("history" in observation && { history: renamedHistory(observation.history) }),
    ...("link" in observation && { link: renamedLink(observation.link) }),
    ...("histories" in observation && { histories: Object.freeze(observation.histories?.map(renamedHistory)) }),
    ...("id" in observation && { id: renamedId(observation.id) }),
    ...("linkCandidates" in observation && {
      linkCandidates: Object.freeze(observation.linkCandidates?.map(renamedCandidate)),
    }),
  };
  return withRaw(renamed, "raw" in observation ? observation.raw : undefined) as object as Observation;
};

const toLinkCandidate = (gateway: string, { providerId, reference }: DriverLinkCandidate): LinkCandidate => {
  if (providerId === undefined) return Object.freeze(reference === undefined ? {} : { reference });
  const id = joinId(gateway, providerId);
  return Object.freeze(reference === undefined ? { id } : { id, reference });
};

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Freezes a value and all that it has inside. */
export const frozenWhole = <T>(value: T): T => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) for (const each of value) frozenWhole(each);
  else for (const each of Object.values(value)) if (typeof each === "object") frozenWhole(each);
  return Object.freeze(value);
};
