import type { LinkId } from "@tautan/core";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { describeLink, onCommandLine } from "../../output/link.ts";
import { CHANGE_OPTIONS, readChanges } from "./request.ts";
import { changerOf, ENFORCE_OPTION, expiryCall, LEDGER_OPTION } from "./target.ts";

export const COMMAND: Command = command({
  description: "A field without an option is kept. With a ledger in the configuration, the change is stored in it.",
  arguments: { id: { description: "The id of the link", required: true } },
  options: { ...CHANGE_OPTIONS, ...ENFORCE_OPTION, ...LEDGER_OPTION },
  timeout: true,
  examples: [
    "tautan links update midtrans:INV-001 --expires-in 2h",
    "tautan links update midtrans:INV-001 --clear redirect",
  ],
  run: async (context) => {
    const { output } = context;
    const changes = await readChanges(context);
    if (changes.isErr()) return err(changes.error);
    const target = await changerOf(context);
    if (target.isErr()) return err(target.error);
    const call = expiryCall(context, target.value);
    if (call.isErr()) return err(call.error);
    const updated = await target.value.update(context.arguments.id as LinkId, changes.value, call.value);
    if (updated.isErr())
      return err(onCommandLine(updated.error, "Read the link with tautan links get, or run this again."));
    const link = updated.value;
    output.value(link, { text: () => describeLink(link, output), quiet: () => link.url });
    return ok(undefined);
  },
});
