import { setTimeout } from "node:timers/promises";
import type { LinkId, LinkStatus, PaymentLink, PaymentLinkError, PaymentLinkHistory, PaymentLinks } from "@tautan/core";
import { err, ok, type Result } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { describeMethod, describePaid, styledHistoryStatus } from "../../output/history.ts";
import { describeUsage, styledStatus } from "../../output/link.ts";
import type { Output } from "../../output/output.ts";

/** How often the gateway is asked, in milliseconds, unless an option changes it. */
const INTERVAL_MS = 5_000;

/** After these, nothing more comes. */
const LAST: ReadonlySet<LinkStatus> = new Set(["exhausted", "expired", "closed", "deleted"]);

export const COMMAND: Command = command({
  description:
    "Prints the link and its payments, then each change of them, until it accepts no more payments. Ctrl-C ends it.\n" +
    "With --json, each line is { link } or { history }.",
  arguments: { id: { description: "The id of the link", required: true } },
  options: { interval: { type: "duration", description: "How often the gateway is asked; default 5s" } },
  timeout: true,
  examples: ["tautan links watch midtrans:INV-001"],
  run: async ({ links, arguments: { id }, options, call, signal, output }) => {
    const made = await links();
    if (made.isErr()) return err(made.error);
    const seen = new Map<string, string>();
    while (!signal.aborted) {
      const read = await readState(made.value, id as LinkId, call);
      if (read.isOk()) {
        print(read.value, seen, output);
        if (LAST.has(read.value.link.status)) return ok(undefined);
      } else if (!read.error.retryable || signal.aborted) return err(read.error);
      else output.note(`${read.error.message} It is asked again.`);
      await setTimeout(options.interval ?? INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
    return ok(undefined);
  },
});

interface State {
  readonly link: PaymentLink;
  readonly histories: readonly PaymentLinkHistory[];
}

const readState = async (
  links: PaymentLinks,
  id: LinkId,
  call: { readonly signal: AbortSignal },
): Promise<Result<State, PaymentLinkError>> => {
  const link = await links.get(id, call);
  if (link.isErr()) return err(link.error);
  const page = await links.listHistories(id, { limit: 100 }, call);
  // A gateway without this list has only the state of the link.
  if (page.isErr())
    return page.error.kind === "unsupported" ? ok({ link: link.value, histories: [] }) : err(page.error);
  return ok({ link: link.value, histories: page.value.items });
};

/** Prints what is new. */
const print = ({ link, histories }: State, seen: Map<string, string>, output: Output): void => {
  const isNew = (key: string, state: string): boolean => {
    const before = seen.get(key);
    seen.set(key, state);
    return before !== state;
  };
  const at = output.style("dim", new Date().toISOString());
  for (const history of histories.toReversed()) {
    const method = history.method ? output.plain(describeMethod(history.method)) : "";
    const state = `${history.status} ${describePaid(history)} ${method}`;
    if (!isNew(history.id, state)) continue;
    output.entry(
      { history },
      {
        text: () =>
          `${at}  payment ${output.plain(history.id)} ${styledHistoryStatus(history.status, output)} ${describePaid(history)} ${method}`.trimEnd(),
        quiet: () => `${history.id} ${history.status}`,
      },
    );
  }
  if (!isNew(link.id, `${link.status} ${describeUsage(link)}`)) return;
  output.entry(
    { link },
    {
      text: () =>
        `${at}  link ${output.plain(link.id)} ${styledStatus(link.status, output)}, paid ${describeUsage(link)}`,
      quiet: () => `${link.id} ${link.status}`,
    },
  );
};
