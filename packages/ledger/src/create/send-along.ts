import type { PaymentLink, PaymentLinkError } from "@tautan/core";
import { mayTryNext } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import type { DatabaseError } from "../errors.ts";
import { linkAsOf } from "../plan/link-state.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import type { Held } from "../statements/intents.ts";
import type { Creating } from "./creating.ts";
import { duplicateElsewhere, openError, routeError } from "./refusals.ts";
import { noteSent, settleFailed, settleMade, settleUnknown } from "./settle.ts";

/** Sends a claimed create along its route, each attempt noted before it is sent. `lost` if another process has taken it over. */
export const sendAlong = async (
  context: LedgerContext,
  refs: GatewayRefs,
  creating: Creating,
  claimed: Held,
): Promise<Result<PaymentLink | "lost", PaymentLinkError | DatabaseError>> => {
  const { plan } = creating;
  const tried: PaymentLinkError[] = [];
  let held = claimed;
  for (const prepared of plan.candidates) {
    if (tried.length > 0 && creating.leftMs() < 1) break;
    const noted = await noteSent(context, refs, held, prepared, creating.leaseMs());
    if (noted.isErr()) return err(noted.error);
    if (!noted.value) return ok("lost");
    held = noted.value;
    const sent = await context.links.send(prepared, creating.call());
    if (sent.isOk()) {
      const settled = await settleMade(context, refs, held, {
        fingerprint: plan.fingerprint,
        link: sent.value,
        isNew: true,
      });
      if (settled.isErr()) return err(settled.error);
      // Nobody can have paid it yet, whether or not the gateway counts payments.
      if (settled.value.kind !== "elsewhere")
        return ok(settled.value.kind === "made" ? asCounted(sent.value, context.clock.now()) : "lost");
      tried.push(duplicateElsewhere(settled.value.existing));
      break;
    }
    tried.push(sent.error);
    if (!mayTryNext(sent.error)) break;
  }
  return refuse(context, held, [...plan.refused, ...tried], tried);
};

/** The link of a gateway that does not count payments, as the ledger counts them. */
const asCounted = (link: PaymentLink, nowMs: number): PaymentLink =>
  link.usage.counted === false ? linkAsOf(link, 0, nowMs) : link;

/** Stores the outcome of a create that failed, and returns its error. */
const refuse = async (
  context: LedgerContext,
  held: Held,
  all: readonly PaymentLinkError[],
  tried: readonly PaymentLinkError[],
): Promise<Result<never, PaymentLinkError | DatabaseError>> => {
  const last = tried.at(-1);
  if (last === undefined) throw new TypeError("expected a plan with a candidate");
  if (last.outcome === "unknown") {
    // If this cannot be stored, the lease ends, and the state is already that it was sent.
    await settleUnknown(context, held, 0);
    return err(routeError(openError(context, last), all));
  }
  const settled = await settleFailed(context, held);
  if (settled.isErr()) return err(settled.error);
  const told = mayTryNext(last) ? (all.find(({ retryable }) => retryable) ?? all[0] ?? last) : last;
  return err(routeError(told, all));
};
