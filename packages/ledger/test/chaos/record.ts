import type { PaymentLink, PaymentLinks } from "@tautan/core";
import { engineOf } from "../../src/database/database.ts";
import type { Unit } from "../../src/database/unit.ts";
import type { Database } from "../../src/index.ts";
import { recordLink } from "../../src/links/record-link.ts";
import { registerGateways } from "../../src/schema/gateways.ts";

/** Stores a link of the gateway in memory, as at the end of its create. */
export const recordMade = async <Done>(
  database: Database<unknown, Done>,
  links: PaymentLinks,
  link: PaymentLink,
  nowMs: number,
): Promise<void> => {
  const unit = function* (): Unit<unknown> {
    const refs = yield* registerGateways(links);
    return yield* recordLink(link, { gatewayRef: refs.refOf("memory"), state: "made", lookAt: undefined, nowMs });
  };
  (await engineOf(database).transaction(unit))._unsafeUnwrap();
};
