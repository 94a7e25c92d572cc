import type { PaymentLinks } from "@tautan/core";
import type { Ledger } from "@tautan/ledger";
import type { Result } from "neverthrow";
import { err, ok } from "neverthrow";
import type { Failure } from "../../failure.ts";
import type { Context, OptionDefinitions } from "../../frame/command.ts";

/** The option of commands that change links. */
export const LEDGER_OPTION = {
  "no-ledger": { type: "boolean", description: "Only at the gateway, not in the ledger of the configuration" },
} as const satisfies OptionDefinitions;

/** The operations that change links. */
type Changer = Pick<PaymentLinks | Ledger<unknown, unknown>, "create" | "update" | "close" | "reopen" | "delete">;

/** The ledger, so that it knows of the change, or the gateways if there is none. */
export const changerOf = async (
  context: Pick<Context<typeof LEDGER_OPTION>, "options" | "links" | "ledgerIfAny">,
): Promise<Result<Changer, Failure>> => {
  const ledger = context.options["no-ledger"] ? ok(undefined) : await context.ledgerIfAny();
  if (ledger.isErr()) return err(ledger.error);
  if (ledger.value) return ok(ledger.value);
  return (await context.links()).map((links): Changer => links);
};
