import { err } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { describeLinks } from "../../output/link.ts";
import { PAGE_OPTIONS, printPages } from "../../output/pages.ts";

export const COMMAND: Command = command({
  description: "They are read at the gateway. Not every gateway has such a list: see tautan gateways.",
  options: PAGE_OPTIONS,
  gateway: true,
  timeout: true,
  examples: ["tautan links list --gateway midtrans --limit 10", "tautan links list --all --json"],
  run: async ({ links, options, gateway, call, output }) => {
    const made = await links();
    if (made.isErr()) return err(made.error);
    return await printPages(
      (page) => made.value.list({ gateway, ...page }, call),
      options,
      (items) => ({
        text: () => describeLinks(items, output),
        quiet: () => items.map((link) => link.id).join("\n"),
      }),
      output,
    );
  },
});
