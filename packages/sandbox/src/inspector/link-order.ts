import type { LinkSummary } from "../types.ts";

interface Placed {
  readonly link: LinkSummary;
  /** Not before any that its gateway has made earlier, whatever the clock said then. */
  readonly atMs: number;
}

/**
 * The newest first. Each gateway lists its links in the order in which they were made, and that stands, also where the
 * clock was set back. Of those that several gateways made at the same moment, each has its newest at the top.
 */
export function newestFirst(links: readonly LinkSummary[]): readonly LinkSummary[] {
  const ofGateways = [...Map.groupBy(links, ({ provider }) => provider).values()];
  const placed = ofGateways.flatMap((ofGateway) => withRanks(inTime(ofGateway)));
  return placed.toSorted((left, right) => right.atMs - left.atMs || left.rank - right.rank).map(({ link }) => link);
}

function inTime(links: readonly LinkSummary[]): readonly Placed[] {
  let latestMs = Number.NEGATIVE_INFINITY;
  return links.map((link) => {
    latestMs = Math.max(latestMs, link.createdAtMs);
    return { link, atMs: latestMs };
  });
}

/** Adds how many of the same moment are newer. */
function withRanks(placed: readonly Placed[]): readonly (Placed & { readonly rank: number })[] {
  let rank = -1;
  let atMs: number | undefined;
  return placed.toReversed().map((place) => {
    rank = place.atMs === atMs ? rank + 1 : 0;
    atMs = place.atMs;
    return { ...place, rank };
  });
}
