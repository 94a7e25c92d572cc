import type { DeliveryId } from "@tautan/ledger";
import { type Command, command } from "../../frame/command.ts";

export const COMMAND: Command = command({
  description: "Makes it due now, with all its attempts anew: its gateway is asked again.",
  arguments: { id: { description: "The id of the delivery", required: true } },
  examples: ["tautan deliveries retry midtrans:3f5a…"],
  run: ({ ledger, arguments: { id }, output }) =>
    ledger()
      .andThen((opened) => opened.deliveries.retry(id as DeliveryId))
      .map(() => {
        output.value({ id, state: "due" }, { text: () => `${output.plain(id)} is due now` });
        return undefined;
      }),
});
