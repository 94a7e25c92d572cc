// The budgets of budgets.json, beside the ratios of a run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shown, shownSpread } from "./statistics.mjs";

export const readBudgets = () => JSON.parse(readFileSync(join(import.meta.dirname, "budgets.json"), "utf8"));

const ratioOfRow = (tables, table, row) => {
  const found = tables.find(({ id }) => id === table);
  return found?.rows[row]?.ratio ?? found?.comparisons?.[row];
};

/**
 * The budgets of what was measured, each with `{ ratio, target, isMet }`. `most` and `least` are targets; a ratio may miss its target by
 * `tolerance`, the share by which it differs from run to run. `mostAbove` is the row above whose ratio this one may be by `by`.
 */
export const checkBudgets = ({ tables, quick }, budgets = readBudgets()) =>
  budgets.flatMap((budget) => {
    const ratio = ratioOfRow(tables, budget.table, budget.row);
    if (ratio === undefined) {
      // A quick run leaves the largest sizes out, and --only whole tables.
      if (quick || !tables.some(({ id }) => id === budget.table)) return [];
      throw new Error(`budgets.json: table ${budget.table} has no row "${budget.row}"`);
    }
    const { least, mostAbove, tolerance } = budget;
    const most = mostAbove ? ratioOfRow(tables, budget.table, mostAbove.row).median + mostAbove.by : budget.most;
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
