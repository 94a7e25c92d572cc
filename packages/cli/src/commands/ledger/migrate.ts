import { type Command, command } from "../../frame/command.ts";

export const COMMAND: Command = command({
  description:
    "For deployments whose processes may not change tables. Without it, the ledger makes its tables at the first use.\n" +
    "Tables of a later version are not touched.",
  examples: ["tautan ledger migrate"],
  run: ({ ledger, output }) =>
    ledger()
      .andThen((opened) => opened.migrate())
      .map((migrated) => {
        const { from, to } = migrated;
        output.value(migrated, {
          text: () =>
            from === to
              ? `The tables have version ${to}: nothing to do.`
              : `The tables had version ${from}, and now have ${to}.`,
          quiet: () => String(to),
        });
        return undefined;
      }),
});
