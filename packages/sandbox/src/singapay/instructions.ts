import type { Instructions } from "../simulator-kit/index.ts";
import type { History } from "./links.ts";
import type { MethodGroup } from "./methods.ts";

const kinds: Readonly<Record<MethodGroup, (history: History) => Instructions>> = {
  va: ({ methodValue }) => ({ kind: "virtual_account", number: methodValue }),
  qris: ({ methodValue }) => ({ kind: "qris", reference: methodValue }),
  ewallet: ({ payer }) => ({ kind: "wallet", ...(payer.phone === "" ? {} : { phone: payer.phone }) }),
  offline_store: ({ methodValue }) => ({ kind: "store", code: methodValue }),
  card: () => ({ kind: "card" }),
};

/** The instructions of a history. */
export const instructionsOf = (history: History): Instructions => kinds[history.method.group](history);
