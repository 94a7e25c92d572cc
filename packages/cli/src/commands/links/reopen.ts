import type { LinkId } from "@tautan/core";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { describeLink, onCommandLine } from "../../output/link.ts";
import { changerOf, LEDGER_OPTION } from "./target.ts";

export const COMMAND: Command = command({
  description: "Not every gateway can: see tautan gateways.",
  arguments: { id: { description: "The id of the link", required: true } },
  options: LEDGER_OPTION,
  timeout: true,
  examples: ["tautan links reopen singapay:01K0LINK"],
  run: async (context) => {
    const target = await changerOf(context);
    if (target.isErr()) return err(target.error);
    const reopened = await target.value.reopen(context.arguments.id as LinkId, context.call);
    if (reopened.isErr())
      return err(onCommandLine(reopened.error, "Read the link with tautan links get, or run this again."));
    const link = reopened.value;
    context.output.value(link, { text: () => describeLink(link, context.output), quiet: () => link.url });
    return ok(undefined);
  },
});
