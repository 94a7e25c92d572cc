import { err, isSupported, ok, type Result } from "@tautan/core";
import type { NamedLink } from "./named-links.ts";
import { Recent } from "./recent.ts";
import type { KnownState } from "./state.ts";
import type { ReturnError, ReturnLedger, ReturnLinks } from "./types.ts";

/** Finds the state of a link. `undefined`: there is no such link. */
export type Lookup = (named: NamedLink) => Promise<Result<KnownState | undefined, ReturnError>>;

interface Limits {
  readonly clock: { now(): number };
  readonly askEveryMs: number;
  readonly timeoutMs: number;
}

const MAX_PAYMENTS = 100;

/** The ledger knows which links there are, so that a made-up reference costs no request to a gateway. */
export const lookupInLedger = (ledger: ReturnLedger, { clock, askEveryMs, timeoutMs }: Limits): Lookup => {
  const recent = new Recent<Result<KnownState, ReturnError>>(clock, askEveryMs);

  const known = async (named: NamedLink): Promise<Result<KnownState | undefined, ReturnError>> => {
    const found = await ledger.get({ reference: named.reference });
    if (found.isErr()) return found.error.kind === "unknown_link" ? ok(undefined) : err(found.error);
    const link = found.value;
    const { answer, isRunning } = recent.ask(link.id, async () => {
      const confirmed = await ledger.confirm(link.id, { timeoutMs });
      return confirmed.map((state) => ({ ...state, isConfirmed: true }));
    });
    const state = isRunning ? await answer : undefined;
    if (state?.isOk()) return ok(state.value);
    // Asked a moment ago, or the gateway does not answer: the ledger has what webhooks reported since.
    const histories = await ledger.histories({ link: link.id, order: "newest_first", limit: MAX_PAYMENTS });
    const isConfirmed = state === undefined && (await answer).isOk();
    return histories.map(({ items }) => ({ link, histories: items, isConfirmed }));
  };
  return known;
};

/** Without a ledger, the gateway is asked, and its answer used again for a moment. */
export const lookupAtGateway = (links: ReturnLinks, { clock, askEveryMs, timeoutMs }: Limits): Lookup => {
  const recent = new Recent<Result<KnownState | undefined, ReturnError>>(clock, askEveryMs);

  const read = async (reference: string, gateway: string): Promise<Result<KnownState | undefined, ReturnError>> => {
    const found = await links.find({ gateway, reference }, { timeoutMs });
    if (found.isErr()) return found.error.kind === "not_found" ? ok(undefined) : err(found.error);
    const link = found.value;
    if (!isSupported(links.gateway(gateway).capabilities.operations.listHistories))
      return ok({ link, isConfirmed: true });
    const histories = await links.listHistories(link.id, { limit: MAX_PAYMENTS }, { timeoutMs });
    return histories.map(({ items }) => ({
      link,
      histories: items.map((history) => ({ history })),
      isConfirmed: true,
    }));
  };
  return ({ reference, gateway = links.default }) =>
    recent.ask(JSON.stringify([gateway, reference]), () => read(reference, gateway)).answer;
};
