// What an editor completes is what gateways have.
import { PAYMENT_METHOD_KINDS } from "@tautan/core";
import { PAYMENT_CHANNELS } from "@tautan/core/driver";
import { expect, test } from "vitest";
import { loadSubjects } from "../src/subjects.ts";

test.each(await loadSubjects())(
  "every channel that $name offers is one that core names",
  ({ capabilities: { methods } }) => {
    if (!("offered" in methods)) return expect(methods.unsupported).not.toBe("");
    const unknown = methods.offered.filter(
      ({ kind, channel }) => channel !== undefined && !(PAYMENT_CHANNELS[kind] as readonly string[]).includes(channel),
    );
    return expect(unknown).toEqual([]);
  },
);

test("every kind has its list, in order, in lower snake case", () => {
  expect(Object.keys(PAYMENT_CHANNELS).sort()).toEqual([...PAYMENT_METHOD_KINDS].sort());
  for (const channels of Object.values<readonly string[]>(PAYMENT_CHANNELS)) {
    expect(channels).toEqual([...new Set(channels)].sort());
    for (const channel of channels) expect(channel).toMatch(/^[a-z0-9_]+$/);
  }
});
