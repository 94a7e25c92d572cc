import type { DeliveryId } from "@tautan/ledger";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";

export const COMMAND: Command = command({
  description: "Gives up a delivery that needs nothing, such as one of another application of the account.",
  arguments: { id: { description: "The id of the delivery", required: true } },
  options: { yes: { type: "boolean", short: "y", description: "Do not ask" } },
  examples: ["tautan deliveries ignore midtrans:3f5a…"],
  run: async (context) => {
    const { output } = context;
    const { id } = context.arguments;
    const ledger = await context.ledger();
    if (ledger.isErr()) return err(ledger.error);
    const agreed = await context.confirm(`Give up the delivery ${output.plain(id)}?`);
    if (agreed.isErr()) return err(agreed.error);
    const ignored = await ledger.value.deliveries.ignore(id as DeliveryId);
    if (ignored.isErr()) return err(ignored.error);
    output.value({ id, state: "ignored" }, { text: () => `${output.plain(id)} ignored` });
    return ok(undefined);
  },
});
