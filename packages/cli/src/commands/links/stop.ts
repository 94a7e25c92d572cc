import type { LinkId } from "@tautan/core";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { describeStopped, onCommandLine } from "../../output/link.ts";
import { changerOf, LEDGER_OPTION } from "./target.ts";

/** The commands that end a link differ in one word. */
export const stoppingCommand = (operation: "close" | "delete", description: string, question: string): Command =>
  command({
    description,
    arguments: { id: { description: "The id of the link", required: true } },
    options: { yes: { type: "boolean", short: "y", description: "Do not ask" }, ...LEDGER_OPTION },
    timeout: true,
    examples: [`tautan links ${operation} midtrans:INV-001`, `tautan links ${operation} midtrans:INV-001 --yes --json`],
    run: async (context) => {
      const id = context.arguments.id as LinkId;
      // First, so that nobody is asked about a configuration that does not work.
      const target = await changerOf(context);
      if (target.isErr()) return err(target.error);
      const agreed = await context.confirm(question.replace("{id}", context.output.plain(id)));
      if (agreed.isErr()) return err(agreed.error);
      const stopped = await target.value[operation](id, context.call);
      if (stopped.isErr())
        return err(onCommandLine(stopped.error, "Read the link with tautan links get, or run this again."));
      const { value } = stopped;
      context.output.value(value, { text: () => describeStopped(value, context.output) });
      return ok(undefined);
    },
  });
