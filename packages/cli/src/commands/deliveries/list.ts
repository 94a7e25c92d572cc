import type { DeliveryQuery } from "@tautan/ledger";
import { err } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { PAGE_OPTIONS, printPages } from "../../output/pages.ts";
import { readMoment } from "../ledger/range.ts";
import { describeDeliveries } from "./describe.ts";

const STATES = [
  "unresolved",
  "unconfirmed",
  "waiting",
  "applied",
  "ignored",
  "dead",
] as const satisfies readonly NonNullable<DeliveryQuery["state"]>[];

export const COMMAND: Command = command({
  description: "Newest first. Those that are unresolved need a person. Those that were refused are not stored.",
  options: {
    state: { type: "string", choices: STATES, description: "Only those of this state" },
    since: {
      type: "string",
      value: "time",
      description: "Only those received since then: 24h, or a time with an offset",
    },
    ...PAGE_OPTIONS,
  },
  gateway: true,
  examples: ["tautan deliveries list --state unresolved", "tautan deliveries list --since 24h --gateway xfers --all"],
  run: async ({ ledger, options, gateway, output }) => {
    const since = options.since === undefined ? undefined : readMoment(options.since, "--since");
    if (since?.isErr()) return err(since.error);
    const opened = await ledger();
    if (opened.isErr()) return err(opened.error);
    const receivedFrom = since?.isOk() ? since.value : undefined;
    return await printPages(
      (page) => opened.value.deliveries.list({ state: options.state, gateway, receivedFrom, ...page }),
      options,
      (items) => ({
        text: () => describeDeliveries(items, output),
        quiet: () => items.map(({ id }) => id).join("\n"),
      }),
      output,
    );
  },
});
