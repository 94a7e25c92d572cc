import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";

export const COMMAND: Command = command({
  description: "Your handler never receives it. Do by hand what it would have done.",
  arguments: { event: { description: "The id of the event: see tautan ledger events", required: true } },
  options: { yes: { type: "boolean", short: "y", description: "Do not ask" } },
  examples: ["tautan ledger skip midtrans:INV-001-1767225600123#paid"],
  run: async (context) => {
    const { output } = context;
    const id = context.arguments.event;
    const ledger = await context.ledger();
    if (ledger.isErr()) return err(ledger.error);
    const agreed = await context.confirm(`Mark ${output.plain(id)} as handled, without handling it?`);
    if (agreed.isErr()) return err(agreed.error);
    const skipped = await ledger.value.events.skip(id);
    if (skipped.isErr()) return err(skipped.error);
    output.value({ id, state: "handled" }, { text: () => `${output.plain(id)} skipped` });
    return ok(undefined);
  },
});
