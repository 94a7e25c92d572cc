import { inspect } from "node:util";
import { expect } from "vitest";

/** Fails if a value shows one of the words in any print. */
export const expectToHide = (value: unknown, words: readonly string[]): void => {
  const printed = [inspect(value, { depth: Number.POSITIVE_INFINITY }), JSON.stringify(value) ?? "", String(value)];
  if (value instanceof Error) printed.push(value.message, value.stack ?? "");
  const shown = printed.join("\n");
  for (const word of words) {
    for (const spelling of [word, encodeURIComponent(word), Buffer.from(word).toString("base64").replace(/=+$/, "")]) {
      expect(shown.includes(spelling), `${word} is shown in ${shown}`).toBe(false);
    }
  }
};
