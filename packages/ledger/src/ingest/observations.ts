import {
  historiesIn,
  type LinkCandidate,
  type Observation,
  type PaymentLinkHistory,
  parsePaymentLink,
  parsePaymentLinkHistory,
} from "@tautan/core";
import { storableJson } from "../apply/storable.ts";
import { parseJson } from "../apply/stored-rows.ts";
import { UnreadableRow } from "../database/engine.ts";
import type { Report } from "../plan/state.ts";

/** Whether an observation can be applied as it is. */
export const isProven = ({ kind, trust }: Observation): boolean =>
  kind !== "notice" && (trust === "read" || trust === "signed");

/**
 * Whether an observation reports only that something happened. Then each arrival is news, even if its bytes are the same: it
 * must be asked about each time.
 */
export const isHint = ({ kind, trust }: Observation): boolean =>
  kind === "notice" || (kind !== "unknown" && (trust === "unsigned" || trust === "token"));

/** Whether an observation is of a link or a payment. */
export const isOfLedger = ({ kind }: Observation): boolean => kind !== "unknown";

/** The reports of a proven observation, and their links. */
export const reportOf = (
  observation: Observation,
): { readonly report: Report; readonly candidates: readonly LinkCandidate[] } | undefined => {
  if (observation.kind === "history") {
    return { report: { histories: [observation.history] }, candidates: observation.linkCandidates };
  }
  if (observation.kind !== "link") return undefined;
  const { link } = observation;
  return {
    report: { link, histories: historiesIn(observation) },
    // The reference of a link that was made elsewhere is the provider's id, and may be ours of another link.
    candidates: [{ id: link.id, ...(link.madeElsewhere !== true && { reference: link.reference }) }],
  };
};

/** Observations as JSON. */
export const storedObservations = (observations: readonly Observation[]): string => storableJson(observations);

/** Observations that were stored. Throws `UnreadableRow` if they are none. */
export const parseObservations = (json: string): readonly Observation[] => {
  const stored = parseJson(json, "observations");
  if (!Array.isArray(stored)) throw new UnreadableRow("expected a list in the column tautan_deliveries.observations");
  return stored.map(parseObservation);
};

const parseObservation = (stored: unknown): Observation => {
  const observation = stored as Observation;
  switch (observation?.kind) {
    case "history":
      return { ...observation, history: parseHistory(observation.history) };
    case "link": {
      const link = parsePaymentLink(observation.link);
      if (link.isErr()) throw new UnreadableRow("expected links in the column tautan_deliveries.observations");
      const { histories } = observation;
      return { ...observation, link: link.value, ...(histories && { histories: histories.map(parseHistory) }) };
    }
    case "notice":
    case "unknown":
      return observation;
    default:
      throw new UnreadableRow("expected observations in the column tautan_deliveries.observations");
  }
};

const parseHistory = (stored: unknown): PaymentLinkHistory => {
  const history = parsePaymentLinkHistory(stored);
  if (history.isErr()) {
    const issues = history.error.issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
    throw new UnreadableRow(`expected histories in the column tautan_deliveries.observations: ${issues}`);
  }
  return history.value;
};
