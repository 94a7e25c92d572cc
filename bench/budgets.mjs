// The budgets of budgets.json, beside the ratios of a run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shown, shownSpread } from "./statistics.mjs";

export const readBudgets = () => JSON.parse(readFileSync(join(import.meta.dirname, "budgets.json"), "utf8"));

const rowOf = (tables, table, row) => {
  const found = tables.find(({ id }) => id === table);
  if (found === undefined) return undefined;
  if (found.rows[row] === undefined) throw new Error(`budgets.json: table ${table} has no row "${row}"`);
  return found.rows[row].ratio;
};

/**
 * The budgets of the tables that were measured, each with `{ ratio, limit, isMet }`. `most` and `least` are targets; a ratio may miss its
 * target by `tolerance`, the share that differs from run to run. `mostAbove` is the row above whose ratio this one may be by `by`.
 */
export const checkBudgets = ({ tables }, budgets = readBudgets()) =>
  budgets.flatMap((budget) => {
    const ratio = rowOf(tables, budget.table, budget.row);
    if (ratio === undefined) return [];
    const { least, mostAbove, tolerance } = budget;
    const most = mostAbove ? rowOf(tables, budget.table, mostAbove.row).median + mostAbove.by : budget.most;
    const isMet =
      least === undefined ? ratio.median <= most * (1 + tolerance) : ratio.median >= least * (1 - tolerance);
    return [{ ...budget, ratio, target: least === undefined ? `≤ ${shown(most)}` : `≥ ${shown(least)}`, isMet }];
  });

export const printBudgets = (verdicts) => {
  if (verdicts.length === 0) return;
  const over = verdicts.filter(({ isMet }) => !isMet);
  console.log(`\nBudgets: ${verdicts.length - over.length} of ${verdicts.length} met`);
  for (const { table, row, ratio, target, tolerance } of over) {
    console.log(`OVER ${table}: ${row}: ${shownSpread(ratio)}, target ${target}, tolerance ${tolerance * 100} %`);
  }
};
