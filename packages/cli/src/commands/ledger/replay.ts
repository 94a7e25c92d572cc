import type { Ledger } from "@tautan/ledger";
import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../../failure.ts";
import { type Command, command } from "../../frame/command.ts";
import { startProgress } from "../../output/progress.ts";

export const COMMAND: Command = command({
  description:
    "Makes events due now: your handler receives them again, and their links go on. An event that was handled is handled again\n" +
    "only with --force: what your handler does outside the database is then done twice.",
  arguments: { events: { description: "The ids of events: see tautan ledger events", variadic: true } },
  options: {
    dead: { type: "boolean", description: "All dead events instead" },
    force: { type: "boolean", description: "Also those that were handled" },
    yes: { type: "boolean", short: "y", description: "Do not ask" },
  },
  examples: ["tautan ledger replay midtrans:INV-001-1767225600123#paid", "tautan ledger replay --dead --yes"],
  run: async (context) => {
    const { output, options, signal } = context;
    const given = context.arguments.events;
    if (options.dead === given.length > 0) {
      const got = options.dead ? "both" : "neither";
      return err(usageError(`expected ids of events or --dead, got ${got}`, "List them with tautan ledger events."));
    }
    const ledger = await context.ledger();
    if (ledger.isErr()) return err(ledger.error);
    const ids = options.dead ? await deadEvents(ledger.value) : ok(given);
    if (ids.isErr()) return err(ids.error);
    const count = ids.value.length;
    if (count > 0) {
      const what = count === 1 ? `the event ${output.plain(ids.value[0] ?? "")}` : `${count} events`;
      const agreed = await context.confirm(`Handle ${what} again?`);
      if (agreed.isErr()) return err(agreed.error);
    }
    const progress = startProgress("replay", count, output);
    const replayed: string[] = [];
    let failed: Failure | undefined;
    for (const id of ids.value) {
      if (signal.aborted) break;
      const done = await ledger.value.events.replay(id, { force: options.force });
      if (done.isErr()) {
        failed = done.error;
        break;
      }
      replayed.push(id);
      progress.update(replayed.length);
    }
    progress.end();
    if (failed && replayed.length === 0) return err(failed);
    output.value(
      { replayed },
      { text: () => `${replayed.length} of ${count} due now`, quiet: () => replayed.join("\n") },
      failed,
    );
    return ok(failed ? "partlyDone" : undefined);
  },
});

/** All of them first: one that is replayed leaves the list. */
const deadEvents = async (ledger: Ledger<unknown, unknown>): Promise<Result<readonly string[], Failure>> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.events.list({ state: "dead", limit: 100, cursor });
    if (page.isErr()) return err(page.error);
    ids.push(...page.value.items.map(({ id }) => id));
    cursor = page.value.nextCursor;
  } while (cursor !== undefined);
  return ok(ids);
};
