import { ok } from "neverthrow";
import type { Check, CheckState } from "../../doctor/check.ts";
import { runChecks } from "../../doctor/run.ts";
import { type Command, command } from "../../frame/command.ts";
import type { Output } from "../../output/output.ts";

export const COMMAND: Command = command({
  description:
    "Checks the configuration, its secrets, the keys against their environment, the clock, whether each gateway answers and accepts the\n" +
    "keys, the webhook endpoint with a forged delivery, and the database. Nothing is created or changed. The exit code is 4 if a check fails.",
  options: { offline: { type: "boolean", description: "Call nobody: only what this machine knows" } },
  examples: ["tautan doctor", "tautan doctor --offline --json"],
  run: async (context) => {
    const { output, options } = context;
    // Its type has only the options of this command.
    const { config: file } = context.options as { readonly config?: string | undefined };
    const { environment, signal, atEnd, config, folder } = context;
    const checks = await runChecks({ environment, signal, atEnd, config, folder, offline: options.offline }, file);
    const failed = checks.filter(({ state }) => state === "fail");
    output.value(
      { healthy: failed.length === 0, checks },
      {
        text: () => describeChecks(checks, output),
        quiet: () => failed.map(({ subject, cause }) => `${subject} ${cause}`).join("\n"),
      },
    );
    return ok(failed.length > 0 ? "refused" : undefined);
  },
});

const MARKS: Readonly<Record<CheckState, readonly ["green" | "yellow" | "red" | "dim", string]>> = {
  ok: ["green", "ok"],
  warn: ["yellow", "warn"],
  fail: ["red", "fail"],
  skipped: ["dim", "skipped"],
};

const describeChecks = (checks: readonly Check[], output: Output): string => {
  const width = Math.max(...Object.keys(MARKS).map((each) => each.length));
  const lines = checks.flatMap(({ subject, state, message, hint }) => {
    const [style, name] = MARKS[state];
    const mark = output.style(style, name.padEnd(width));
    const indent = " ".repeat(width + 2);
    return [
      `${mark}  ${output.style("bold", subject)}: ${output.plain(message)}`,
      ...(hint === undefined || state === "ok"
        ? []
        : [`${indent}${output.style("cyan", "hint")} ${output.plain(hint)}`]),
    ];
  });
  const count = (wanted: CheckState): number => checks.filter(({ state }) => state === wanted).length;
  const sum = `${count("ok")} ok, ${count("warn")} warnings, ${count("fail")} failures, ${count("skipped")} skipped`;
  return [...lines, "", sum].join("\n");
};
