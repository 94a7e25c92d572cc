import type { History, SingapayLink } from "./links.ts";
import { methodOf } from "./methods.ts";

/** A history as a file keeps it: without its link, which is kept by itself, and with its method by name. */
export type KeptHistory = Omit<History, "link" | "method" | "isInHand"> & {
  /** The id of its link. */
  readonly link: number;
  readonly method: string;
};

export function keepHistory({ isInHand: _, link, method, ...history }: History): KeptHistory {
  return { ...history, link: link.id, method: method.code };
}

/** Whoever was about to pay went with the process. */
export function takeUpHistory(kept: KeptHistory, link: SingapayLink): History {
  const method = methodOf(kept.method);
  if (method === undefined) throw new TypeError(`The method ${kept.method} was kept, and there is none.`);
  return { ...kept, link, method, isInHand: false };
}
