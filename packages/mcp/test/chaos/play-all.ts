import { FAMILIES, type Family, type Played, playWorld } from "./play.ts";

/** Worlds at a time: they often wait, for 50 milliseconds to half a second. */
const AT_ONCE = 50;
/** Most runs that share a world. */
const MAX_RUNS = 10;

/** The family of a run depends on its number alone, so that it can be played alone. */
const familyOf = (run: number): Family => FAMILIES[run % FAMILIES.length]!;

const HURRY = 20;

/** A create waits for another one, up to half a second at a time: here, for a twentieth of that. Deadlines stay. */
const hurry = (): (() => void) => {
  const { setTimeout: real } = globalThis;
  const hurried = (work: () => void, ms = 0): ReturnType<typeof setTimeout> =>
    real(work, ms <= 1_000 ? ms / HURRY : ms);
  globalThis.setTimeout = hurried as typeof setTimeout;
  return () => {
    globalThis.setTimeout = real;
  };
};

/** Plays these runs, in worlds of gateways of each family, some at a time. */
export const playAll = async (
  seed: number,
  runs: readonly number[],
  onProgress: (done: number) => void = () => {},
): Promise<Played> => {
  const size = Math.min(MAX_RUNS, Math.ceil(runs.length / AT_ONCE));
  const worlds = FAMILIES.flatMap((family) => {
    const own = runs.filter((run) => familyOf(run) === family);
    const chunks = Array.from({ length: Math.ceil(own.length / size) }, (_, at) =>
      own.slice(at * size, (at + 1) * size),
    );
    return chunks.map((chunk) => ({ seed, family, runs: chunk }));
  });
  const played: Played[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = worlds.pop(); next; next = worlds.pop()) {
      played.push(await playWorld(next));
      done += next.runs.length;
      onProgress(done);
    }
  };
  const calm = hurry();
  await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(calm);
  return played.reduce(added, { runs: 0, links: 0, calls: 0, sessions: 0, processes: 0, faults: {}, broken: [] });
};

const added = (one: Played, other: Played): Played => {
  const faults: Record<string, number> = { ...one.faults };
  for (const [name, times] of Object.entries(other.faults)) faults[name] = (faults[name] ?? 0) + times;
  return {
    runs: one.runs + other.runs,
    links: one.links + other.links,
    calls: one.calls + other.calls,
    sessions: one.sessions + other.sessions,
    processes: one.processes + other.processes,
    faults,
    broken: [...one.broken, ...other.broken],
  };
};
