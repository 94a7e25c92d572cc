// Runs before each test: a title is read in one line. Write data in it by a name, or cut short: `$0` cuts, `%j` does not.
import { beforeEach } from "vitest";

const MAX_LENGTH = 120;

beforeEach(({ task: { name, suite } }) => {
  const long = [name, suite?.name ?? ""].find((title) => title.length > MAX_LENGTH);
  if (long) throw new Error(`expected a title of at most ${MAX_LENGTH} characters, got ${long.length}: ${long}`);
});
