import type { Command } from "../../frame/command.ts";
import { stoppingCommand } from "./stop.ts";

export const COMMAND: Command = stoppingCommand(
  "delete",
  "It is removed at the gateway permanently. The ledger keeps its record.",
  "Delete {id} permanently?",
);
