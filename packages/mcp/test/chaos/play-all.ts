import { FAMILIES, type Family, type Played, playWorld } from "./play.ts";

/** Worlds at a time: they often wait, for 50 milliseconds to half a second. */
const AT_ONCE = 200;
/** Most runs that share a world. */
const MAX_RUNS = 10;

/** The family of a run depends on its number alone, so that it can be played alone. */
const familyOf = (run: number): Family => FAMILIES[run % FAMILIES.length]!;

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
  await Promise.all(Array.from({ length: AT_ONCE }, work));
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
