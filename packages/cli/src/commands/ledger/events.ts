import type { LinkId } from "@tautan/core";
import type { EventState, StoredEvent } from "@tautan/ledger";
import { err } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import type { Output } from "../../output/output.ts";
import { PAGE_OPTIONS, printPages } from "../../output/pages.ts";

const STATES = ["waiting", "dead", "handled"] as const satisfies readonly EventState[];

export const COMMAND: Command = command({
  description:
    "Oldest first. A dead event is one that was tried for the last time: its link waits until tautan ledger replay or skip.",
  options: {
    state: { type: "string", choices: STATES, description: "Only those of this state" },
    link: { type: "string", value: "id", description: "Only those of this link" },
    ...PAGE_OPTIONS,
  },
  examples: ["tautan ledger events --state dead", "tautan ledger events --link midtrans:INV-001 --json"],
  run: async ({ ledger, options, output }) => {
    const opened = await ledger();
    if (opened.isErr()) return err(opened.error);
    const { state, link } = options;
    const readable = (event: StoredEvent): StoredEvent =>
      event.error === undefined ? event : { ...event, error: output.withoutSecrets(event.error) };
    return await printPages(
      (page) =>
        opened.value.events
          .list({ state, link: link as LinkId | undefined, ...page })
          .map(({ items, ...rest }) => ({ ...rest, items: items.map(readable) })),
      options,
      (items) => ({
        text: () => describeEvents(items, output),
        quiet: () => items.map(({ id }) => id).join("\n"),
      }),
      output,
    );
  },
});

const COLOURS = { waiting: "yellow", dead: "red", handled: "green" } as const;

const describeEvents = (events: readonly StoredEvent[], output: Output): string =>
  events.length === 0
    ? "No events."
    : output.table(
        ["ID", "TYPE", "REFERENCE", "STATE", "AT", "ATTEMPTS", "ERROR"],
        events.map(({ id, type, reference, state, at, attempt, error = "" }) => [
          output.plain(id),
          type,
          output.plain(reference),
          output.style(COLOURS[state], state),
          at,
          String(attempt),
          output.plain(error),
        ]),
      );
