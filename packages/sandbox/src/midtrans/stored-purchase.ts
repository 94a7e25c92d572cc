import type { MidtransLink, Purchase, Transaction } from "./links.ts";
import { methodOf } from "./methods.ts";

/** A purchase in a state file: without its link, which is stored separately, and with its methods by name. */
export type StoredPurchase = Omit<Purchase, "link" | "transactions" | "isInHand"> & {
  /** The key of its link. */
  readonly link: string;
  readonly transactions: readonly StoredTransaction[];
};

type StoredTransaction = Omit<Transaction, "method"> & { readonly method: string };

/** Under which it is kept: no order id has a space. */
export const keyOf = ({ request, isElsewhere }: Pick<MidtransLink, "request" | "isElsewhere">): string =>
  isElsewhere ? `elsewhere ${request.orderId}` : request.orderId;

export const toStoredPurchase = ({ isInHand: _, link, transactions, ...purchase }: Purchase): StoredPurchase => ({
  ...purchase,
  link: keyOf(link),
  transactions: transactions.map((transaction) => ({ ...transaction, method: transaction.method.code })),
});

/** Whoever was about to pay went with the process. */
export const purchaseFromStored = ({ transactions, ...purchase }: StoredPurchase, link: MidtransLink): Purchase => {
  const [first, ...others] = transactions.map(transactionFromStored);
  if (first === undefined) throw new TypeError(`The purchase ${purchase.orderId} was stored without an attempt.`);
  return { ...purchase, link, transactions: [first, ...others], isInHand: false };
};

const transactionFromStored = (transaction: StoredTransaction): Transaction => {
  const method = methodOf(transaction.method);
  if (method === undefined) throw new TypeError(`The method ${transaction.method} was kept, and there is none.`);
  return { ...transaction, method };
};
