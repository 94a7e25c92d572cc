import type { ReconcileReport } from "@tautan/ledger";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import type { Output } from "../../output/output.ts";
import { startProgress } from "../../output/progress.ts";

/** How long one call goes on, so that the progress is shown and Ctrl-C ends it. */
const STEP_MS = 500;

export const COMMAND: Command = command({
  description:
    "Asks the gateways about links that have gone quiet, and about creates whose outcome is not known. Handlers receive what it finds.\n" +
    "The exit code is 8 if creates stay unresolved, gateways fail, or the time is up.",
  options: { for: { type: "duration", description: "How long to go on; default: until nothing is due" } },
  gateway: true,
  examples: ["tautan ledger reconcile", "tautan ledger reconcile --gateway midtrans --for 30s --json"],
  run: async (context) => {
    const { output, options, signal, gateway } = context;
    const ledger = await context.ledger();
    if (ledger.isErr()) return err(ledger.error);
    const progress = startProgress("links looked at:", undefined, output);
    const endMs = options.for === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.for;
    let total = NOTHING;
    do {
      const timeLimitMs = Math.max(1, Math.min(STEP_MS, Math.round(endMs - performance.now())));
      const report = await ledger.value.reconcile({ gateway, timeLimitMs });
      if (report.isErr()) {
        progress.end();
        if (total.looked === 0) return err(report.error);
        output.value(total, formsOf(total, output), report.error);
        return ok("partlyDone");
      }
      total = added(total, report.value);
      progress.update(total.looked);
    } while (total.more && !signal.aborted && performance.now() < endMs);
    progress.end();
    output.value(total, formsOf(total, output));
    return ok(total.unresolved.length + total.failed.length > 0 || total.more ? "partlyDone" : undefined);
  },
});

const NOTHING: ReconcileReport = { looked: 0, changed: 0, missed: [], unresolved: [], failed: [], more: false };

/** Later calls report an unresolved create and a failure of a gateway again. */
const added = (before: ReconcileReport, now: ReconcileReport): ReconcileReport => ({
  looked: before.looked + now.looked,
  changed: before.changed + now.changed,
  missed: [...new Set([...before.missed, ...now.missed])],
  unresolved: uniqueBy(
    [...before.unresolved, ...now.unresolved],
    ({ gateway, reference }) => `${gateway} ${reference}`,
  ),
  failed: uniqueBy([...before.failed, ...now.failed], ({ kind, message }) => `${kind} ${message}`),
  more: now.more,
});

const uniqueBy = <T>(list: readonly T[], key: (each: T) => string): readonly T[] => [
  ...new Map(list.map((each) => [key(each), each])).values(),
];

const formsOf = (report: ReconcileReport, output: Output) => ({
  text: () => describeReport(report, output),
  quiet: () => report.missed.join("\n"),
});

const describeReport = (
  { looked, changed, missed, unresolved, failed, more }: ReconcileReport,
  output: Output,
): string =>
  [
    `${looked} links looked at, ${changed} changed`,
    ...(missed.length === 0
      ? []
      : [
          output.style("yellow", `${missed.length} payments that no webhook had reported:`),
          ...indented(missed, output),
        ]),
    ...(unresolved.length === 0
      ? []
      : [
          output.style("yellow", `${unresolved.length} creates whose result is still not known:`),
          ...indented(
            unresolved.map(({ reference, gateway, hint }) => `${reference} at ${gateway}: ${hint}`),
            output,
          ),
        ]),
    ...(failed.length === 0
      ? []
      : [
          output.style("red", `${failed.length} failures; what they concern is due again later:`),
          ...indented(
            failed.map(({ kind, message }) => `${kind}: ${message}`),
            output,
          ),
        ]),
    ...(more ? ["More is due: run it again."] : []),
  ].join("\n");

const indented = (lines: readonly string[], output: Output): readonly string[] =>
  lines.map((line) => `  ${output.plain(line)}`);
