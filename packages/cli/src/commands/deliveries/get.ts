import type { DeliveryId } from "@tautan/ledger";
import { type Command, command } from "../../frame/command.ts";
import { describeDelivery } from "./describe.ts";

export const COMMAND: Command = command({
  description:
    "With --raw, the stored body is printed too; with --json, it and the reports that are not applied yet. They can contain what a\n" +
    "payer has entered.",
  arguments: { id: { description: "The id of the delivery", required: true } },
  options: { raw: { type: "boolean", description: "With the body as it arrived" } },
  examples: ["tautan deliveries get midtrans:3f5a…", "tautan deliveries get midtrans:3f5a… --raw --quiet > body.json"],
  run: ({ ledger, arguments: { id }, options, output }) =>
    ledger()
      .andThen((opened) => opened.deliveries.get(id as DeliveryId, { raw: options.raw }))
      .map(({ raw, ...delivery }) => {
        const body = raw === undefined ? undefined : Buffer.from(raw).toString("utf8");
        const isGone = options.raw && body === undefined;
        output.value(
          { ...delivery, ...(body === undefined ? {} : { raw: body }) },
          {
            text: () =>
              [
                describeDelivery(delivery, output),
                ...(body === undefined ? [] : ["", output.plain(body)]),
                ...(isGone ? ["The body is not kept any more."] : []),
              ].join("\n"),
            quiet: () => (options.raw ? (body ?? "") : delivery.state),
          },
        );
        return undefined;
      }),
});
