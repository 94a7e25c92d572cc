// Writes what a run has found into docs/reliability.md.
import { isDeepStrictEqual } from "node:util";
import { circumstances, tableOf, wholeNumber, writePart } from "../../../../.ci/figures/reliability-page.ts";
import type { KillFigures } from "./kills.ts";
import { EXACT, LIMIT, type LimitRound, PAYMENTS, WRONG } from "./limits.ts";
import { type Progress, playedOf } from "./progress.ts";
import type { StoreKind } from "./split.ts";

export type KillRow = readonly [place: string, figures: KillFigures];

export interface LimitRow {
  readonly dialect: "sqlite" | "postgres";
  readonly path: "optimistic" | "lock";
  readonly played: readonly LimitRound[];
  readonly seconds: number;
}

const STORE_NAMES: Readonly<Record<StoreKind, string>> = {
  shared: "shared connection",
  file: "SQLite file",
  postgres: "PostgreSQL",
};

const KINDS = { lost: "lost", doubled: "doubled", "out of order": "out of order", wrong: "otherwise wrong" } as const;

/** Replaces the figures of the schedules on the page. */
export const writeFigures = (progress: Progress): void => {
  const { seed, seconds, split, times, faults, failures } = progress;
  const { shared, file, postgres } = times;
  const played = Object.entries({ shared, file, postgres }).flatMap(([kind, time]) => {
    if (!time) return [];
    return [[STORE_NAMES[kind as StoreKind], time.schedules, Math.round((1000 * time.schedules) / time.ms)] as const];
  });
  const sections = [
    `${wholeNumber(playedOf(progress))} schedules, seed ${seed}, ${circumstances(seconds)}.`,
    tableOf(
      ["Schedules with an effect that was", "Count"],
      Object.entries(KINDS).map(([kind, name]) => {
        const broken = failures.filter(({ violations }) => violations.some((each) => each.kind === kind));
        return [name, broken.length] as const;
      }),
    ),
    `Of 100 schedules, ${split.postgres} are played on PostgreSQL and ${split.file} on a SQLite file (\`--postgres ${split.postgres} --file ${split.file}\`).`,
    tableOf(["Database", "Schedules", "Per second of one process"], played),
    tableOf(
      ["What happened", "Times"],
      Object.entries(faults).toSorted(([, one], [, other]) => other - one),
    ),
  ];
  writePart("chaos", sections.join("\n\n"));
};

/** Replaces the figures of the kills on the page. */
export const writeKills = (rows: readonly KillRow[]): void => {
  const table = tableOf(
    [
      "Database",
      "Payments",
      "Processes killed",
      "Database killed",
      "Seconds per kill",
      "Acknowledged, not stored",
      "Lost",
      "Doubled",
      "Out of order",
      "Processes that crashed",
    ],
    rows.map(([name, each]) => {
      const { payments, kills, databaseKills, seconds, forgotten, lost, doubled, outOfOrder, crashes } = each;
      const perKill = kills === 0 ? "none" : (seconds / kills).toFixed(2);
      return [
        name,
        payments,
        kills - databaseKills,
        databaseKills,
        perKill,
        forgotten,
        lost,
        doubled,
        outOfOrder,
        crashes,
      ];
    }),
  );
  const seconds = rows.reduce((sum, [, each]) => sum + each.seconds, 0);
  writePart("kills", `${circumstances(seconds)}.\n\n${table}`);
};

const DIALECT_NAMES = { sqlite: "SQLite file", postgres: "PostgreSQL" } as const;

/** Replaces the figures of payments at once on the page. */
export const writeLimits = (rows: readonly LimitRow[]): void => {
  const table = tableOf(
    [
      "Database",
      "Rounds",
      `Exactly ${LIMIT} paid, ${PAYMENTS - LIMIT} excess, ${WRONG} mismatched`,
      "Reports written",
      "of these under the lock",
    ],
    rows.map(({ dialect, path, played }) => {
      const exact = played.filter(({ figures }) => isDeepStrictEqual(figures, EXACT)).length;
      const locked = played.reduce((sum, { paths }) => sum + paths.lock, 0);
      const name =
        path === "lock" ? `${DIALECT_NAMES[dialect]}, each first try loses its race` : DIALECT_NAMES[dialect];
      const written = (PAYMENTS + WRONG) * played.length;
      return [name, played.length, exact, written, dialect === "sqlite" ? written : locked] as const;
    }),
  );
  writePart("limits", `${circumstances(rows.reduce((sum, { seconds }) => sum + seconds, 0))}.\n\n${table}`);
};
