import {
  compactJakartaSecond,
  createConvertedRecords,
  createCounter,
  createPersistedSet,
  type PayerDetails,
  type Random,
  type SimulatorContext,
} from "../simulator-kit/index.ts";
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
  readonly links: () => readonly SingapayLink[];
  /** To be called after each change of a link, so that it is kept. */
  readonly changed: (link: SingapayLink) => void;
  /** To be called after each change of a history, so that it is kept. */
  readonly changedHistory: (history: History) => void;
  /** Oldest first. */
  readonly histories: () => readonly History[];
  readonly historyById: (id: string) => History | undefined;
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
  const takenReffNos = createPersistedSet(state.collection("singapayReferences"));
  const nextLinkId = createCounter(state, "link of SingaPay", 301);
  const links = createConvertedRecords<SingapayLink, Omit<SingapayLink, "histories">, "reffNo">({
    collection: state.collection("singapayLinks"),
    idOf: ({ id }) => String(id),
    unique: { reffNo: ({ request }) => request.reffNo },
    toStored: ({ histories: _, ...link }) => link,
    fromStored: (link) => ({ ...link, histories: [] }),
  });
  const histories = createConvertedRecords<History, StoredHistory>({
    collection: state.collection("singapayHistories"),
    idOf: ({ id }) => String(id),
    unique: {},
    toStored: toStoredHistory,
    fromStored(stored) {
      const link = links.get(String(stored.link));
      return link === undefined ? undefined : historyFromStored(stored, link);
    },
  });
  for (const history of histories.all()) history.link.histories.push(history);
  let balance = histories.all().reduce((sum, { paidAtMs, amount }) => (paidAtMs === null ? sum : sum + amount), 0);

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
      links.put(link);
      return link;
    },
    remove: links.remove,
    isReffNoTaken: (reffNo) => takenReffNos.has(reffNo),
    // As a number, so that zeros before it make no difference.
    byId: (id) => (/^\d{1,15}$/.test(id) ? links.get(String(Number(id))) : undefined),
    byReffNo: (reffNo) => links.by("reffNo", reffNo),
    links: links.all,
    changed: links.put,
    changedHistory: histories.put,
    histories: histories.all,
    historyById: histories.get,
    addHistory(link, method, payer, nowMs) {
      const history = createHistory(link, 9_101 + histories.count(), method, payer, nowMs, random);
      link.histories.push(history);
      histories.put(history);
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
