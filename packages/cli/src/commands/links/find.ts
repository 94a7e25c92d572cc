import { type Command, command } from "../../frame/command.ts";
import { describeLink } from "../../output/link.ts";

export const COMMAND: Command = command({
  description: "It is searched at one gateway: that of --gateway, or the default.",
  arguments: { reference: { description: "Your reference of the link", required: true } },
  gateway: true,
  timeout: true,
  examples: ["tautan links find INV-001", "tautan links find INV-001 --quiet   # only its URL"],
  run: ({ links, arguments: { reference }, gateway, call, output }) =>
    links()
      .andThen((made) => made.find({ reference, gateway }, call))
      .map((link) => {
        output.value(link, { text: () => describeLink(link, output), quiet: () => link.url });
        return undefined;
      }),
});
