import fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, csvLine } from "../src/reads/csv.ts";

/** A reader of RFC 4180. */
const parse = (csv: string): readonly (readonly string[])[] => {
  const lines: string[][] = [];
  let line: string[] = [];
  let index = 0;
  while (index < csv.length) {
    let cell = "";
    if (csv[index] === '"') {
      for (index += 1; csv[index] !== '"' || csv[index + 1] === '"'; index += 1) {
        if (csv[index] === '"') index += 1;
        cell += csv[index];
      }
      index += 1;
    } else while (index < csv.length && csv[index] !== "," && csv[index] !== "\r") cell += csv[index++];
    line.push(cell);
    if (csv[index] === ",") index += 1;
    else {
      expect(csv.slice(index, index + 2)).toBe("\r\n");
      index += 2;
      lines.push(line);
      line = [];
    }
  }
  return lines;
};

const text = fc.string({
  unit: fc.constantFrom("a", "=", "-", "@", "1", ".", " ", '"', ",", "\r", "\n", "\t", "'", "＝"),
});

test("any cells are read as they were written, apart from the apostrophe of a formula", () => {
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (lines) => {
      const read = parse(lines.map(csvLine).join(""));
      expect(read.length).toBe(lines.length);
      for (const [row, line] of lines.entries()) {
        for (const [column, cell] of line.entries()) {
          const written = read[row]?.[column];
          expect([cell, `'${cell}`]).toContain(written);
          if (!/^-?\d/.test(written ?? "")) expect(written).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        }
      }
    }),
  );
});

test.each([
  ["INV-001", "INV-001"],
  ["", ""],
  ["-10.5", "-10.5"],
  ["-10.5.1", "'-10.5.1"],
  ["-2+3", "'-2+3"],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ["+62812", "'+62812"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\n=1", `"'\n=1"`],
  ["＝1", "'＝1"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
])("the cell of %j is %j", (cell, written) => {
  expect(csvCell(cell)).toBe(written);
});
