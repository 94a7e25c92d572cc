// A driver that is being written is in the suite from its first day: what it cannot show yet is skipped, with the reason.
import { checkConformance } from "@tautan/conformance";
import { expect, test } from "vitest";
import { memorySubject } from "./support/memory-subject.ts";

const { capabilities } = memorySubject;

test("without create, only the declarations are tested, and the others have its reason", async () => {
  const operations = { ...capabilities.operations, create: { unsupported: "not written yet" } } as const;
  const results = await checkConformance({ ...memorySubject, capabilities: { ...capabilities, operations } });
  const others = results.filter(({ group, outcome }) => group !== "capabilities" && outcome !== "absent");
  expect(others.length).toBeGreaterThan(100);
  expect(new Set(others.map(({ outcome, reason }) => `${outcome}: ${reason}`))).toEqual(
    new Set(["skipped: no link: not written yet"]),
  );
  const declarations = results.filter(({ group }) => group === "capabilities");
  expect(declarations).toContainEqual(
    expect.objectContaining({ test: "create and get are supported", outcome: "failed" }),
  );
  expect(declarations.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(5);
});
