import type { PaymentLinks } from "@tautan/core";
import type { Ledger, LedgerCreateOptions } from "@tautan/ledger";
import type { Result } from "neverthrow";
import { err, ok } from "neverthrow";
import { type Failure, usageError } from "../../failure.ts";
import type { Context, OptionDefinitions } from "../../frame/command.ts";

/** The option of commands that change links. */
export const LEDGER_OPTION = {
  "no-ledger": { type: "boolean", description: "Only at the gateway, not in the ledger of the configuration" },
} as const satisfies OptionDefinitions;

/** The option of commands that set an expiry. */
export const ENFORCE_OPTION = {
  "enforce-expiry": {
    type: "boolean",
    description: "The ledger closes the link at its expiry if its gateway has none",
  },
} as const satisfies OptionDefinitions;

/** The options of a call that may set an expiry: only a ledger can enforce it. */
export const expiryCall = (
  { options, call }: Pick<Context<typeof ENFORCE_OPTION>, "options" | "call">,
  target: Changer,
): Result<LedgerCreateOptions, Failure> => {
  if (!options["enforce-expiry"]) return ok(call);
  if ("reconcile" in target) return ok({ ...call, enforceExpiry: true });
  const message = "--enforce-expiry: expected it only with a ledger in the configuration";
  return err(usageError(message, "Leave it out, or see docs/reference/cli.md for the ledger of the configuration."));
};

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
