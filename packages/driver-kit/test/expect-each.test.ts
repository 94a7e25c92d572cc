import { expectEach } from "@tautan/driver-kit/testing";
import { describe, expect, test } from "vitest";

const ROWS: readonly (readonly [status: number, name: string, outcome: string])[] = [
  [400, "no body", "refused"],
  [401, "a page", "unknown"],
  [404, "a list", "lost"],
];

describe("expectEach", () => {
  test("holds if every row does", async () => {
    const calls: unknown[] = [];
    const between = () => void calls.push("between");
    await expectEach(ROWS, 3, (status) => void calls.push(status), between);
    expect(calls).toEqual([400, "between", 401, "between", 404]);
  });

  test("fails once, with every failing row and its difference", async () => {
    const check = async (status: number, _name: string, outcome: string) =>
      expect({ status, outcome, kind: "x" }).toMatchObject({ status, outcome: "refused" });
    await expect(expectEach(ROWS, 3, check)).rejects.toThrow(
      /^2 of 3 rows fail\n {2}401 \| a page \| unknown: .*outcome: expected "refused", got "unknown"\)\n {2}404 \| a list \| lost: .*got "lost"\)$/,
    );
  });

  test("fails if a row is missing, or leaves something behind", async () => {
    await expect(expectEach(ROWS, 4, () => {})).rejects.toThrow("length of 4");
    const between = () => expect.fail("a reply was not asked for");
    await expect(expectEach(ROWS.slice(0, 2), 2, () => {}, between)).rejects.toThrow(
      "400 | no body | refused: a reply was not asked for",
    );
  });
});
