import { describe, expect, test } from "vitest";
import { checkBudgets, readBudgets } from "../../bench/budgets.mjs";
import { ratioOf, spread, tableOf } from "../../bench/statistics.mjs";

const table = tableOf({
  id: "webhooks",
  title: "A webhook",
  unit: "µs",
  reference: "stripe",
  figures: { stripe: [5, 10, 20], ours: [6, 12, 24], "ours, Buffer": [7, 14, 28] },
  comparisons: { "Buffer to text": ["ours, Buffer", "ours"] },
});
const run = { tables: [table], quick: false };
const verdicts = (...budgets: object[]) => checkBudgets(run, budgets).map(({ isMet }: { isMet: boolean }) => isMet);
const budget = { table: "webhooks", row: "ours", tolerance: 0.1 };

describe("budgets", () => {
  test("a ratio is that of figures of the same round, whatever the machine does between rounds", () => {
    expect(ratioOf([6, 12, 24], [5, 10, 20])).toEqual({ median: 1.2, low: 1.2, high: 1.2 });
    expect(spread([1, 2, 3, 4, 5])).toEqual({ median: 3, low: 2, high: 4 });
  });

  test.each([
    ["most, met", { most: 1.2 }, true],
    ["most, met within its tolerance", { most: 1.1 }, true],
    ["most, over", { most: 1.05 }, false],
    ["least, met", { least: 1.2 }, true],
    ["least, met within its tolerance", { least: 1.3 }, true],
    ["least, under", { least: 1.4 }, false],
    ["above another row, met", { row: "ours, Buffer", mostAbove: { row: "ours", by: 0.2 }, tolerance: 0.001 }, true],
    ["above another row, over", { row: "ours, Buffer", mostAbove: { row: "ours", by: 0.1 }, tolerance: 0 }, false],
    ["a comparison, over", { row: "Buffer to text", most: 1.1, tolerance: 0 }, false],
  ])("%s", (_name, changes, isMet) => {
    expect(verdicts({ ...budget, ...changes })).toEqual([isMet]);
  });

  test("one of a table that was not measured has no verdict; one of a row that does not exist is a mistake", () => {
    expect(verdicts({ ...budget, table: "starts", most: 1 })).toEqual([]);
    expect(() => verdicts({ ...budget, row: "their", most: 1 })).toThrow('table webhooks has no row "their"');
    expect(checkBudgets({ ...run, quick: true }, [{ ...budget, row: "their", most: 1 }])).toEqual([]);
  });

  test("each has one limit and a tolerance", () => {
    for (const each of readBudgets()) {
      const limits = [each.most, each.least, each.mostAbove].filter((limit) => limit !== undefined);
      expect([each.row, limits.length, typeof each.tolerance]).toEqual([each.row, 1, "number"]);
    }
  });
});
