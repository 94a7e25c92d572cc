// The memory driver with the capabilities of each other driver: it must be such a gateway, or tests with `like` prove nothing.
import { checkConformance } from "@tautan/conformance";
import { expect, test } from "vitest";
import { loadMemorySubject, loadSubjects } from "../src/subjects.ts";

/** A driver that is being written creates no links yet. */
const written = (await loadSubjects()).filter(({ capabilities }) => capabilities.operations.create === true);

const memorySubjectOf = await loadMemorySubject();

/** Tests of deadlines wait, so that all drivers wait together. */
const runs = Promise.all(
  written.map(async ({ name, capabilities }) => {
    const like = memorySubjectOf({ like: capabilities });
    return [name, { capabilities, like, results: await checkConformance(like) }] as const;
  }),
).then((entries) => new Map(entries));

test.each(written.map(({ name }) => name))(
  "memory like %s passes the suite, with the same capabilities",
  async (name) => {
    const run = (await runs).get(name);
    const failed = run?.results.filter(({ outcome }) => outcome === "failed") ?? [];
    expect(failed.map(({ group, test: of, reason }) => `${group}: ${of}: ${reason}`)).toEqual([]);
    expect(run?.results.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(50);
    expect(run?.like.capabilities).toEqual(run?.capabilities);
  },
);
