// Writes what a run has found into docs/reliability.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

export interface Figures {
  readonly seed: number;
  readonly seconds: number;
  /** By database. */
  readonly schedules: ReadonlyMap<string, number>;
  /** How often each fault happened. */
  readonly faults: ReadonlyMap<string, number>;
  /** Schedules with at least one of each. */
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly wrong: number;
}

const PAGE = new URL("../../../../docs/reliability.md", import.meta.url);
const BEGIN = "<!-- chaos: written by npm run chaos -- --write -->";
const END = "<!-- /chaos -->";

const number = (value: number): string => value.toLocaleString("en");

const tableOf = (title: readonly [string, string], rows: Iterable<readonly [string, number]>): string =>
  [
    `| ${title[0]} | ${title[1]} |`,
    "| --- | ---: |",
    ...[...rows].map(([name, value]) => `| ${name} | ${number(value)} |`),
  ].join("\n");

const sectionOf = ({ seed, seconds, schedules, faults, lost, doubled, outOfOrder, wrong }: Figures): string => {
  const total = [...schedules.values()].reduce((all, each) => all + each, 0);
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${process.platform} ${process.arch}, Node ${process.versions.node}`;
  const faultsInOrder = [...faults].toSorted(([, one], [, other]) => other - one);
  return [
    BEGIN,
    `${number(total)} schedules, seed ${seed}, ${new Date().toISOString().slice(0, 10)}, ${number(seconds)} s on ${machine}, SQLite ${process.versions["sqlite"] ?? "unknown"}.`,
    tableOf(
      ["Schedules with an effect that was", "Count"],
      [
        ["lost", lost],
        ["doubled", doubled],
        ["out of order", outOfOrder],
        ["otherwise wrong", wrong],
      ],
    ),
    tableOf(["Database", "Schedules"], schedules),
    tableOf(["What happened", "Times"], faultsInOrder),
    END,
  ].join("\n\n");
};

/** Replaces the figures on the page. */
export const writeFigures = (figures: Figures): void => {
  const page = readFileSync(PAGE, "utf8");
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`expected ${BEGIN} and ${END} in docs/reliability.md`);
  writeFileSync(PAGE, `${before}${sectionOf(figures)}${after}`);
};
