import type { History, SingapayLink } from "./links.ts";
import { methodOf } from "./methods.ts";

/** A history in a state file: without its link, which is stored separately, and with its method by name. */
export type StoredHistory = Omit<History, "link" | "method" | "isInHand"> & {
  /** The id of its link. */
  readonly link: number;
  readonly method: string;
};

export const toStoredHistory = ({ isInHand: _, link, method, ...history }: History): StoredHistory => ({
  ...history,
  link: link.id,
  method: method.code,
});

/** Whoever was about to pay went with the process. */
export const historyFromStored = (stored: StoredHistory, link: SingapayLink): History => {
  const method = methodOf(stored.method);
  if (method === undefined) throw new TypeError(`The method ${stored.method} was stored, and there is none.`);
  return { ...stored, link, method, isInHand: false };
};
