import type { LinkId } from "@tautan/core";
import { type Command, command } from "../../frame/command.ts";
import { describeLink } from "../../output/link.ts";

export const COMMAND: Command = command({
  description: "It is read at the gateway, which the id names.",
  arguments: { id: { description: "The id of the link", required: true } },
  timeout: true,
  examples: ["tautan links get midtrans:INV-001"],
  run: ({ links, arguments: { id }, call, output }) =>
    links()
      .andThen((made) => made.get(id as LinkId, call))
      .map((link) => {
        output.value(link, { text: () => describeLink(link, output), quiet: () => link.url });
        return undefined;
      }),
});
