import type { PayerDetails, SimulatorContext } from "../simulator.ts";
import type { Random } from "../state/random.ts";
import { createCounter, createPersistedSet } from "../state/store.ts";
import { compactJakartaSecond } from "../time/times.ts";
import type { LinkRequest } from "./link-request.ts";
import type { History, SingapayLink } from "./links.ts";
import { lifetimeMs, type SingapayMethod } from "./methods.ts";
import { historyFromStored, type StoredHistory, toStoredHistory } from "./stored-history.ts";

/** All links and histories of the account. */
export interface SingapayStore {
  add(request: LinkRequest, nowMs: number): SingapayLink;
  /** The `reff_no` stays taken. */
  remove(link: SingapayLink): void;
  isReffNoTaken(reffNo: string): boolean;
  byId(id: string): SingapayLink | undefined;
  byReffNo(reffNo: string): SingapayLink | undefined;
  /** Oldest first. */
  links(): readonly SingapayLink[];
  /** To be called after each change of a link, so that it is kept. */
  changed(link: SingapayLink): void;
  /** To be called after each change of a history, so that it is kept. */
  changedHistory(history: History): void;
  /** Oldest first. */
  histories(): readonly History[];
  addHistory(link: SingapayLink, method: SingapayMethod, payer: PayerDetails, nowMs: number): History;
  /** Adds a payment to the balance of the account and returns it. Whole rupiah. */
  credit(amount: number): number;
  /** The number of a new batch. */
  addSettlement(): number;
}

export const createSingapayStore = ({
  random,
  state,
  nextLinkNumber,
}: Pick<SimulatorContext, "random" | "state" | "nextLinkNumber">): SingapayStore => {
  const storedLinks = state.collection<Omit<SingapayLink, "histories">>("singapayLinks");
  const storedHistories = state.collection<StoredHistory>("singapayHistories");
  const takenReffNos = createPersistedSet(state.collection("singapayReferences"));
  const nextLinkId = createCounter(state, "link of SingaPay", 301);
  const links = new Map<number, SingapayLink>();
  const histories: History[] = [];
  const enter = (history: History): void => {
    history.link.histories.push(history);
    histories.push(history);
  };

  for (const link of storedLinks.stored.values()) links.set(link.id, { ...link, histories: [] });
  for (const stored of storedHistories.stored.values()) {
    const link = links.get(stored.link);
    if (link !== undefined) enter(historyFromStored(stored, link));
  }
  let balance = histories.reduce((sum, { paidAtMs, amount }) => (paidAtMs === null ? sum : sum + amount), 0);

  const changed = ({ histories: _, ...link }: SingapayLink): void => {
    storedLinks.put(String(link.id), link);
  };

  const changedHistory = (history: History): void => {
    storedHistories.put(String(history.id), toStoredHistory(history));
  };

  return {
    add(request, nowMs) {
      takenReffNos.add(request.reffNo);
      const link: SingapayLink = {
        number: nextLinkNumber(),
        id: nextLinkId(),
        request,
        createdAtMs: nowMs,
        histories: [],
        settings: request.settings,
        status: "open",
        usage: 0,
        announcedExpiryMs: null,
        updatedAtMs: nowMs,
      };
      links.set(link.id, link);
      changed(link);
      return link;
    },
    remove(link) {
      links.delete(link.id);
      storedLinks.remove(String(link.id));
    },
    isReffNoTaken: (reffNo) => takenReffNos.has(reffNo),
    byId: (id) => (/^\d{1,15}$/.test(id) ? links.get(Number(id)) : undefined),
    byReffNo: (reffNo) => [...links.values()].find(({ request }) => request.reffNo === reffNo),
    links: () => [...links.values()],
    changed,
    changedHistory,
    histories: () => histories,
    addHistory(link, method, payer, nowMs) {
      const history = createHistory(link, 9_101 + histories.length, method, payer, nowMs, random);
      enter(history);
      changedHistory(history);
      return history;
    },
    credit(amount) {
      balance += amount;
      return balance;
    },
    addSettlement: createCounter(state, "settlement of SingaPay", 1_201),
  };
};

const createHistory = (
  link: SingapayLink,
  id: number,
  method: SingapayMethod,
  payer: PayerDetails,
  nowMs: number,
  random: Random,
): History => {
  const second = compactJakartaSecond(nowMs);
  // The link's id, the time and something random: the shape of live references.
  const reffNo = `${link.id}${second}${random.hex(4)}`;
  return {
    id,
    link,
    reffNo,
    method,
    methodValue: methodValueOf(method, reffNo, random),
    methodAdditional:
      method.group === "offline_store"
        ? JSON.stringify({ retail_code: method.code, partner_reff: second + String(link.id).padStart(6, "0") })
        : null,
    amount: link.request.totalAmount,
    payer,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + lifetimeMs(method),
    status: "pending",
    isInHand: false,
    paidAtMs: null,
    balanceAfter: null,
    settledAtMs: null,
    updatedAtMs: nowMs,
  };
};

const methodValueOf = ({ group }: SingapayMethod, reffNo: string, random: Random): string => {
  if (group === "va") return random.digits(16);
  return group === "offline_store" ? random.digits(15) : reffNo;
};
