import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const snippetsIn = (path: string): readonly string[] =>
  [...read(path).matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? "");

// Type-checked with the tests; here they run as they stand.
const SNIPPETS = [
  ["set-up", "../../../docs/gateways/memory.md", () => import("./snippets/set-up.ts"), /^https:\S+ active\nexpired$/],
  ["configuration", "../../../docs/gateways/memory.md", () => import("./snippets/configuration.ts"), /^shop$/],
  ["payer", "../../../docs/gateways/memory.md", () => import("./snippets/payer.ts"), /^paid true\npartially_refunded$/],
  ["traits", "../../../docs/gateways/memory.md", () => import("./snippets/traits.ts"), /^unsupported\nexpiresAt$/],
  ["failures", "../../../docs/gateways/memory.md", () => import("./snippets/failures.ts"), /^true create,find\n\n200$/],
  ["readme", "../README.md", () => import("./snippets/readme.ts"), /^history$/],
] as const;

describe("what the pages show", () => {
  test.each(SNIPPETS)("%s stands in %s as it runs, and says what its comments say", async (name, page, run, said) => {
    expect(snippetsIn(page)).toContain(read(`snippets/${name}.ts`));
    const lines: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...words) => void lines.push(words.map(String).join(" ")));
    await run();
    log.mockRestore();
    expect(lines.join("\n")).toMatch(said);
  });

  test("there are no others", () => {
    const pages = [...new Set(SNIPPETS.map(([, page]) => page))];
    expect(pages.flatMap(snippetsIn)).toHaveLength(SNIPPETS.length);
  });
});
