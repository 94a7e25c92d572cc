import type { PaymentLink } from "@tautan/core";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { describeLink, onCommandLine } from "../../output/link.ts";
import type { Output } from "../../output/output.ts";
import { REQUEST_OPTIONS, readRequest } from "./request.ts";
import { changerOf, ENFORCE_OPTION, expiryCall, LEDGER_OPTION } from "./target.ts";

export const COMMAND: Command = command({
  description:
    "The same reference with the same request returns the same link, so a command whose outcome is unknown can be run again.\n" +
    "With a ledger in the configuration, the link is stored in it.",
  options: {
    ...REQUEST_OPTIONS,
    "no-qr": { type: "boolean", description: "No QR code, which a terminal shows" },
    ...ENFORCE_OPTION,
    ...LEDGER_OPTION,
  },
  gateway: true,
  timeout: true,
  examples: [
    'tautan links create --reference INV-001 --title "Concert, day 1" --amount 190000',
    'tautan links create --reference INV-002 --amount 190000 --item "Ticket:2:95000" --expires-in 2h',
    "tautan links create --from request.json --json",
  ],
  run: async (context) => {
    const { output, options } = context;
    const request = await readRequest(context);
    if (request.isErr()) return err(request.error);
    const target = await changerOf(context);
    if (target.isErr()) return err(target.error);
    const call = expiryCall(context, target.value);
    if (call.isErr()) return err(call.error);
    const created = await target.value.create(request.value, call.value);
    if (created.isErr()) {
      return err(onCommandLine(created.error, "Run the same command again: it finds out, and makes no second link."));
    }
    const link = created.value;
    const isForPeople = output.isTerminal && !output.isJson && !output.isQuiet;
    const code = isForPeople && !options["no-qr"] ? await qrCode(link.url) : "";
    output.value(link, { text: () => textOf(link, code, output), quiet: () => link.url });
    return ok(undefined);
  },
});

const textOf = (link: PaymentLink, code: string, output: Output): string =>
  [describeLink(link, output), ...(code === "" ? [] : ["", code])].join("\n");

const qrCode = async (url: string): Promise<string> => {
  const { renderUnicodeCompact } = await import("uqr");
  return renderUnicodeCompact(url);
};
