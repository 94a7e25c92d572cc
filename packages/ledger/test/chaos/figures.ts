// Writes what a run has found into docs/reliability.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { KillFigures } from "./kills.ts";

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
const BEGIN_KILLS = "<!-- kills: written by npm run chaos -- --kills 20000 --write -->";
const END = "<!-- end -->";

const number = (value: number): string => value.toLocaleString("en");

const tableOf = (title: readonly [string, string], rows: Iterable<readonly [string, number]>): string =>
  [
    `| ${title[0]} | ${title[1]} |`,
    "| --- | ---: |",
    ...[...rows].map(([name, value]) => `| ${name} | ${number(value)} |`),
  ].join("\n");

const circumstances = (seconds: number): string => {
  const { node, sqlite = "unknown" } = process.versions;
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${process.platform} ${process.arch}`;
  return `${new Date().toISOString().slice(0, 10)}, ${number(seconds)} s on ${machine}, Node ${node}, node:sqlite ${sqlite}`;
};

const sectionOf = ({ seed, seconds, schedules, faults, lost, doubled, outOfOrder, wrong }: Figures): string => {
  const total = [...schedules.values()].reduce((all, each) => all + each, 0);
  const faultsInOrder = [...faults].toSorted(([, one], [, other]) => other - one);
  return [
    `${number(total)} schedules, seed ${seed}, ${circumstances(seconds)}.`,
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
  ].join("\n\n");
};

/** Replaces the figures of the schedules on the page. */
export const writeFigures = (figures: Figures): void => replace(BEGIN, sectionOf(figures));

/** Replaces the figures of the kills on the page. */
export const writeKills = (rows: readonly (readonly [string, KillFigures])[], seconds: number): void => {
  const lines = rows.map(([name, each]) => {
    const { payments, kills, databaseKills, forgotten, lost, doubled, outOfOrder } = each;
    const values = [payments, kills - databaseKills, databaseKills, forgotten, lost, doubled, outOfOrder];
    return `| ${name} | ${values.map(number).join(" | ")} |`;
  });
  const head = [
    "| Database | Payments | Processes killed | Database killed | Acknowledged, not stored | Lost | Doubled | Out of order |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ];
  replace(BEGIN_KILLS, `${circumstances(seconds)}.\n\n${[...head, ...lines].join("\n")}`);
};

const replace = (begin: string, section: string): void => {
  const page = readFileSync(PAGE, "utf8");
  const from = page.indexOf(begin);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`expected ${begin} and ${END} in docs/reliability.md`);
  writeFileSync(PAGE, `${page.slice(0, from)}${begin}\n\n${section}\n\n${page.slice(to)}`);
};
