import type { LinkCandidate, Observation } from "@tautan/core";
import { splitId } from "@tautan/core/driver";
import { storableText, storedId } from "../apply/storable.ts";
import { run, type Unit } from "../database/unit.ts";
import { addCandidate } from "../statements/deliveries.ts";
import { reportOf } from "./observations.ts";

/** Notes the links that a delivery may belong to: it waits for them, and its body goes with their customers. */
export function* addCandidates(
  gatewayRef: number,
  deliveryRef: number,
  observations: readonly Observation[],
): Unit<void> {
  for (const { kind, value } of observations.flatMap(candidatesOf)) {
    yield* run(addCandidate, { gatewayRef, kind, value, deliveryRef });
  }
}

interface Candidate {
  readonly kind: "id" | "reference" | "history";
  readonly value: string;
}

const candidatesOf = (observation: Observation): readonly Candidate[] => {
  if (observation.kind === "notice") {
    const { resource, id, linkCandidates = [] } = observation;
    return [...named(resource === "link" ? "id" : "history", id), ...linkCandidates.flatMap(ofLink)];
  }
  return (reportOf(observation)?.candidates ?? []).flatMap(ofLink);
};

const ofLink = ({ id, reference }: LinkCandidate): readonly Candidate[] => [
  ...named("id", id),
  ...(reference === undefined ? [] : [{ kind: "reference", value: storableText(reference) } as const]),
];

const named = (kind: "id" | "history", id: string | undefined): readonly Candidate[] => {
  const providerId = id === undefined ? undefined : splitId(id)?.providerId;
  return providerId === undefined ? [] : [{ kind, value: storedId(providerId) }];
};
