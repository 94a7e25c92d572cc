// Runs after each file of tests that shares a process with others: nothing that it has faked reaches the next one.
import { afterAll, vi } from "vitest";

const NAMES = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "queueMicrotask",
  "Date",
] as const;

type Globals = Record<string, unknown>;
const globals = globalThis as unknown as Globals;

/** This file is loaded anew for each file of tests; the first time, nothing is faked yet. */
const REAL = Symbol.for("tautan.real-globals");
const taken = globalThis as unknown as {
  [REAL]?: { readonly globals: Globals; readonly environment: NodeJS.ProcessEnv };
};
taken[REAL] ??= {
  globals: Object.fromEntries(NAMES.map((name) => [name, globals[name]])),
  environment: { ...process.env },
};
const real = taken[REAL];

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  for (const name of Object.keys(process.env)) if (!(name in real.environment)) delete process.env[name];
  Object.assign(process.env, real.environment);
  const left = NAMES.filter((name) => globals[name] !== real.globals[name]);
  // The next file must not hang for the mistake of this one.
  Object.assign(globalThis, real.globals);
  if (left.length > 0) {
    throw new Error(
      `expected the real ${left.join(", ")} after the last test, and a fake was left. A spy on a fake timer is restored to the fake: spy on the real ones`,
    );
  }
});
