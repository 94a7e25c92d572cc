import type { Command } from "../../frame/command.ts";
import { stoppingCommand } from "./stop.ts";

export const COMMAND: Command = stoppingCommand(
  "close",
  "It accepts no new payers. At some gateways, open payments may still be paid: see tautan gateways.",
  "Close {id}?",
);
