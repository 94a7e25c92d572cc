import type { LinkId } from "@tautan/core";
import { err } from "neverthrow";
import { usageError } from "../../failure.ts";
import { type Command, command } from "../../frame/command.ts";
import { parseDuration } from "../../frame/duration.ts";
import { describeHistories } from "../../output/history.ts";
import { PAGE_OPTIONS, printPages } from "../../output/pages.ts";

export const COMMAND: Command = command({
  description:
    "With the id of a link: the payments through it. With --since: those of the whole account, if the gateway has such a list.",
  arguments: { link: { description: "The id of a link" } },
  options: {
    since: { type: "string", value: "time", description: "Those opened since then: 24h, or a time with an offset" },
    paid: { type: "boolean", description: "Of a link: only those with a payment, also if it was refunded since" },
    ...PAGE_OPTIONS,
  },
  gateway: true,
  timeout: true,
  examples: [
    "tautan histories midtrans:INV-001",
    "tautan histories midtrans:INV-001 --paid",
    "tautan histories --since 24h --gateway xfers --all",
  ],
  run: async ({ links, options, arguments: { link }, gateway, call, output }) => {
    if ((link === undefined) === (options.since === undefined)) {
      const got = link === undefined ? "none" : "both";
      return err(
        usageError(`expected the id of a link or --since, got ${got}`, "Run tautan histories --help for the options."),
      );
    }
    if (link !== undefined && gateway !== undefined) {
      return err(
        usageError("--gateway: expected it only with --since, because the id names the gateway", "Leave it out."),
      );
    }
    if (options.paid && link === undefined) {
      return err(usageError("--paid: expected it only with the id of a link", "Leave it out."));
    }
    const made = await links();
    if (made.isErr()) return err(made.error);
    return await printPages(
      (page) =>
        link === undefined
          ? made.value.listRecentHistories({ since: instantOf(options.since ?? ""), gateway, ...page }, call)
          : made.value.listHistories(link as LinkId, { ...page, paidOnly: options.paid }, call),
      options,
      (items) => ({
        text: () => describeHistories(items, output),
        quiet: () => items.map((history) => history.id).join("\n"),
      }),
      output,
    );
  },
});

/** Core refuses what is not a time. */
const instantOf = (text: string): string => {
  const ms = parseDuration(text);
  return ms === undefined ? text : new Date(Date.now() - ms).toISOString();
};
